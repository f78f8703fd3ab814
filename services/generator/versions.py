"""Versions: immutable, numbered without gaps under their module's row lock, judged on the base before they exist."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.generator.live import Base, base_of
from services.generator.tables import Module, Version
from shared.contracts.event import Actor, Cause, VersionRef
from shared.contracts.generation import Source, VersionDrafted
from shared.patch import Author, Patch, Refusal, acknowledgements, content_hash, document, explain, risk, validate
from shared.runtime.errors import Invalid, NotFound
from shared.runtime.outbox import emit


@dataclass(frozen=True)
class Making:
    """Who makes a version, from what, and why."""

    source: Source
    cause: Cause
    builds_on: int | None = None
    prompt: str | None = None
    model: str | None = None
    note: str | None = None
    generation_id: UUID | None = None


@dataclass(frozen=True)
class Made:
    version: Version
    # The content is that of the newest version already, so there is no new one.
    unchanged: bool = False


async def add_version(session: AsyncSession, module_id: UUID, patch: Patch, making: Making) -> Made:
    """Number, keep and announce a version. Raises `Refusal` with every problem, and `Invalid` for another's name."""
    module = await locked(session, module_id)
    if patch.module.name != module.name:
        raise Invalid(
            f"This module is called {module.name}; a version cannot rename it.",
            code="module_name_fixed",
            params={"name": patch.module.name, "module": module.name},
            pointer="/patch/module/name",
            suggestion=module.name,
        )
    patch_hash = content_hash(patch)
    newest = await session.get(Version, (module.id, module.newest)) if module.newest else None
    if newest is not None and newest.content_hash == patch_hash:
        return Made(newest, unchanged=True)
    base = await base_of(session, module.name)
    refuse_invalid(patch, base, making.cause.person)
    version = await _kept(session, module, patch, patch_hash, base, making)
    await emit(session, _drafted(module, version, patch, making))
    return Made(version)


async def locked(session: AsyncSession, module_id: UUID) -> Module:
    module = await session.get(Module, module_id, with_for_update=True, populate_existing=True)
    if module is None:
        raise module_missing(module_id)
    return module


async def find_version(session: AsyncSession, module_id: UUID, number: int) -> Version:
    version = await session.get(Version, (module_id, number))
    if version is None:
        raise NotFound(
            f"Module {module_id} has no version {number}.",
            code="version_missing",
            params={"module_id": str(module_id), "version": number},
        )
    return version


def module_missing(module_id: UUID) -> NotFound:
    return NotFound(f"There is no module {module_id}.", code="module_missing", params={"module_id": str(module_id)})


def refuse_invalid(patch: Patch, base: Base, person: Actor) -> None:
    """Raise `Refusal` with every reason why this person's patch does not apply to the base."""
    problems = validate(patch, base.manifest, author_of(person))
    if problems:
        raise Refusal.of(problems)


def author_of(person: Actor) -> Author:
    return Author(roles=person.crm_roles)


async def _kept(
    session: AsyncSession, module: Module, patch: Patch, patch_hash: str, base: Base, making: Making
) -> Version:
    person = making.cause.person
    version = Version(
        module_id=module.id,
        number=module.newest + 1,
        content_hash=patch_hash,
        patch=document(patch),
        source=making.source,
        author=person.id,
        author_name=person.name,
        editors=await _editors(session, module.id, making.builds_on, person.id),
        risk=risk(patch, base.manifest),
        acknowledge=list(acknowledgements(patch, base.manifest)),
        explanation=[dict(one) for one in explain(patch, base.manifest)],
        builds_on=making.builds_on,
        prompt=making.prompt,
        model=making.model,
        note=making.note,
        generation_id=making.generation_id,
        state="draft",
    )
    session.add(version)
    module.newest = version.number
    module.title = patch.module.title.model_dump()
    await session.flush()
    await session.refresh(version)
    return version


async def _editors(session: AsyncSession, module_id: UUID, builds_on: int | None, author: str) -> list[str]:
    """Everybody who wrote a part of it: the author, and whoever wrote what it builds on."""
    before: Sequence[str] = ()
    if builds_on is not None:
        statement = select(Version.editors).where(Version.module_id == module_id, Version.number == builds_on)
        before = (await session.execute(statement)).scalar_one_or_none() or ()
    return list(dict.fromkeys((*before, author)))


def _drafted(module: Module, version: Version, patch: Patch, making: Making) -> VersionDrafted:
    return VersionDrafted(
        cause=making.cause,
        subject=str(module.id),
        version=ref_of(module, version),
        title=patch.module.title.en,
        source=making.source,
        author=version.author,
        editors=tuple(version.editors),
        risk=version.risk,
        acknowledge=tuple(version.acknowledge),
        prompt=version.prompt,
        model=version.model,
        patch=version.patch,
    )


def ref_of(module: Module, version: Version) -> VersionRef:
    return VersionRef(
        module_id=module.id, module=module.name, version=version.number, content_hash=version.content_hash
    )
