"""A host killed in the middle of an activation is the old one or the new one, never a mix."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from services.crm.settings import Settings
from tests.services.crm.hosting import ADAM, LOYALTY, Host, version_of

ROOT = Path(__file__).parents[3]
# Stops where the test can see it: everything is applied, nothing committed.
OBEY = """
import asyncio, sys
from services.crm.activation import obey_release
from shared.contracts.publishing import ReleaseAuthorised
from shared.runtime.database import open_engine, open_sessions

async def main():
    order = ReleaseAuthorised.model_validate_json(sys.stdin.readline())
    sessions = open_sessions(open_engine(sys.argv[1], name="killed"))
    async with sessions.begin() as session:
        await obey_release(session, order, "crm")
        await session.flush()
        print("applied", flush=True)
        await asyncio.sleep(3600)

asyncio.run(main())
"""


async def test_a_kill_after_applying_leaves_the_old_crm(settings: Settings, host: Host) -> None:
    await host.told()
    before = (await host.get("/manifest", ADAM)).json()
    version = version_of(LOYALTY)
    order = host.order("publish", version, [version], LOYALTY)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OBEY, settings.database_url, stdin=-1, stdout=-1, cwd=ROOT
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(order.model_dump_json().encode() + b"\n")
    await process.stdin.drain()
    assert await process.stdout.readline() == b"applied\n"
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    assert (await host.get("/manifest", ADAM)).json() == before
    assert await host.told() == []
    await host.hear(order)
    (event,) = await host.told()
    assert (event["topic"], event["host_sequence"]) == ("crm.activated", 2)


async def test_a_request_never_sees_half_a_change(settings: Settings, host: Host) -> None:
    customer = await host.customer()
    version = version_of(LOYALTY)
    stop = asyncio.Event()
    seen: list[tuple[int, set[str]]] = []

    async def read() -> None:
        while not stop.is_set():
            answer = await host.get(f"/crm/Customer/{customer['id']}", ADAM)
            seen.append((answer.status_code, set(answer.json())))

    reading = [asyncio.create_task(read()) for _ in range(3)]
    for _ in range(3):
        await host.publish(LOYALTY, version)
        await host.unpublish(version)
    stop.set()
    await asyncio.gather(*reading)
    assert {status for status, _ in seen} == {200}
    assert len({frozenset(names) for _, names in seen}) <= 2


@asynccontextmanager
async def reading_customers(settings: Settings) -> AsyncGenerator[None]:
    """Somebody's report, which keeps its transaction open."""
    connection = await asyncpg.connect(settings.database_url.replace("+asyncpg", ""))
    transaction = connection.transaction()
    await transaction.start()
    await connection.fetch('SELECT "id" FROM crm."Customer"')
    try:
        yield
    finally:
        await transaction.rollback()
        await connection.close()


async def test_a_long_transaction_holds_up_the_release_and_nobody_else(settings: Settings, host: Host) -> None:
    customer = await host.customer()
    async with reading_customers(settings):
        publishing = asyncio.create_task(host.publish(LOYALTY))
        answers = [await host.get(f"/crm/Customer/{customer['id']}", ADAM) for _ in range(5)]
        assert not publishing.done()
    await publishing
    assert {answer.status_code for answer in answers} == {200}
    assert (await host.get("/manifest", ADAM)).json()["host_sequence"] == 2


async def test_a_release_that_never_gets_its_turn_says_that_the_crm_is_busy(settings: Settings, host: Host) -> None:
    await host.told()
    async with reading_customers(settings):
        await host.publish(LOYALTY)
    (event,) = await host.told()
    assert (event["topic"], event["code"]) == ("crm.activation_failed", "crm_busy")
