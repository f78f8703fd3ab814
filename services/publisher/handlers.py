"""What the publisher hears: facts for its gate, and the host's answers."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.publisher import facts, settling
from shared.contracts.generation import VersionDrafted
from shared.contracts.hosting import CrmActivated, CrmActivationFailed, CrmDeactivated
from shared.contracts.review import ReviewApproved, ReviewLapsed
from shared.contracts.testing import RunFailed, RunPassed
from shared.runtime.messaging import Handlers

handlers = Handlers("publisher")


@handlers.on(VersionDrafted)
async def on_version_drafted(event: VersionDrafted, session: AsyncSession) -> None:
    await facts.remember_version(session, event)


@handlers.on(RunPassed)
async def on_run_passed(event: RunPassed, session: AsyncSession) -> None:
    await facts.remember_run(session, event)


@handlers.on(RunFailed)
async def on_run_failed(event: RunFailed, session: AsyncSession) -> None:
    await facts.remember_run(session, event)


@handlers.on(ReviewApproved)
async def on_review_approved(event: ReviewApproved, session: AsyncSession) -> None:
    await facts.remember_approval(session, event)


@handlers.on(ReviewLapsed)
async def on_review_lapsed(event: ReviewLapsed, session: AsyncSession) -> None:
    await facts.remember_lapse(session, event)


@handlers.on(CrmActivated)
async def on_crm_activated(event: CrmActivated, session: AsyncSession) -> None:
    await settling.settle_release(session, event)


@handlers.on(CrmDeactivated)
async def on_crm_deactivated(event: CrmDeactivated, session: AsyncSession) -> None:
    await settling.settle_release(session, event)


@handlers.on(CrmActivationFailed)
async def on_crm_activation_failed(event: CrmActivationFailed, session: AsyncSession) -> None:
    await settling.fail_release(session, event)
