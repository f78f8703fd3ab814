"""Two who write at once: what one of them waits for, the other has done; and nobody waits in a circle."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from shared.crm import base_manifest
from shared.engine import RecordRefused
from shared.engine.connection import Connection
from tests.engine.workshop import ADMIN, CLOCK, Record, Workshop, add_field, patched
from tests.support.databases import Databases

LEVEL = add_field("Customer", "level", type="integer", default=1)
POINTS = add_field("Order", "points", type="integer", computed="floor(subtotal) * customer.level")
SPENT = add_field("Customer", "spent", type="integer", default=0)
COUNTING: Record = {
    "op": "add_trigger",
    "entity": "Order",
    "trigger": {
        "name": "counting",
        "on": ["create"],
        "actions": [
            {
                "action": "update",
                "entity": "Customer",
                "by": "id",
                "equals": "customer",
                "values": {"spent": "spent + 1"},
            }
        ],
    },
}


ONCE: Record = {
    "op": "add_rule",
    "entity": "Order",
    "rule": {
        "name": "three_orders_a_customer",
        "expression": "@others < 3",
        "lookups": {"others": {"entity": "Order", "by": "customer", "equals": "customer", "find": "count"}},
        "on": ["create"],
        "message": {"en": "A customer may have three orders.", "zh": "一个客户最多三个订单。"},
    },
}


@dataclass(frozen=True)
class Two:
    """A shop whose records are there for everybody, and another connection to it."""

    shop: Workshop
    second: Connection
    url: str


@pytest.fixture
async def two(databases: Databases) -> AsyncGenerator[Two]:
    url = databases.empty()
    first, second = await asyncpg.connect(url), await asyncpg.connect(url)
    manifest = patched(base_manifest(), LEVEL, POINTS, SPENT, COUNTING)
    yield Two(await Workshop.installed(first, manifest), second, url)
    await first.close()
    await second.close()
    databases.drop(url)


async def waiting(connection: Connection) -> None:
    """Until somebody waits for a lock."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(20_000):
        await connection.execute("SELECT pg_stat_clear_snapshot()")
        if await connection.fetchval(sql):
            return
    pytest.fail("Nobody waits.")


def updating(shop: Workshop, connection: Connection, entity: str, record: Record, **values: Any) -> Any:
    return shop.application.update(connection, entity, UUID(record["id"]), values, ADMIN, CLOCK)


def ordering(shop: Workshop, connection: Connection, customer: Record) -> Any:
    values = {"customer": customer["id"], "items": [{"product": "Tea", "quantity": 1, "unitPrice": 10}]}
    return shop.application.create(connection, "Order", values, ADMIN, CLOCK)


async def one_after_the_other(shop: Workshop, second: Connection, work: Any, other: Any) -> tuple[Record, Record]:
    """`work` is done and not yet committed while `other`, on the other connection, begins."""

    async def apart() -> Record:
        async with second.transaction():
            return await other

    async with shop.connection.transaction():
        done = await work
        waits = asyncio.create_task(apart())
        await waiting(shop.connection)
    return done, await waits


async def test_who_waited_for_a_record_has_its_lines_as_they_are(two: Two) -> None:
    shop, second = two.shop, two.second
    order = await shop.order()
    items = [{"product": "Pot", "quantity": 2, "unitPrice": 50}]
    changed = updating(shop, shop.connection, "Order", order, items=items)
    done, after = await one_after_the_other(shop, second, changed, updating(shop, second, "Order", order, notes="x"))
    assert after["items"] == done["items"]
    assert (after["subtotal"], after["notes"]) == ("100.00", "x")
    assert (await shop.read("Order", order["id"]))["subtotal"] == "100.00"


async def test_who_changes_what_is_read_waits_for_who_reads_it(two: Two) -> None:
    shop, second = two.shop, two.second
    customer = await shop.customer(level=2)
    made, _ = await one_after_the_other(
        shop, second, ordering(shop, shop.connection, customer), updating(shop, second, "Customer", customer, level=5)
    )
    assert made["points"] == 20
    assert (await shop.read("Order", made["id"]))["points"] == 50


async def test_who_reads_what_is_changed_waits_for_the_change(two: Two) -> None:
    shop, second = two.shop, two.second
    customer = await shop.customer(level=2)
    order = await shop.order(customer)
    changed = updating(shop, shop.connection, "Customer", customer, level=5)
    _, after = await one_after_the_other(shop, second, changed, updating(shop, second, "Order", order, notes="x"))
    assert after["points"] == 50


async def test_what_a_trigger_counts_is_counted_twice(two: Two) -> None:
    shop, second = two.shop, two.second
    customer = await shop.customer()
    await one_after_the_other(shop, second, ordering(shop, shop.connection, customer), ordering(shop, second, customer))
    assert (await shop.read("Customer", customer["id"]))["spent"] == 2


async def test_many_at_once_wait_for_one_another_and_are_all_counted(two: Two) -> None:
    """Each refers to the customer, reads him for what it computes, and changes him: whoever comes first."""
    shop = two.shop
    customer = await shop.customer(level=2)
    many = [await asyncpg.connect(two.url) for _ in range(6)]

    async def some(connection: Connection) -> None:
        for _ in range(5):
            async with connection.transaction():
                await ordering(shop, connection, customer)

    await asyncio.gather(*(some(one) for one in many))
    assert (await shop.read("Customer", customer["id"]))["spent"] == 30
    for one in many:
        await one.close()


async def test_of_many_at_once_only_as_many_are_taken_as_a_lookup_allows(two: Two) -> None:
    shop = two.shop
    await shop.become(patched(shop.manifest, ONCE))
    customer = await shop.customer()
    many = [await asyncpg.connect(two.url) for _ in range(6)]

    async def one(connection: Connection) -> str:
        try:
            async with connection.transaction():
                await ordering(shop, connection, customer)
        except RecordRefused as refused:
            return refused.problems[0].code
        return "taken"

    found = await asyncio.gather(*(one(connection) for connection in many))
    assert sorted(found) == ["rule_broken"] * 3 + ["taken"] * 3
    for connection in many:
        await connection.close()
