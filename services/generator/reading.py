"""What people see of modules, versions and generations."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.generator.live import live_versions
from services.generator.modules import states
from services.generator.paging import cursor_of, place_of
from services.generator.tables import Attempt, Draft, Generation, Module, Version
from services.generator.views import (
    AttemptView,
    DraftView,
    GenerationLine,
    GenerationList,
    GenerationView,
    ModuleList,
    ModuleView,
    PersonView,
    VersionLine,
    VersionList,
    VersionView,
)
from services.generator.wording import refusal_message
from shared.patch.plain import as_object


async def module_list(session: AsyncSession, limit: int, cursor: str | None) -> ModuleList:
    """Modules that have a version, newest first. One whose first description was refused has none, and is not shown."""
    statement = select(Module).where(Module.newest > 0)
    if cursor is not None:
        statement = statement.where(tuple_(Module.created_at, Module.id) < place_of(cursor))
    rows = (
        await session.scalars(statement.order_by(Module.created_at.desc(), Module.id.desc()).limit(limit + 1))
    ).all()
    shown = rows[:limit]
    following = cursor_of(shown[-1].created_at, shown[-1].id) if len(rows) > limit else None
    return ModuleList(items=await _module_views(session, shown), next=following)


async def module_view(session: AsyncSession, module: Module) -> ModuleView:
    return (await _module_views(session, [module]))[0]


async def version_list(session: AsyncSession, module: Module, limit: int, cursor: str | None) -> VersionList:
    statement = select(Version).where(Version.module_id == module.id)
    if cursor is not None:
        statement = statement.where(Version.created_at < place_of(cursor)[0])
    rows = (await session.scalars(statement.order_by(Version.number.desc()).limit(limit + 1))).all()
    shown = rows[:limit]
    following = cursor_of(shown[-1].created_at, module.id) if len(rows) > limit else None
    return VersionList(items=[VersionLine(**_line(module, row)) for row in shown], next=following)


def version_view(module: Module, version: Version, *, unchanged: bool = False) -> VersionView:
    return VersionView(
        **_line(module, version),
        editors=version.editors,
        acknowledge=version.acknowledge,
        explanation=version.explanation,
        generation_id=version.generation_id,
        patch=version.patch,
        unchanged=unchanged,
    )


async def generation_list(
    session: AsyncSession, module_id: UUID | None, limit: int, cursor: str | None
) -> GenerationList:
    statement = select(Generation, Module).join(Module, Module.id == Generation.module_id)
    if module_id is not None:
        statement = statement.where(Generation.module_id == module_id)
    if cursor is not None:
        statement = statement.where(tuple_(Generation.created_at, Generation.id) < place_of(cursor))
    ordered = statement.order_by(Generation.created_at.desc(), Generation.id.desc()).limit(limit + 1)
    rows = [(generation, module) for generation, module in await session.execute(ordered)]
    shown = rows[:limit]
    following = cursor_of(shown[-1][0].created_at, shown[-1][0].id) if len(rows) > limit else None
    return GenerationList(items=[GenerationLine(**_generation(one, module)) for one, module in shown], next=following)


def generation_view(generation: Generation, module: Module, attempts: Sequence[Attempt]) -> GenerationView:
    refused = generation.state == "refused" and generation.code is not None
    return GenerationView(
        **_generation(generation, module),
        understood=generation.understood,
        params=generation.params,
        message=refusal_message(generation.code or "", generation.params or {}) if refused else None,
        attempts=[AttemptView.model_validate(attempt, from_attributes=True) for attempt in attempts],
    )


def draft_view(draft: Draft) -> DraftView:
    return DraftView(
        module_id=draft.module_id,
        text=draft.text,
        patch=_as_object(draft.text),
        builds_on=draft.builds_on,
        etag=draft.etag,
        updated_at=draft.updated_at,
        updated_by=draft.updated_by,
    )


async def _module_views(session: AsyncSession, modules: Sequence[Module]) -> list[ModuleView]:
    shown, live = await states(session, [module.id for module in modules]), await live_versions(session)
    return [
        ModuleView(
            id=module.id,
            name=module.name,
            title=module.title,
            owner=PersonView(id=module.owner, name=module.owner_name),
            state=shown.get(module.id),
            version=module.newest or None,
            live_version=live.get(module.name),
            created_at=module.created_at,
            updated_at=module.updated_at,
        )
        for module in modules
    ]


def _line(module: Module, version: Version) -> dict[str, Any]:
    return {
        "module_id": module.id,
        "module": module.name,
        "version": version.number,
        "title": version.patch["module"]["title"],
        "author": PersonView(id=version.author, name=version.author_name),
        **{
            name: getattr(version, name)
            for name in (
                "content_hash",
                "state",
                "source",
                "risk",
                "builds_on",
                "prompt",
                "model",
                "note",
                "created_at",
            )
        },
    }


def _generation(generation: Generation, module: Module) -> dict[str, Any]:
    return {
        "module": module.name,
        "model": PersonView(id=str(generation.model_id), name=generation.model_name),
        **{
            name: getattr(generation, name)
            for name in ("id", "module_id", "sentence", "state", "version", "code", "created_at", "ended_at")
        },
    }


def _as_object(text: str) -> dict[str, Any] | None:
    try:
        return as_object(json.loads(text))
    except ValueError:
        return None
