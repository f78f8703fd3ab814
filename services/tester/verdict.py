"""Store what came of a run and say so, once."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tester.evidence import Report
from services.tester.tables import Run, RunCase
from shared.contracts.testing import RunFailed, RunPassed, RunRequested, Tally
from shared.crm import SUITE_VERSION
from shared.engine import ENGINE_VERSION
from shared.runtime.outbox import emit

# How many failures the event carries; the run has them all.
_PROBLEMS_TOLD = 20


async def find_result(session: AsyncSession, run: Run, base_fingerprint: str) -> UUID | None:
    """The newest run that answers this one: same content, base, selection, suite and engine, same rights."""
    same = (
        select(Run.id)
        .where(
            Run.content_hash == run.content_hash,
            Run.module_id == run.module_id,
            Run.base_fingerprint == base_fingerprint,
            Run.entities == run.entities,
            Run.author_roles == run.author_roles,
            Run.suite_version == SUITE_VERSION,
            Run.engine_version == ENGINE_VERSION,
            Run.state.in_(("passed", "failed")),
            # The time that a run took is not a matter of content alone: it may be enough the next time.
            ~Run.problems.contains([{"code": "run_too_long"}]),
        )
        .order_by(Run.ended_at.desc())
        .limit(1)
    )
    return await session.scalar(same)


async def store_report(session: AsyncSession, event: RunRequested, base_fingerprint: str, report: Report) -> None:
    run = await claim(session, event.run_id)
    if run is None:
        return
    outcomes = [case.outcome for case in report.cases]
    run.base_fingerprint = base_fingerprint
    run.suite_version, run.engine_version = report.suite_version, report.engine_version
    run.tally = {
        "total": len(outcomes),
        "passed": outcomes.count("passed"),
        "failed": outcomes.count("failed"),
        "skipped": outcomes.count("skipped"),
        "seconds": round(report.seconds, 3),
    }
    run.problems = [problem.model_dump(mode="json") for problem in report.problems]
    cases = [
        case.model_dump(mode="json") | {"run_id": run.id, "position": position}
        for position, case in enumerate(report.cases)
    ]
    await _end(session, event, run, cases, passed=report.passed)


async def copy_result(session: AsyncSession, event: RunRequested, answered_by: UUID) -> None:
    """End the run with the stored result of another."""
    run = await claim(session, event.run_id)
    if run is None:
        return
    earlier = await session.get_one(Run, answered_by)
    run.reused_from = earlier.reused_from or earlier.id
    for name in ("base_fingerprint", "suite_version", "engine_version", "tally", "problems"):
        setattr(run, name, getattr(earlier, name))
    columns = [column for column in RunCase.__table__.columns if column.name != "run_id"]
    rows = await session.execute(select(*columns).where(RunCase.run_id == earlier.id))
    cases = [dict(row) | {"run_id": run.id} for row in rows.mappings()]
    await _end(session, event, run, cases, passed=earlier.state == "passed")


async def claim(session: AsyncSession, run_id: UUID) -> Run | None:
    """The run with its row locked, unless it has ended meanwhile."""
    run = await session.get(Run, run_id, with_for_update=True)
    return run if run is not None and run.state == "running" else None


async def _end(
    session: AsyncSession, event: RunRequested, run: Run, cases: list[dict[str, Any]], *, passed: bool
) -> None:
    run.state = "passed" if passed else "failed"
    run.ended_at = datetime.now(UTC)
    await session.execute(insert(RunCase), cases)
    said: dict[str, Any] = {
        "cause": event.cause.by("tester"),
        "subject": str(run.id),
        "run_id": run.id,
        "version": event.version,
        "base_fingerprint": run.base_fingerprint,
        "suite_version": run.suite_version,
        "engine_version": run.engine_version,
        "full": not run.entities,
        "tally": Tally.model_validate(run.tally),
    }
    if passed:
        await emit(session, RunPassed(**said))
    else:
        await emit(session, RunFailed(problems=tuple(run.problems[:_PROBLEMS_TOLD]), **said))
