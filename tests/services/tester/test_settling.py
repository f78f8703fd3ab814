"""Runs that come to no report by themselves: every one of them ends, and its version leaves `testing`."""

import asyncio
import signal
from typing import Any

from services.tester.app import create_app
from services.tester.settings import Settings
from services.tester.settling import MOST_ATTEMPTS
from shared.contracts.testing import RunRequested
from tests.services import story
from tests.services.edge import ADA, problem
from tests.services.tester.bench import (
    LOYALTY,
    RETRIES,
    Bench,
    at_the_bench,
    signal_a_worker_at_the_first_scenario,
)


async def asked(bench: Bench) -> tuple[dict[str, Any], RunRequested]:
    run = (await bench.ask(await bench.draft(LOYALTY))).json()
    return run, await bench.requested()


async def deliver_and_signal(bench: Bench, event: RunRequested, number: signal.Signals) -> str:
    """Deliver the run, and signal its worker in the middle; the name of the verdict."""
    signalling = asyncio.create_task(signal_a_worker_at_the_first_scenario(bench, number))
    await asyncio.sleep(0)
    verdict = await bench.deliver(event)
    await signalling
    return type(verdict).__name__


async def topics(bench: Bench) -> list[str]:
    return [event["topic"] for event in await bench.told()]


async def test_a_run_that_always_overruns_fails_once_and_says_the_limit(settings: Settings) -> None:
    hasty = settings.model_copy(update={"run_seconds": 0.05})
    async with at_the_bench(create_app(hasty), auto_run=False) as bench:
        await bench.hear(story.live_set(1))
        line, requested = await asked(bench)
        await bench.hear(requested)
        await bench.hear(requested)
        run = await bench.read(line["id"])
        (failure,) = run["problems"]
        assert (run["state"], failure["code"], failure["pointer"]) == ("failed", "run_too_long", None)
        assert all("0.05" in failure["cause"][language] for language in ("en", "zh"))
        assert {case["outcome"] for case in run["rehearsal"]} == {"skipped"}
        started, failed = await bench.told()
        assert (started["topic"], failed["topic"], failed["problems"]) == ("run.started", "run.failed", [failure])
        assert (failed["tally"]["failed"], failed["tally"]["passed"]) == (1, 0)
        assert not any(worker.alive for worker in bench.sandboxes.workers)


async def test_a_run_that_overran_is_run_again_when_it_is_asked_for(settings: Settings) -> None:
    hasty = settings.model_copy(update={"run_seconds": 0.05})
    async with at_the_bench(create_app(hasty), auto_run=False) as bench:
        await bench.hear(story.live_set(1))
        version = await bench.draft(LOYALTY)
        await bench.ask(version)
        await bench.hear(await bench.requested())
    async with at_the_bench(create_app(settings), auto_run=False) as patient:
        await patient.told()
        again = (await patient.ask(version)).json()
        await patient.hear(await patient.requested())
        run = await patient.read(again["id"])
        assert (run["state"], run["reused_from"]) == ("passed", None)


async def test_one_overrun_is_no_verdict(settings: Settings) -> None:
    async with at_the_bench(create_app(settings.model_copy(update={"run_seconds": 5})), auto_run=False) as bench:
        await bench.hear(story.live_set(1))
        line, requested = await asked(bench)
        assert await deliver_and_signal(bench, requested, signal.SIGSTOP) == "Done"
        assert (await bench.read(line["id"]))["state"] == "passed"


async def test_a_run_whose_worker_always_dies_is_broken_and_can_be_asked_for_again(tester: Bench) -> None:
    line, requested = await asked(tester)
    verdicts = [await deliver_and_signal(tester, requested, signal.SIGKILL) for _ in range(RETRIES)]
    assert verdicts == [*["Again"] * (RETRIES - 1), "Done"]
    run = await tester.read(line["id"])
    assert (run["state"], run["problems"], run["cases"], run["tally"]) == ("broken", [], [], None)
    assert await topics(tester) == ["run.started", "run.cancelled"]
    assert problem(await tester.post(f"/runs/{line['id']}/cancel", ADA)) == (409, "run_ended")
    await tester.hear(requested)
    again = (await tester.ask(requested.version)).json()
    assert again["id"] != line["id"]
    await tester.hear(await tester.requested())
    assert (await tester.read(again["id"]))["state"] == "passed"


async def test_a_run_whose_sandbox_stays_away_is_broken_in_the_end(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"sandbox_url": "postgresql://nobody@127.0.0.1:1/nowhere"})
    async with at_the_bench(create_app(nowhere), auto_run=False) as bench:
        await bench.hear(story.live_set(1))
        line, requested = await asked(bench)
        verdicts = [type(await bench.deliver(requested)).__name__ for _ in range(MOST_ATTEMPTS + 1)]
        assert verdicts == [*["Again"] * MOST_ATTEMPTS, "Done"]
        assert (await bench.read(line["id"]))["state"] == "broken"
        assert await topics(bench) == ["run.started", "run.cancelled"]


async def test_a_run_whose_ground_never_becomes_known_is_broken_before_it_began(tester: Bench) -> None:
    await tester.hear(story.live_set(2, story.reference(module="never_heard_of")))
    line, requested = await asked(tester)
    verdicts = [type(await tester.deliver(requested)).__name__ for _ in range(RETRIES + 1)]
    assert verdicts == [*["Again"] * RETRIES, "Done"]
    assert (await tester.read(line["id"]))["state"] == "broken"
    assert await topics(tester) == ["run.cancelled"]
