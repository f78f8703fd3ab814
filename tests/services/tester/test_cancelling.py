"""Runs that a person stops."""

import asyncio

from tests.services.edge import ADA, problem
from tests.services.tester.bench import LOYALTY, Bench


async def test_a_queued_run_is_cancelled_and_never_carried_out(tester: Bench) -> None:
    asked = (await tester.ask(await tester.draft(LOYALTY))).json()
    requested = await tester.requested()
    cancelled = await tester.post(f"/runs/{asked['id']}/cancel", ADA)
    assert cancelled.json()["state"] == "cancelled"
    await tester.hear(requested)
    assert (await tester.read(asked["id"]))["cases"] == []
    assert [event["topic"] for event in await tester.told()] == ["run.cancelled"]


async def test_a_running_run_is_cancelled_and_its_worker_ended(tester: Bench) -> None:
    asked = (await tester.ask(await tester.draft(LOYALTY))).json()
    requested = await tester.requested()
    watched = asyncio.Event()

    async def cancel_at_the_first_scenario() -> None:
        async for _ in tester.hub.watch():
            if not watched.is_set():
                watched.set()
                await tester.post(f"/runs/{asked['id']}/cancel", ADA)

    cancelling = asyncio.create_task(cancel_at_the_first_scenario())
    await asyncio.sleep(0)
    await tester.hear(requested)
    cancelling.cancel()
    assert watched.is_set()
    run = await tester.read(asked["id"])
    assert (run["state"], run["cases"]) == ("cancelled", [])
    assert [event["topic"] for event in await tester.told()] == ["run.started", "run.cancelled"]


async def test_a_version_whose_run_was_cancelled_can_be_run_again(tester: Bench) -> None:
    version = await tester.draft(LOYALTY)
    first = (await tester.ask(version)).json()
    await tester.post(f"/runs/{first['id']}/cancel", ADA)
    await tester.told()
    second = (await tester.ask(version)).json()
    assert second["id"] != first["id"]
    await tester.hear(await tester.requested())
    assert (await tester.read(second["id"]))["state"] == "passed"


async def test_a_verdict_stands(tester: Bench) -> None:
    run = await tester.run(LOYALTY)
    answer = await tester.post(f"/runs/{run['id']}/cancel", ADA)
    assert problem(answer) == (409, "run_ended")
    assert (await tester.read(run["id"]))["state"] == "passed"
