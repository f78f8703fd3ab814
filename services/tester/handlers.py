"""What the tester does when something happened elsewhere, and its own queue of runs."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.tester import facts, requests
from services.tester.execution import Execution, execute_run
from services.tester.pool import SandboxPool
from shared.contracts.generation import VersionDrafted
from shared.contracts.hosting import CrmActivated, CrmDeactivated
from shared.contracts.testing import RunRequested
from shared.runtime.database import Sessions
from shared.runtime.messaging import Handlers
from shared.runtime.progress import Progress

handlers = Handlers("tester")


@handlers.on(VersionDrafted)
async def on_version_drafted(event: VersionDrafted, session: AsyncSession, auto_run: bool) -> None:
    await facts.remember_version(session, event)
    if auto_run:
        await requests.request_waiting_runs(session)


@handlers.on(CrmActivated)
async def on_crm_activated(event: CrmActivated, session: AsyncSession, auto_run: bool) -> None:
    await facts.remember_live_set(session, event)
    if auto_run:
        await requests.request_waiting_runs(session)


@handlers.on(CrmDeactivated)
async def on_crm_deactivated(event: CrmDeactivated, session: AsyncSession) -> None:
    await facts.remember_live_set(session, event)


@handlers.on(RunRequested)
async def on_run_requested(
    event: RunRequested,
    session: AsyncSession,
    sessions: Sessions,
    progress: Progress,
    sandboxes: SandboxPool,
    retries: int,
) -> None:
    await execute_run(event, session, Execution(sessions, progress, sandboxes, retries))
