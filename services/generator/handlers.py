"""What the generator does when something happened: write what was asked for, and keep its picture of the rest."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.generator import generation, live, projection
from services.generator.configuration import Keyring
from shared.contracts.generation import GenerationRequested
from shared.contracts.hosting import CrmActivated, CrmDeactivated
from shared.contracts.publishing import (
    ModulePublished,
    ModuleRolledBack,
    ModuleUnpublished,
    ReleaseAuthorised,
    ReleaseFailed,
)
from shared.contracts.review import (
    ReviewApproved,
    ReviewLapsed,
    ReviewOpened,
    ReviewRejected,
    ReviewStarted,
    ReviewWithdrawn,
)
from shared.contracts.testing import RunCancelled, RunFailed, RunPassed, RunStarted
from shared.runtime.database import Sessions
from shared.runtime.messaging import Handlers
from shared.runtime.progress import Progress

handlers = Handlers("generator")


@handlers.on(GenerationRequested, workers=4)
async def on_generation_requested(
    event: GenerationRequested, session: AsyncSession, sessions: Sessions, progress: Progress, keyring: Keyring
) -> None:
    await generation.write_version(event, session, sessions, progress, keyring)


@handlers.on(CrmActivated)
async def on_crm_activated(event: CrmActivated, session: AsyncSession) -> None:
    await live.take_note(session, event)


@handlers.on(CrmDeactivated)
async def on_crm_deactivated(event: CrmDeactivated, session: AsyncSession) -> None:
    await live.take_note(session, event)


@handlers.on(RunStarted)
async def on_run_started(event: RunStarted, session: AsyncSession) -> None:
    await projection.take_note(session, event)


@handlers.on(RunPassed)
async def on_run_passed(event: RunPassed, session: AsyncSession) -> None:
    await projection.take_note(session, event)


@handlers.on(RunFailed)
async def on_run_failed(event: RunFailed, session: AsyncSession) -> None:
    await projection.take_note(session, event)


@handlers.on(RunCancelled)
async def on_run_cancelled(event: RunCancelled, session: AsyncSession) -> None:
    await projection.take_note(session, event)


@handlers.on(ReviewOpened)
async def on_review_opened(event: ReviewOpened, session: AsyncSession) -> None:
    await projection.take_note(session, event)


@handlers.on(ReviewWithdrawn)
async def on_review_withdrawn(event: ReviewWithdrawn, session: AsyncSession) -> None:
    await projection.take_note(session, event)


@handlers.on(ReviewStarted)
async def on_review_started(event: ReviewStarted, session: AsyncSession) -> None:
    await projection.take_note(session, event)


@handlers.on(ReviewApproved)
async def on_review_approved(event: ReviewApproved, session: AsyncSession) -> None:
    await projection.take_note(session, event)


@handlers.on(ReviewRejected)
async def on_review_rejected(event: ReviewRejected, session: AsyncSession) -> None:
    await projection.take_note(session, event)


@handlers.on(ReviewLapsed)
async def on_review_lapsed(event: ReviewLapsed, session: AsyncSession) -> None:
    await projection.take_note(session, event)


@handlers.on(ReleaseAuthorised)
async def on_release_authorised(event: ReleaseAuthorised, session: AsyncSession) -> None:
    await projection.take_note(session, event)


@handlers.on(ReleaseFailed)
async def on_release_failed(event: ReleaseFailed, session: AsyncSession) -> None:
    await projection.take_note(session, event)


@handlers.on(ModulePublished)
async def on_module_published(event: ModulePublished, session: AsyncSession) -> None:
    await projection.take_note(session, event)


@handlers.on(ModuleUnpublished)
async def on_module_unpublished(event: ModuleUnpublished, session: AsyncSession) -> None:
    await projection.take_note(session, event)


@handlers.on(ModuleRolledBack)
async def on_module_rolled_back(event: ModuleRolledBack, session: AsyncSession) -> None:
    await projection.take_note(session, event)
