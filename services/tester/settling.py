"""Runs that come to no report: they are settled too, so that no version stays in `testing`.

A run that overruns says something about its patch, and fails. One that our own trouble kept from ending says nothing:
it is broken, its version goes back to where it came from, and a person may ask again.
"""

import logging
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.tester.evidence import Case, Problem, Report
from services.tester.rehearsal import not_rehearsed
from services.tester.requests import reference
from services.tester.tables import Run
from shared.contracts.testing import RunCancelled, RunRequested
from shared.crm import SUITE_VERSION
from shared.engine import ENGINE_VERSION
from shared.runtime.outbox import emit
from shared.runtime.tables import AttemptRow

# Attempts that the runtime does not count: those over which the whole tester died, or before an absent sandbox. Both
# transports bury a message that was delivered 20 times without asking anybody, so this must be less.
MOST_ATTEMPTS = 15

_LOG = logging.getLogger("patchbay.tester")
_TITLE = {"en": "The run ends in time", "zh": "测试在限定时间内结束"}
_CAUSE = {
    "en": (
        "The run took longer than {seconds} s, on each of {times} fresh workers, and was stopped. Look for what is "
        "worked out again and again: rules and computed fields over many lines, or long scenarios. If only this "
        "machine is slow, raise PATCHBAY_RUN_SECONDS and run it again."
    ),
    "zh": (
        "测试超过 {seconds} 秒仍未结束(已在 {times} 个全新的进程中各试一次),因此被中止。请检查反复计算的内容:"
        "涉及大量明细的规则和计算字段,或过长的场景。如果只是本机较慢,请调大 PATCHBAY_RUN_SECONDS 后重新测试。"
    ),
}


def too_long(seconds: float, times: int) -> Report:
    """The evidence of a run that had to be stopped."""
    said = {"seconds": f"{seconds:g}", "times": times}
    problem = Problem(
        scenario="time",
        code="run_too_long",
        expected=f"at most {seconds:g} s",
        got=f"stopped after {seconds:g} s, {times} times",
        cause={language: sentence.format(**said) for language, sentence in _CAUSE.items()},
    )
    took = seconds * times
    case = Case(
        suite="static", scenario="time", title=_TITLE, outcome="failed", milliseconds=took * 1000, problem=problem
    )
    return Report(
        suite_version=SUITE_VERSION, engine_version=ENGINE_VERSION, cases=(case, *not_rehearsed()), seconds=took
    )


async def failures(session: AsyncSession, event: RunRequested) -> int:
    """How many attempts at this run failed, as the runtime counts them."""
    row = await session.get(AttemptRow, event.id)
    return 0 if row is None else row.count


async def give_up(session: AsyncSession, event: RunRequested, run: Run) -> None:
    """End the run without a verdict. The caller holds its row."""
    _LOG.error("Run %s is given up: it was taken up %s times and never ended.", run.id, run.attempts)
    run.state = "broken"
    run.ended_at = datetime.now(UTC)
    cause = event.cause.by("tester")
    await emit(session, RunCancelled(cause=cause, subject=str(run.id), run_id=run.id, version=reference(run)))
