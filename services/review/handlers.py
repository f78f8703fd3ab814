"""What the review service hears, each kept as a fact; a new version also lapses the older ones."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.review import deciding, facts
from shared.contracts.generation import VersionDrafted
from shared.contracts.hosting import CrmActivated, CrmDeactivated
from shared.contracts.publishing import ModulePublished, ModuleRolledBack, ModuleUnpublished
from shared.contracts.testing import RunFailed, RunPassed
from shared.runtime.messaging import Handlers

handlers = Handlers("review")


@handlers.on(VersionDrafted)
async def on_version_drafted(event: VersionDrafted, session: AsyncSession) -> None:
    await facts.remember_version(session, event)
    await deciding.lapse_older(session, event.cause.by("review"), event.version)


@handlers.on(RunPassed)
async def on_run_passed(event: RunPassed, session: AsyncSession) -> None:
    await facts.remember_run(session, event)


@handlers.on(RunFailed)
async def on_run_failed(event: RunFailed, session: AsyncSession) -> None:
    await facts.remember_run(session, event)


@handlers.on(ModulePublished)
async def on_module_published(event: ModulePublished, session: AsyncSession) -> None:
    await facts.remember_publication(session, event)


@handlers.on(ModuleUnpublished)
async def on_module_unpublished(event: ModuleUnpublished, session: AsyncSession) -> None:
    await facts.remember_publication(session, event)


@handlers.on(ModuleRolledBack)
async def on_module_rolled_back(event: ModuleRolledBack, session: AsyncSession) -> None:
    await facts.remember_publication(session, event)


@handlers.on(CrmActivated)
async def on_crm_activated(event: CrmActivated, session: AsyncSession) -> None:
    await facts.remember_live_set(session, event)


@handlers.on(CrmDeactivated)
async def on_crm_deactivated(event: CrmDeactivated, session: AsyncSession) -> None:
    await facts.remember_live_set(session, event)
