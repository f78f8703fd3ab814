"""Read runs: newest first, or one with all its cases."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.tester.cancelling import RunUnknown
from services.tester.tables import Run, RunCase
from shared.runtime.errors import Invalid


async def find_runs(
    session: AsyncSession, module_id: UUID | None, version: int | None, limit: int, cursor: str | None
) -> tuple[Sequence[Run], str | None]:
    """One page, and the cursor of the next, which is None on the last."""
    query = select(Run).order_by(Run.requested_at.desc(), Run.id.desc()).limit(limit + 1)
    if module_id is not None:
        query = query.where(Run.module_id == module_id)
    if version is not None:
        query = query.where(Run.version == version)
    if cursor is not None:
        query = query.where(tuple_(Run.requested_at, Run.id) < tuple_(*_position(cursor)))
    runs = (await session.scalars(query)).all()
    if len(runs) <= limit:
        return runs, None
    last = runs[limit - 1]
    return runs[:limit], f"{last.requested_at.isoformat()}_{last.id}"


async def read_run(session: AsyncSession, run_id: UUID) -> tuple[Run, Sequence[RunCase]]:
    run = await session.get(Run, run_id)
    if run is None:
        raise RunUnknown(f"There is no run {run_id}.", params={"id": str(run_id)})
    cases = await session.scalars(select(RunCase).where(RunCase.run_id == run_id).order_by(RunCase.position))
    return run, cases.all()


def _position(cursor: str) -> tuple[datetime, UUID]:
    try:
        time, run_id = cursor.split("_")
        return datetime.fromisoformat(time), UUID(run_id)
    except ValueError as error:
        raise Invalid("This cursor was not made here: start again without one.", code="cursor_unreadable") from error
