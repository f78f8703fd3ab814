"""What other services told us, kept as our own copies: versions, runs, decisions, what the host runs.

Nothing here relies on the order in which events arrive.
"""

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.publisher.tables import Approval, DraftedVersion, FinishedRun, Host
from shared.contracts.generation import VersionDrafted
from shared.contracts.hosting import CrmActivated, CrmDeactivated
from shared.contracts.review import ReviewApproved, ReviewLapsed
from shared.contracts.testing import RunFailed, RunPassed


async def remember_version(session: AsyncSession, event: VersionDrafted) -> None:
    version = event.version
    row = insert(DraftedVersion).values(
        module_id=version.module_id,
        version=version.version,
        module=version.module,
        title=event.title,
        content_hash=version.content_hash,
        author=event.author,
        editors=list(event.editors),
        patch=event.patch,
    )
    await session.execute(row.on_conflict_do_nothing())


async def remember_run(session: AsyncSession, event: RunPassed | RunFailed) -> None:
    row = insert(FinishedRun).values(
        run_id=event.run_id,
        module_id=event.version.module_id,
        content_hash=event.version.content_hash,
        base_fingerprint=event.base_fingerprint,
        full=event.full,
        passed=isinstance(event, RunPassed),
        finished_at=event.time,
    )
    await session.execute(row.on_conflict_do_nothing())


async def remember_approval(session: AsyncSession, event: ReviewApproved) -> None:
    told = {"reviewer": event.reviewer, "approved_at": event.time, "base_fingerprint": event.base_fingerprint}
    await _remember_decision(session, event, told)


async def remember_lapse(session: AsyncSession, event: ReviewLapsed) -> None:
    await _remember_decision(session, event, {"replaced_by": event.replaced_by})


async def remember_live_set(session: AsyncSession, event: CrmActivated | CrmDeactivated) -> None:
    """Keep the live set with the highest host sequence, its row locked until the transaction ends."""
    said: dict[str, Any] = {
        "host_sequence": event.host_sequence,
        "crm_version": event.crm_version,
        "live": [version.model_dump(mode="json") for version in event.live],
    }
    row = insert(Host).values(host=event.host, **said)
    newer = Host.host_sequence < row.excluded.host_sequence
    await session.execute(row.on_conflict_do_update(index_elements=["host"], set_=said, where=newer))


async def _remember_decision(session: AsyncSession, event: ReviewApproved | ReviewLapsed, told: dict[str, Any]) -> None:
    row = insert(Approval).values(
        review_id=event.review_id,
        module_id=event.version.module_id,
        version=event.version.version,
        content_hash=event.version.content_hash,
        **told,
    )
    await session.execute(row.on_conflict_do_update(index_elements=["review_id"], set_=told))
