"""Two who wait for one another: one of them is told to try again, and nothing of his is written."""

import asyncio

import asyncpg
import pytest

from services.crm.settings import Settings
from tests.services.crm.hosting import SALLY, Host
from tests.services.edge import problem

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
LOOKS_MAX = 20_000


async def waiting(connection: asyncpg.Connection) -> None:
    """Until somebody waits for a lock."""
    for _ in range(LOOKS_MAX):
        if await connection.fetchval(WAITING):
            return
    pytest.fail("Nobody waits.")


async def test_who_waits_in_a_circle_may_try_again(host: Host, settings: Settings) -> None:
    (order, *_) = (await host.get("/crm/Order", SALLY)).json()["items"]
    other = await host.customer()
    path = f"/crm/Order/{order['id']}"
    connection = await asyncpg.connect(settings.database_url.replace("+asyncpg", ""))
    # Whose time is up first looks for a circle, and gives way.
    await connection.execute("SET deadlock_timeout = '10min'")
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute('SELECT FROM crm."Customer" WHERE id = $1 FOR UPDATE', other["id"])
    changing = asyncio.create_task(host.patch(path, SALLY, {"customer": other["id"]}))
    await waiting(connection)
    await connection.execute('SELECT FROM crm."Order" WHERE id = $1 FOR UPDATE', order["id"])
    await transaction.rollback()
    await connection.close()
    answer = await changing
    assert problem(answer) == (409, "busy")
    assert answer.json()["problems"][0]["message"]["zh"] == "记录未写入:他人同时写入了相同的记录,请重试。"
    again = await host.patch(path, SALLY, {"customer": other["id"]})
    assert again.json()["customer"] == other["id"]
