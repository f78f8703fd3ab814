"""Execute a run: take it up, hand it to a sandbox, store what came of it.

Invariants:
1. A run ends once: its verdict, cases, inbox row and event are one transaction, under the run's row lock.
2. No connection is held while the sandbox works.
3. Trouble of ours is never a verdict: it is raised, and the run is taken up again; the last attempt settles it as
   broken. The runtime counts attempts, and the run those that the runtime cannot.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tester.evidence import Job, Report, Told
from services.tester.facts import Ground, read_ground, read_patches
from services.tester.pool import RunOverran, SandboxPool, Tell, WorkerDied
from services.tester.requests import OPEN, reference
from services.tester.settling import MOST_ATTEMPTS, failures, give_up, too_long
from services.tester.tables import DraftedVersion, Run
from services.tester.verdict import claim, copy_result, find_result, store_report
from shared.contracts.event import VersionRef
from shared.contracts.testing import RunRequested, RunStarted
from shared.runtime.database import Sessions
from shared.runtime.outbox import emit
from shared.runtime.progress import Progress

_CANCEL_POLL_SECONDS = 0.5
# One overrun may be a hiccup of the machine or the network; a second one, on a fresh worker, is the patch's.
_MOST_OVERRUNS = 2


@dataclass(frozen=True)
class Execution:
    """What a run is executed with. `retries` is how often the runtime delivers it again after a failure."""

    sessions: Sessions
    progress: Progress
    sandboxes: SandboxPool
    retries: int


@dataclass(frozen=True)
class Work:
    """A run taken up: the job for a sandbox, or the run whose stored result answers it."""

    ground: Ground
    job: Job
    answered_by: UUID | None


async def execute_run(event: RunRequested, session: AsyncSession, execution: Execution) -> None:
    """Nothing happens to a run that has ended meanwhile, by another worker or by a cancellation."""
    work = await _take_up(execution, event)
    if work is None:
        return
    if work.answered_by is not None:
        await copy_result(session, event, work.answered_by)
        return

    async def tell(told: Told) -> None:
        await execution.progress.send(str(event.run_id), told.model_dump(include={"done", "total", "scenario"}))

    running = _report(execution.sandboxes, work.job, tell)
    try:
        report = await _run_unless_cancelled(execution.sessions, event.run_id, running)
    except WorkerDied:
        if await failures(session, event) + 1 < execution.retries:
            raise
        if (run := await claim(session, event.run_id)) is not None:
            await give_up(session, event, run)
        return
    if report is not None:
        await store_report(session, event, work.ground.fingerprint, report)


async def _take_up(execution: Execution, event: RunRequested) -> Work | None:
    async with execution.sessions.begin() as session:
        run = await session.get(Run, event.run_id, with_for_update=True)
        if run is None or run.state not in OPEN:
            return None
        # The last attempt tries nothing, so it cannot fail in the way of those before.
        if run.attempts >= MOST_ATTEMPTS or await failures(session, event) >= execution.retries:
            await give_up(session, event, run)
            return None
        ground = await read_ground(session, reference(run))
        job = await _job(session, run, ground)
        answered_by = None if run.forced else await find_result(session, run, ground.fingerprint)
        first = run.state == "queued"
        run.state = "running"
        run.attempts += 1
        run.base_fingerprint = ground.fingerprint
        run.started_at = run.started_at or datetime.now(UTC)
        if first:
            await emit(session, _started(event, ground))
        return Work(ground, job, answered_by)


async def _report(sandboxes: SandboxPool, job: Job, tell: Tell) -> Report:
    overran: RunOverran | None = None
    for _ in range(_MOST_OVERRUNS):
        try:
            return await sandboxes.run(job, tell)
        except RunOverran as error:
            overran = error
    assert overran is not None
    return too_long(overran.seconds, _MOST_OVERRUNS)


async def _job(session: AsyncSession, run: Run, ground: Ground) -> Job:
    version = await session.get_one(DraftedVersion, (run.module_id, run.version))
    patches = await read_patches(session, (*ground.live, *ground.candidate))

    def documents(live: tuple[VersionRef, ...]) -> tuple[dict[str, Any], ...]:
        return tuple(patches[one.content_hash] for one in live)

    return Job(
        run_id=run.id,
        patch=version.patch,
        author_id=version.author["id"],
        author_roles=tuple(run.author_roles),
        base=documents(ground.base),
        live=documents(ground.live),
        candidate=documents(ground.candidate),
        entities=tuple(run.entities),
    )


def _started(event: RunRequested, ground: Ground) -> RunStarted:
    return RunStarted(
        cause=event.cause.by("tester"),
        subject=str(event.run_id),
        run_id=event.run_id,
        version=event.version,
        base_fingerprint=ground.fingerprint,
        full=not event.entities,
    )


async def _run_unless_cancelled(
    sessions: Sessions, run_id: UUID, running: Coroutine[Any, Any, Report]
) -> Report | None:
    """The report, or nothing when a person cancelled the run; then its sandbox is told to stop."""
    task = asyncio.create_task(running)
    try:
        while not (await asyncio.wait([task], timeout=_CANCEL_POLL_SECONDS))[0]:
            async with sessions() as session:
                state = await session.scalar(select(Run.state).where(Run.id == run_id))
            if state not in OPEN:
                return None
        return await task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
