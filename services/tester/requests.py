"""Ask for a run: by a person, or by the tester itself for every new version."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.tester.facts import read_ground
from services.tester.life import require_startable
from services.tester.tables import DraftedVersion, LiveSet, Run
from shared.contracts.event import Cause, VersionRef
from shared.contracts.testing import RunRequested
from shared.crm import base_manifest
from shared.patch.errors import nearest
from shared.runtime.errors import Conflict, Invalid
from shared.runtime.outbox import emit

OPEN = ("queued", "running")


class VersionUnknown(Conflict):
    default_code = "version_unknown"


class RunOpen(Conflict):
    default_code = "run_open"


async def request_run(
    session: AsyncSession, module_id: UUID, number: int, entities: tuple[str, ...], cause: Cause, *, force: bool
) -> Run:
    """Queue a run, or return the one of the same selection that is open already.

    Raises VersionUnknown, BaseUnknown, RunOpen (another selection is being run), RunNotPossible.
    """
    version = await session.get(DraftedVersion, (module_id, number), with_for_update=True)
    if version is None:
        sentence = f"The tester knows no version {number} of this module. If it is new, try again in a second."
        raise VersionUnknown(sentence, params={"module_id": str(module_id), "version": number})
    await read_ground(session, reference(version))
    _require_entities(version, entities)
    if (present := await _open_run(session, version)) is not None:
        if tuple(present.entities) == entities:
            return present
        sentence = "Another run of this version is under way. Wait for it, or cancel it."
        raise RunOpen(sentence, params={"run_id": str(present.id)})
    await require_startable(session, version, cause.actor)
    return await _queue(session, version, entities, cause, force=force)


async def request_waiting_runs(session: AsyncSession) -> None:
    """Queue a full run for the newest version of each module that has had none, once it is known what is live."""
    if await session.scalar(select(LiveSet.host).limit(1)) is None:
        return
    newest = select(DraftedVersion.module_id, func.max(DraftedVersion.version)).group_by(DraftedVersion.module_id)
    tested = select(Run.module_id, Run.version)
    key = tuple_(DraftedVersion.module_id, DraftedVersion.version)
    waiting = select(DraftedVersion).where(key.in_(newest), key.not_in(tested)).with_for_update(skip_locked=True)
    for version in (await session.scalars(waiting)).all():
        await _queue(session, version, (), Cause.model_validate(version.cause).by("tester"), force=False)


def reference(version: DraftedVersion | Run) -> VersionRef:
    return VersionRef(
        module_id=version.module_id,
        module=version.module,
        version=version.version,
        content_hash=version.content_hash,
    )


async def _open_run(session: AsyncSession, version: DraftedVersion) -> Run | None:
    open_runs = select(Run).where(
        Run.module_id == version.module_id, Run.version == version.version, Run.state.in_(OPEN)
    )
    return (await session.scalars(open_runs)).first()


def _require_entities(version: DraftedVersion, entities: tuple[str, ...]) -> None:
    operations: list[dict[str, Any]] = version.patch.get("operations", [])
    known = {*base_manifest().visible_entities, *(str(one.get("entity")) for one in operations)}
    for name in entities:
        if name not in known:
            raise Invalid(
                f"There is no entity {name} to test.",
                code="entity_unknown",
                params={"entity": name},
                pointer="/entities",
                suggestion=nearest(name, known),
            )


async def _queue(
    session: AsyncSession, version: DraftedVersion, entities: tuple[str, ...], cause: Cause, *, force: bool
) -> Run:
    person = cause.person
    run = Run(
        id=uuid4(),
        module_id=version.module_id,
        module=version.module,
        version=version.version,
        content_hash=version.content_hash,
        author_roles=sorted(version.author.get("crm_roles", [])),
        entities=list(entities),
        forced=force,
        requested_by={"id": person.id, "name": person.name, "automatic": cause.actor.kind == "service"},
    )
    session.add(run)
    await session.flush()
    event = RunRequested(cause=cause, subject=str(run.id), run_id=run.id, version=reference(version), entities=entities)
    await emit(session, event)
    await session.refresh(run, ["requested_at"])
    return run
