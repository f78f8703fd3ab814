"""Modules: found, listed, begun with a name of their own, and imported from documents."""

import re
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.generator.documents import read_patch
from services.generator.live import base_of
from services.generator.phrasebook.advance import advance
from services.generator.phrasebook.naming import split_camel
from services.generator.phrasebook.reading import Unreadable, read
from services.generator.phrasebook.titles import subject_of, title_of
from services.generator.tables import Generation, Module, Version
from services.generator.versions import Made, Making, add_version, module_missing
from shared.contracts.event import Cause
from shared.patch import Manifest, Refusal
from shared.patch.patch import RESERVED_MODULES
from shared.runtime.errors import Conflict

_WORDS_IN_NAME = 5
_NAME_MAX = 40
_TITLE_MAX = 80
_SMALL = frozenset(
    {
        "a",
        "an",
        "the",
        "to",
        "of",
        "for",
        "on",
        "in",
        "and",
        "or",
        "with",
        "add",
        "please",
        "every",
        "each",
        "all",
        "is",
        "are",
    }
)
# Versions that no longer lead anywhere: the module is shown under the newest of the others.
_DEAD = ("lapsed", "withdrawn")


async def find_module(session: AsyncSession, module_id: UUID) -> Module:
    module = await session.get(Module, module_id)
    if module is None:
        raise module_missing(module_id)
    return module


async def begin_module(session: AsyncSession, sentence: str, cause: Cause) -> Module:
    """A module without a version, named and titled after the sentence."""
    manifest = (await base_of(session, "")).manifest
    name, title = name_and_title(sentence, manifest)
    return await _add(session, name, title, cause, unique=True)


async def settle_name(session: AsyncSession, module: Module, sentence: str, generation_id: UUID) -> str:
    """The name of the module's versions. Before the first, that of the sentence that yields it, if nobody has it.

    A module that a refused sentence began is called after that one until then, which may be no more than `change`.
    """
    earlier = select(Generation.id).where(Generation.module_id == module.id, Generation.id != generation_id)
    if module.newest == 0 and await session.scalar(earlier.limit(1)) is not None:
        name, _ = name_and_title(sentence, (await base_of(session, module.name)).manifest)
        taken = await session.scalar(select(Module.id).where(Module.name == name))
        if taken is None and name not in RESERVED_MODULES:
            module.name = name
    return module.name


async def import_module(
    session: AsyncSession, given: dict[str, Any] | list[Any] | str, cause: Cause
) -> tuple[Module, Made]:
    """A document, ours or Patch DSL 1.0, as version 1 of a new module. Raises `Conflict` when its name is taken."""
    patch = await read_patch(session, given)
    module = await _add(session, patch.module.name, patch.module.title.model_dump(), cause, unique=False)
    made = await add_version(session, module.id, patch, Making("imported", cause))
    return module, made


async def states(session: AsyncSession, module_ids: list[UUID]) -> dict[UUID, str]:
    """The state under which each module is shown: that of its newest version that still leads somewhere."""
    rows = await session.execute(
        select(Version.module_id, Version.state)
        .where(Version.module_id.in_(module_ids))
        .order_by(Version.module_id, Version.state.in_(_DEAD), Version.number.desc())
        .ext(distinct_on(Version.module_id))
    )
    return {row.module_id: row.state for row in rows}


def name_and_title(sentence: str, manifest: Manifest) -> tuple[str, dict[str, str]]:
    """What the built-in rules make of the sentence, else its first words."""
    try:
        reading = read(sentence, manifest, advance)
    except (Unreadable, Refusal):
        title = sentence.strip()[:_TITLE_MAX]
        return _slug(sentence), {"en": title, "zh": title}
    return _slug(split_camel(subject_of(reading))), title_of(reading)


async def _add(session: AsyncSession, name: str, title: dict[str, str], cause: Cause, *, unique: bool) -> Module:
    """With `unique` a taken name gets a number, without, it is refused.

    A module of the same person that has come to nothing yet is taken up again: saying it better is no second module.
    """
    wanted, number = name, 1
    while True:
        row = {"id": uuid4(), "name": wanted, "title": title, "owner": cause.person.id, "owner_name": cause.person.name}
        statement = insert(Module).values(row).on_conflict_do_nothing(index_elements=["name"]).returning(Module.id)
        module_id = await session.scalar(statement)
        if module_id is not None:
            return await find_module(session, module_id)
        if unique and (empty := await _empty(session, wanted, cause.person.id)) is not None:
            empty.title = title
            return empty
        if not unique:
            raise Conflict(
                f"There is a module called {name} already. Save a new version of it, or choose another name.",
                code="module_exists",
                params={"name": name},
                pointer="/patch/module/name",
            )
        number += 1
        wanted = f"{name}_{number}"


async def _empty(session: AsyncSession, name: str, owner: str) -> Module | None:
    going_on = select(Generation.id).where(
        Generation.module_id == Module.id, Generation.state.in_(("queued", "writing"))
    )
    statement = select(Module).where(Module.name == name, Module.owner == owner, Module.newest == 0)
    return await session.scalar(statement.where(~going_on.exists()).with_for_update())


def _slug(text: str) -> str:
    words = [word.lower() for word in re.findall(r"[A-Za-z0-9]+", text)]
    kept = [word for word in words if word not in _SMALL][:_WORDS_IN_NAME]
    slug = "_".join(kept)[:_NAME_MAX].strip("_")
    return slug if slug[:1].isalpha() else f"change_{slug}".strip("_")
