"""What expressions read at the end of references: in rules, guards, computed fields and lines."""

import pytest

from shared.crm import base_manifest
from shared.engine import RecordRefused, User
from shared.engine.connection import Connection
from tests.engine.goods import goods, line
from tests.engine.workshop import NOBODY, Record, Workshop, add_rule, codes, patched


async def installed(connection: Connection, *operations: Record) -> Workshop:
    return await Workshop.installed(connection, goods(*operations))


async def test_a_rule_reads_at_the_end_of_a_reference(connection: Connection) -> None:
    active = add_rule("Order", "active", "customer.status == 'active'")
    shop = await Workshop.installed(connection, patched(base_manifest(), active))
    good, bad = await shop.customer(), await shop.customer(status="inactive")
    order = await shop.order(good)
    refused = await shop.refused("Order", {"customer": bad["id"]})
    assert codes(refused) == {("", "rule_broken")}
    with pytest.raises(RecordRefused):
        await shop.update("Order", order["id"], {"customer": bad["id"]})
    await shop.update("Customer", good["id"], {"status": "inactive"})
    with pytest.raises(RecordRefused):
        await shop.update("Order", order["id"], {"notes": "x"})


async def test_a_reference_that_leads_nowhere_is_refused_as_such(connection: Connection) -> None:
    active = add_rule("Order", "active", "customer.status == 'active'")
    shop = await Workshop.installed(connection, patched(base_manifest(), active))
    assert codes(await shop.refused("Order", {"customer": NOBODY})) == {("customer", "reference_missing")}


async def test_a_line_reads_at_the_end_of_its_own_reference(connection: Connection) -> None:
    kept = add_rule("Order", "kept", "items.all(i, i.unitPrice >= i.goods.price)")
    shop = await installed(connection, kept)
    cheap, dear = (
        await shop.create("Goods", {"name": "a", "price": 5}),
        await shop.create("Goods", {"name": "b", "price": 9}),
    )
    customer = await shop.customer()
    assert await shop.create("Order", {"customer": customer["id"], "items": [line(cheap, 6), line(dear, 9)]})
    refused = await shop.refused("Order", {"customer": customer["id"], "items": [line(cheap, 6), line(dear, 8)]})
    assert codes(refused) == {("", "rule_broken")}


@pytest.mark.parametrize(
    "expression",
    [
        "'new' in parent.tags",
        "parent.sold",
        "parent.price == 2.50",
        "parent.since == datetime('2026-03-31T09:30:00Z')",
        "parent.after == duration('PT90M')",
        "parent.parent == null",
        "parent.createdAt == now",
        "parent.id == parent",
    ],
)
async def test_every_kind_of_value_is_read(connection: Connection, expression: str) -> None:
    shop = await installed(connection, add_rule("Goods", "reads", f"parent == null || {expression}"))
    values = {"price": 2.5, "sold": True, "tags": ["new"], "since": "2026-03-31T09:30:00Z", "after": "PT90M"}
    parent = await shop.create("Goods", {"name": "p", **values})
    other = await shop.create("Goods", {"name": "q", "tags": ["old", "new"]})
    assert await shop.create("Goods", {"name": "c", "parent": parent["id"]})
    await shop.become(goods(add_rule("Goods", "reads", f"parent == null || !({expression})")))
    assert codes(await shop.refused("Goods", {"name": "c", "parent": parent["id"]})) == {("", "rule_broken")}
    assert other["tags"] == ["new", "old"]


async def test_the_record_before_is_followed_as_well(connection: Connection) -> None:
    same = add_rule("Order", "sameIndustry", "customer.industry == old.customer.industry", on=["update"])
    shop = await Workshop.installed(connection, patched(base_manifest(), same))
    first, second = await shop.customer(industry="retail"), await shop.customer(industry="retail")
    third = await shop.customer(industry="finance")
    order = await shop.order(first)
    await shop.update("Order", order["id"], {"customer": second["id"]})
    with pytest.raises(RecordRefused):
        await shop.update("Order", order["id"], {"customer": third["id"]})


async def test_the_end_of_a_reference_is_read_though_the_user_may_not_see_it(connection: Connection) -> None:
    """The system asks, not the user."""
    active = add_rule("FinancialTransaction", "active", "customer.status == 'active'")
    shop = await Workshop.installed(connection, patched(base_manifest(), active))
    accountant = User(id="6", name="Zhou", roles=("accountant",))
    bad = await shop.customer(status="inactive")
    values = {"customer": bad["id"], "type": "receipt", "amount": 1, "paymentMethod": "cash"}
    assert codes(await shop.refused("FinancialTransaction", values, accountant)) == {("", "rule_broken")}
