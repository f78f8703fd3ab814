"""Cancel a run: at once for the books, within a second for the sandbox."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.tester.requests import OPEN, reference
from services.tester.tables import Run
from shared.contracts.event import Cause
from shared.contracts.testing import RunCancelled
from shared.runtime.errors import Conflict, NotFound
from shared.runtime.outbox import emit


class RunUnknown(NotFound):
    default_code = "run_unknown"


class RunEnded(Conflict):
    default_code = "run_ended"


async def cancel_run(session: AsyncSession, run_id: UUID, cause: Cause) -> Run:
    """Raises RunUnknown, or RunEnded when there is a verdict; a cancelled run stays cancelled."""
    run = await session.get(Run, run_id, with_for_update=True)
    if run is None:
        raise RunUnknown(f"There is no run {run_id}.", params={"id": str(run_id)})
    if run.state == "cancelled":
        return run
    if run.state not in OPEN:
        raise RunEnded(f"The run has ended already: {run.state}.", params={"state": run.state})
    run.state = "cancelled"
    run.ended_at = datetime.now(UTC)
    event = RunCancelled(cause=cause, subject=str(run.id), run_id=run.id, version=reference(run))
    await emit(session, event)
    return run
