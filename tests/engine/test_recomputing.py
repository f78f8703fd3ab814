"""Computed fields that read other records: right when they are written, and when what they read changes."""

import pytest

from shared.crm import base_manifest
from shared.engine import RecordRefused
from shared.engine.connection import Connection
from shared.patch import Manifest
from tests.engine.goods import goods, line
from tests.engine.workshop import SCHEMA, Record, Workshop, add_field, add_rule, patched

LEVEL = add_field("Customer", "level", type="integer", default=1)
# Customer → Order → transaction, and on within it.
POINTS = add_field("Order", "points", type="integer", computed="floor(subtotal) * customer.level")
DOUBLE = add_field("Order", "double", type="integer", computed="points * 2")
WORTH = add_field("FinancialTransaction", "worth", type="integer", computed="order.double + order.points")
NAMED = add_field("FinancialTransaction", "who", type="text", computed="customer.name + (worth > 100 ? '!' : '')")
# Of lines: within one, over all, and over all through their references.
AMOUNT: Record = {
    "op": "add_field",
    "entity": "Order",
    "lines": "items",
    "field": {"name": "listed", "type": "money", "computed": "goods.price * quantity"},
}
LISTED = add_field("Order", "listed", type="money", computed="items.sum(i, i.listed)")
DEAREST = add_field("Order", "dearest", type="money", computed="items.max(i, i.goods.price)")


def chained() -> Manifest:
    return patched(base_manifest(), LEVEL, POINTS, DOUBLE, WORTH, NAMED)


async def paid(shop: Workshop, order: Record) -> Record:
    values = {
        "customer": order["customer"],
        "order": order["id"],
        "type": "receipt",
        "amount": 1,
        "paymentMethod": "cash",
    }
    return await shop.create("FinancialTransaction", values)


async def test_a_value_is_computed_over_a_reference(connection: Connection) -> None:
    shop = await Workshop.installed(connection, chained())
    order = await shop.order(await shop.customer(level=3))
    assert (order["points"], order["double"]) == (30, 60)
    other = await shop.customer(level=5)
    moved = await shop.update("Order", order["id"], {"customer": other["id"]})
    assert (moved["points"], moved["double"]) == (50, 100)


async def test_a_change_reaches_all_that_is_computed_from_it(connection: Connection) -> None:
    shop = await Workshop.installed(connection, chained())
    customer, other = await shop.customer(level=3), await shop.customer()
    order, theirs = await shop.order(customer), await shop.order(other)
    transaction = await paid(shop, order)
    assert (transaction["worth"], transaction["who"]) == (90, "Harbour")
    await shop.update("Customer", customer["id"], {"level": 4})
    after = await shop.read("Order", order["id"])
    assert (after["points"], after["double"]) == (40, 80)
    reached = await shop.read("FinancialTransaction", transaction["id"])
    assert (reached["worth"], reached["who"]) == (120, "Harbour!")
    assert (await shop.read("Order", theirs["id"]))["points"] == 10
    await shop.update("Customer", customer["id"], {"level": None, "name": "Haven"})
    reached = await shop.read("FinancialTransaction", transaction["id"])
    assert (reached["worth"], reached["who"]) == (None, None)


async def test_nobody_writes_what_is_recomputed(connection: Connection) -> None:
    """No rule is asked that only the engine could ask, no trigger set off, no moment of change moved."""
    told = {"action": "set", "values": {"notes": "'x'"}}
    trigger = {"name": "noting", "on": ["update"], "actions": [told]}
    noting = {"op": "add_trigger", "entity": "Order", "trigger": trigger}
    few = add_rule("Order", "few", "points <= customer.level * 10")
    more = patched(chained(), noting, few, module="more")
    shop = await Workshop.installed(connection, more)
    customer = await shop.customer(level=3)
    order = await shop.order(customer, 9)
    sql = f'UPDATE "{SCHEMA}"."Order" SET "updatedAt" = \'2020-01-01Z\''
    await connection.execute(sql)
    await shop.update("Customer", customer["id"], {"level": 5})
    after = await shop.read("Order", order["id"])
    assert (after["points"], after["notes"], after["updatedAt"]) == (45, None, "2020-01-01T00:00:00Z")


async def test_what_the_database_holds_refuses_the_change(connection: Connection) -> None:
    few = add_rule("Order", "few", "points <= 50")
    shop = await Workshop.installed(connection, patched(chained(), few, module="more"))
    customer = await shop.customer(level=3)
    await shop.order(customer)
    with pytest.raises(RecordRefused) as caught:
        await shop.update("Customer", customer["id"], {"level": 6})
    (told,) = caught.value.problems
    assert (told.code, told.params["entity"]) == ("rule_broken", "Order")
    assert told.message["en"] == "Order: few is broken."


async def test_lines_follow_their_references(connection: Connection) -> None:
    shop = await Workshop.installed(connection, patched(goods(), AMOUNT, LISTED, DEAREST, module="later"))
    tea, pot = (
        await shop.create("Goods", {"name": "t", "price": 2}),
        await shop.create("Goods", {"name": "p", "price": 7}),
    )
    order = await shop.create(
        "Order", {"customer": (await shop.customer())["id"], "items": [line(tea), line(pot), line(tea)]}
    )
    assert (order["listed"], order["dearest"]) == ("11.00", "7.00")
    await shop.update("Goods", tea["id"], {"price": "10.50"})
    after = await shop.read("Order", order["id"])
    assert [one["listed"] for one in after["items"]] == ["10.50", "7.00", "10.50"]
    assert (after["listed"], after["dearest"]) == ("28.00", "10.50")
    assert after["subtotal"] == order["subtotal"]


@pytest.mark.parametrize(("on_delete", "left"), [("set_null", ["7.00", None]), ("cascade", ["7.00"])])
async def test_a_line_whose_reference_goes(connection: Connection, on_delete: str, left: list[str | None]) -> None:
    shop = await Workshop.installed(
        connection, patched(goods(on_delete=on_delete), AMOUNT, LISTED, DEAREST, module="later")
    )
    tea, pot = (
        await shop.create("Goods", {"name": "t", "price": 20}),
        await shop.create("Goods", {"name": "p", "price": 7}),
    )
    order = await shop.create("Order", {"customer": (await shop.customer())["id"], "items": [line(pot), line(tea)]})
    await shop.delete("Goods", tea["id"])
    after = await shop.read("Order", order["id"])
    assert [one["listed"] for one in after["items"]] == left
    assert (after["listed"], after["dearest"]) == ("7.00", "7.00")


async def test_a_reference_that_is_emptied_and_one_that_goes_along(connection: Connection) -> None:
    """Goods ← box (emptied with it) and ← crate (goes with it) ← label (emptied with that)."""
    manifest = goods()
    for name, target, on_delete in (
        ("Box", "Goods", "set_null"),
        ("Crate", "Goods", "cascade"),
        ("Tag", "Crate", "set_null"),
    ):
        told: Record = {
            "op": "add_entity",
            "entity": name,
            "label": {"en": name, "zh": name},
            "title": "name",
            "fields": [
                {"name": "name", "type": "text", "required": True},
                {"name": "of", "type": "ref", "target": target, "on_delete": on_delete},
                {"name": "said", "type": "text", "computed": "coalesce(of.name, 'none')"},
            ],
        }
        allow = ["view", "create", "edit", "delete"]
        manifest = patched(
            manifest, told, {"op": "grant", "entity": name, "role": "admin", "allow": allow}, module=name.lower()
        )
    shop = await Workshop.installed(connection, manifest)
    one = await shop.create("Goods", {"name": "g"})
    box = await shop.create("Box", {"name": "b", "of": one["id"]})
    crate = await shop.create("Crate", {"name": "c", "of": one["id"]})
    tag = await shop.create("Tag", {"name": "t", "of": crate["id"]})
    assert (box["said"], tag["said"]) == ("g", "c")
    await shop.delete("Goods", one["id"])
    assert (await shop.read("Box", box["id"]))["said"] == "none"
    assert (await shop.read("Tag", tag["id"]))["said"] == "none"
    assert (await shop.query("Crate")).items == []


async def test_a_record_that_refers_to_itself(connection: Connection) -> None:
    parent = add_field("Customer", "parent", type="ref", target="Customer")
    both = add_field("Customer", "both", type="integer", computed="level + parent.level")
    shop = await Workshop.installed(connection, patched(base_manifest(), LEVEL, parent, both))
    made = await shop.customer(level=2)
    child = await shop.customer(level=1, parent=made["id"])
    assert (await shop.update("Customer", made["id"], {"parent": made["id"]}))["both"] == 4
    assert (await shop.update("Customer", made["id"], {"level": 5}))["both"] == 10
    assert (await shop.read("Customer", child["id"]))["both"] == 6


async def test_old_rows_are_computed_in_the_order_of_dependence(connection: Connection) -> None:
    """Over tables, whatever the order of fields, modules and tables is."""
    late = patched(base_manifest(), add_field("Order", "points", type="integer", computed="floor(subtotal)"), LEVEL)
    shop = await Workshop.installed(connection, late)
    order = await shop.order(await shop.customer(level=3))
    transaction = await paid(shop, order)
    worth = add_field("FinancialTransaction", "worth", type="integer", computed="order.points * 2")
    more = patched(late, worth, module="more")
    await shop.become(more)
    assert (await shop.read("FinancialTransaction", transaction["id"]))["worth"] == 20
    await shop.become(by_level(more))
    assert (await shop.read("Order", order["id"]))["points"] == 30
    assert (await shop.read("FinancialTransaction", transaction["id"]))["worth"] == 60


def by_level(manifest: Manifest) -> Manifest:
    """As when the module that brought the field says something else."""
    order = manifest.visible_entities["Order"]
    fields = tuple(
        one.having(definition=one.definition.having(computed="floor(subtotal) * customer.level"))
        if one.name == "points"
        else one
        for one in order.fields
    )
    return manifest.with_entity(order.having(fields=fields))


async def test_lines_are_computed_before_what_sums_them(connection: Connection) -> None:
    shop = await Workshop.installed(connection, goods())
    tea = await shop.create("Goods", {"name": "t", "price": 2})
    order = await shop.create("Order", {"customer": (await shop.customer())["id"], "items": [line(tea)]})
    await shop.become(patched(goods(), AMOUNT, LISTED, DEAREST, module="later"))
    after = await shop.read("Order", order["id"])
    assert (after["listed"], after["dearest"]) == ("2.00", "2.00")
