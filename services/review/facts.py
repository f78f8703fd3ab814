"""What other services told us, kept as our own copies: versions, runs, what is live.

Nothing here relies on the order in which events arrive.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.review.tables import DraftedVersion, FinishedRun, LiveSet, PublishedVersion, ReviewedModule
from shared.contracts.generation import VersionDrafted
from shared.contracts.hosting import CrmActivated, CrmDeactivated
from shared.contracts.publishing import ModulePublished, ModuleRolledBack, ModuleUnpublished
from shared.contracts.testing import RunFailed, RunPassed
from shared.patch.liveset import base_fingerprint
from shared.runtime.errors import Unavailable


async def remember_version(session: AsyncSession, event: VersionDrafted) -> None:
    """Keep the version, and lock its module's row until the transaction ends."""
    version = event.version
    module = insert(ReviewedModule).values(module_id=version.module_id, newest_version=version.version)
    newest = func.greatest(ReviewedModule.newest_version, module.excluded.newest_version)
    await session.execute(module.on_conflict_do_update(index_elements=["module_id"], set_={"newest_version": newest}))
    drafted = insert(DraftedVersion).values(
        module_id=version.module_id,
        version=version.version,
        module=version.module,
        title=event.title,
        content_hash=version.content_hash,
        author=event.author,
        author_name=_name_of(event),
        editors=list(event.editors),
        risk=event.risk,
        acknowledge=list(event.acknowledge),
        drafted_at=event.time,
    )
    await session.execute(drafted.on_conflict_do_nothing())


def _name_of(event: VersionDrafted) -> str:
    """The author's name, where the author is who caused the event; a model goes by what it is called."""
    person = event.cause.person
    return person.name if person.id == event.author else event.author


async def remember_run(session: AsyncSession, event: RunPassed | RunFailed) -> None:
    version = event.version
    run = insert(FinishedRun).values(
        run_id=event.run_id,
        module_id=version.module_id,
        version=version.version,
        content_hash=version.content_hash,
        base_fingerprint=event.base_fingerprint,
        suite_version=event.suite_version,
        engine_version=event.engine_version,
        full=event.full,
        passed=isinstance(event, RunPassed),
        tally=event.tally.model_dump(mode="json"),
        finished_at=event.time,
    )
    await session.execute(run.on_conflict_do_nothing())


async def remember_publication(
    session: AsyncSession, event: ModulePublished | ModuleUnpublished | ModuleRolledBack
) -> None:
    version = event.version
    mark = insert(PublishedVersion).values(module_id=version.module_id, version=version.version)
    await session.execute(mark.on_conflict_do_nothing())


async def remember_live_set(session: AsyncSession, event: CrmActivated | CrmDeactivated) -> None:
    """Keep the live set with the highest host sequence."""
    said: Mapping[str, Any] = {
        "host_sequence": event.host_sequence,
        "crm_version": event.crm_version,
        "live": [version.model_dump(mode="json") for version in event.live],
    }
    row = insert(LiveSet).values(host=event.host, **said)
    newer = LiveSet.host_sequence < row.excluded.host_sequence
    await session.execute(row.on_conflict_do_update(index_elements=["host"], set_=said, where=newer))


async def present_base(session: AsyncSession, module: str) -> str:
    """The base fingerprint that a run of `module` must show now; 503 `base_unknown` until the host has spoken."""
    known = (await session.scalars(select(LiveSet).order_by(LiveSet.host_sequence.desc()).limit(1))).first()
    if known is None:
        detail = "The live CRM has not said yet what it runs. Try again in a few seconds."
        raise Unavailable(detail, code="base_unknown", retry_after=2)
    live = [(version["module"], version["content_hash"]) for version in known.live]
    return base_fingerprint(known.crm_version, live, module)


async def lock_module(session: AsyncSession, module_id: UUID) -> int | None:
    """The newest version that we know of, its module's row locked until the transaction ends."""
    newest = select(ReviewedModule.newest_version).where(ReviewedModule.module_id == module_id).with_for_update()
    return await session.scalar(newest)


async def runs_of(session: AsyncSession, content_hash: str) -> list[FinishedRun]:
    """Every run of exactly this content, newest first."""
    runs = select(FinishedRun).where(FinishedRun.content_hash == content_hash).order_by(FinishedRun.finished_at.desc())
    return list(await session.scalars(runs))
