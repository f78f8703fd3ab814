"""Lookups of rules: asked of what is stored, in one statement, three-valued."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from shared.crm import base_manifest
from shared.engine import RecordRefused
from shared.engine.connection import Connection
from shared.patch import Manifest
from tests.engine.workshop import SCHEMA, Record, Workshop, add_field, add_rule, codes, patched

OPEN: Record = {
    "entity": "Order",
    "by": "customer",
    "equals": "customer",
    "where": "status != 'cancelled' && id != this.id",
    "find": "sum",
    "value": "total",
}


def credit(**rule: Any) -> Manifest:
    """All open orders of a customer together stay within his limit."""
    limit = add_field("Customer", "creditLimit", type="money")
    kept = add_rule("Order", "creditKept", "@open + total <= customer.creditLimit", lookups={"open": OPEN}, **rule)
    return patched(base_manifest(), limit, kept)


def asking(entity: str, name: str, expression: str, lookup: Record, **rule: Any) -> Manifest:
    return patched(base_manifest(), add_rule(entity, name, expression, lookups={"found": lookup}, **rule))


async def statements(connection: Connection, work: Awaitable[Any]) -> list[str]:
    taken: list[str] = []
    with connection.query_logger(lambda record: taken.append(record.query)):
        await work
        # The logger is called on the loop's next turn.
        await asyncio.sleep(0)
    return taken


async def test_a_rule_counts_what_other_records_hold(connection: Connection) -> None:
    shop = await Workshop.installed(connection, credit())
    customer = await shop.customer(creditLimit=100)
    first = await shop.order(customer, 50)
    await shop.order(customer, 30)
    values = {"customer": customer["id"], "items": [{"product": "Tea", "quantity": 1, "unitPrice": 30}]}
    refused = await shop.refused("Order", values)
    assert (refused.code, codes(refused)) == ("invalid", {("", "rule_broken")})
    assert refused.problems[0].message == {"en": "creditKept is broken.", "zh": "creditKept 不成立。"}
    await shop.transition("Order", first["id"], "cancelled")
    assert await shop.create("Order", values)


async def test_a_record_itself_counts_as_it_is_stored(connection: Connection) -> None:
    """Without `id != this.id` the order counts twice, with the total that it had."""
    where = {"where": "status != 'cancelled'"}
    shop = await Workshop.installed(
        connection, asking("Order", "kept", "@found + subtotal <= 100", OPEN | where | {"value": "subtotal"})
    )
    order = await shop.order(amount=40)
    assert await shop.update("Order", order["id"], {"notes": "x"})
    with pytest.raises(RecordRefused):
        await shop.update("Order", order["id"], {"items": [{"product": "Tea", "quantity": 1, "unitPrice": 61}]})


async def test_what_is_not_known_breaks_no_rule(connection: Connection) -> None:
    shop = await Workshop.installed(connection, credit())
    assert await shop.order(await shop.customer(), 10_000)


async def test_a_lookup_by_a_misfit_is_not_asked(connection: Connection) -> None:
    shop = await Workshop.installed(connection, asking("Order", "never", "@found > 0", OPEN))
    refused = await shop.refused("Order", {"customer": "nobody"})
    assert codes(refused) == {("customer", "not_a_reference")}


@pytest.mark.parametrize(
    ("find", "expression"),
    [
        ({"find": "exists"}, "@found"),
        ({"find": "count"}, "@found == 2"),
        ({"find": "max", "value": "subtotal"}, "@found == 30"),
        ({"find": "min", "value": "orderDate"}, "@found == today"),
        ({"find": "one", "value": "subtotal", "sort": "-total"}, "@found == 30"),
        ({"find": "one", "value": "orderNumber", "sort": "-orderNumber"}, "@found == 'ORD-000002'"),
        ({"find": "one", "value": "customer"}, "@found == null"),
        ({"find": "one", "value": "customer", "sort": "createdAt"}, "@found == id"),
    ],
)
async def test_every_way_to_find(connection: Connection, find: Record, expression: str) -> None:
    lookup = {"entity": "Order", "by": "customer", "equals": "id", **find}
    shop = await Workshop.installed(connection, asking("Customer", "found", expression, lookup, on=["update"]))
    customer = await shop.customer()
    for amount in (10, 30):
        await shop.order(customer, amount)
    assert await shop.update("Customer", customer["id"], {"notes": "x"})
    await shop.become(asking("Customer", "found", f"!({expression})", lookup, on=["update"]))
    with pytest.raises(RecordRefused):
        await shop.update("Customer", customer["id"], {"notes": "y"})


async def test_all_rules_ask_in_one_statement(connection: Connection) -> None:
    number = {"entity": "Order", "by": "customer", "equals": "customer", "find": "count"}
    few = add_rule("Order", "few", "@number < 100", lookups={"number": number})
    shop = await Workshop.installed(connection, patched(credit(), few, module="more"))
    customer = await shop.customer(creditLimit=1000)
    await shop.order(customer)
    taken = await statements(connection, shop.order(customer))
    # The record that it refers to, whose turn it is, the lookups, the order, its tracking.
    assert len(taken) == 5
    assert sum("creditLimit" in one for one in taken) == 1


async def test_the_statement_of_a_lookup_is_the_same_for_every_record(connection: Connection) -> None:
    shop = await Workshop.installed(connection, credit())
    customer = await shop.customer(creditLimit=1000)
    await shop.order(customer, 10)
    assert await statements(connection, shop.order(customer, 20)) == await statements(connection, shop.order(customer))


async def test_a_rule_on_delete_asks_too(connection: Connection) -> None:
    number = {"entity": "OrderTracking", "by": "order", "find": "count"}
    manifest = asking("Order", "untracked", "@found <= 1", number, on=["delete"])
    shop = await Workshop.installed(connection, manifest)
    order = await shop.order()
    await shop.transition("Order", order["id"], "confirmed")
    with pytest.raises(RecordRefused) as caught:
        await shop.delete("Order", order["id"])
    assert codes(caught.value) == {("", "rule_broken")}
    await shop.delete("Order", (await shop.order())["id"])


async def test_what_one_row_cannot_tell_is_no_check(connection: Connection) -> None:
    changed = add_rule("Order", "grows", "old.total == null || total >= old.total")
    dated = add_rule("Order", "dated", "orderDate <= today")
    plain = add_rule("Order", "plain", "total < 1000000")
    await Workshop.installed(connection, patched(credit(), changed, dated, plain, module="more"))
    sql = "SELECT conname FROM pg_constraint WHERE conname LIKE 'rule:%' AND connamespace = $1::regnamespace"
    assert [row["conname"] for row in await connection.fetch(sql, SCHEMA)] == ["rule:more/rule/Order.plain"]
