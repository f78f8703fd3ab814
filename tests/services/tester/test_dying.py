"""Workers, services and databases that go away in the middle of a run: it is taken up again, and ends once."""

import asyncio
import signal
import sys
from pathlib import Path

import asyncpg

from patchbay.local.program import wait_until
from services.tester.app import create_app
from services.tester.settings import Settings
from tests.services import story
from tests.services.tester.bench import LOYALTY, Bench, at_the_bench, signal_a_worker_at_the_first_scenario


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def end_sessions_at_the_first_scenario(bench: Bench, database: str) -> None:
    async for _ in bench.hub.watch():
        connection = await asyncpg.connect(database)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'patchbay sandbox'"
        )
        await connection.close()
        return


async def test_a_sandbox_database_that_restarts_in_the_middle_is_no_verdict(tester: Bench, database: str) -> None:
    asked = (await tester.ask(await tester.draft(LOYALTY))).json()
    requested = await tester.requested()
    ending = asyncio.create_task(end_sessions_at_the_first_scenario(tester, database))
    await asyncio.sleep(0)
    verdict = await tester.deliver(requested)
    await ending
    assert type(verdict).__name__ == "Again"
    await tester.hear(requested)
    assert (await tester.read(asked["id"]))["state"] == "passed"


async def test_a_run_whose_worker_died_is_taken_up_again_and_ends_once(tester: Bench) -> None:
    asked = (await tester.ask(await tester.draft(LOYALTY))).json()
    requested = await tester.requested()
    killing = asyncio.create_task(signal_a_worker_at_the_first_scenario(tester, signal.SIGKILL))
    await asyncio.sleep(0)
    verdict = await tester.deliver(requested)
    await killing
    assert type(verdict).__name__ == "Again"
    assert (await tester.read(asked["id"]))["state"] == "running"
    await tester.hear(requested)
    run = await tester.read(asked["id"])
    assert (run["state"], run["attempts"]) == ("passed", 2)
    # Delivered once more by a broker that lost the acknowledgement.
    await tester.hear(requested)
    assert [event["topic"] for event in await tester.told()] == ["run.started", "run.passed"]


async def test_two_workers_with_the_same_run_tell_one_verdict(settings: Settings) -> None:
    async with (
        at_the_bench(create_app(settings), auto_run=False) as one,
        at_the_bench(create_app(settings), auto_run=False) as other,
    ):
        await one.hear(story.live_set(1))
        await one.ask(await one.draft(LOYALTY))
        requested = await one.requested()
        verdicts = await asyncio.gather(one.deliver(requested), other.deliver(requested))
        assert "Done" in {type(verdict).__name__ for verdict in verdicts}
        await one.hear(requested)
        await other.hear(requested)
        assert [event["topic"] for event in await one.told()] == ["run.started", "run.passed"]


async def test_a_sandbox_database_that_is_away_is_no_verdict(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"sandbox_url": "postgresql://nobody@127.0.0.1:1/nowhere"})
    async with at_the_bench(create_app(nowhere), auto_run=False) as bench:
        await bench.hear(story.live_set(1))
        asked = (await bench.ask(await bench.draft(LOYALTY))).json()
        requested = await bench.requested()
        verdict = await bench.deliver(requested)
        assert type(verdict).__name__ == "Again"
        assert (await bench.read(asked["id"]))["state"] == "running"
    async with at_the_bench(create_app(settings), auto_run=False) as back:
        await back.hear(requested)
        assert (await back.read(asked["id"]))["state"] == "passed"


# Stops where the test can see it: the workers are up, and nobody will ever close the pool.
WARM = """
import asyncio, sys
from services.tester.pool import SandboxPool

async def main():
    pool = SandboxPool(sys.argv[1], slots=2, run_seconds=60)
    await pool.warm()
    print(*[worker.pid for worker in pool.workers], flush=True)
    await asyncio.sleep(3600)

asyncio.run(main())
"""


async def test_workers_end_with_a_service_that_is_killed(database: str) -> None:
    root = Path(__file__).parents[3]
    service = await asyncio.create_subprocess_exec(sys.executable, "-c", WARM, database, stdout=-1, cwd=root)
    assert service.stdout
    pids = [int(pid) for pid in (await service.stdout.readline()).split()]
    assert len(pids) == 2
    service.kill()
    await service.wait()
    assert await asyncio.to_thread(wait_until, lambda: not any(is_running(pid) for pid in pids), 30, 0.05)


async def test_workers_end_with_their_service(settings: Settings) -> None:
    async with at_the_bench(create_app(settings), auto_run=False) as bench:
        await bench.sandboxes.warm()
        pids = [worker.pid for worker in bench.sandboxes.workers]
    assert pids
    assert not any(is_running(pid) for pid in pids)
