"""What triggers write along: other records, through the full path; all or nothing, and with an end."""

import pytest

from shared.crm import base_manifest
from shared.engine import RecordRefused, User
from shared.engine.connection import Connection
from shared.patch.errors import Refusal
from shared.patch.manifest import TriggerEntry
from shared.patch.trigger import Trigger
from tests.engine.triggering import SALES, SPENT, VIP, add_trigger, creating, installed, setting, telling, updating
from tests.engine.workshop import Record, Workshop, add_rule, codes, patched


async def refused_update(shop: Workshop, entity: str, record: Record, values: Record) -> RecordRefused:
    with pytest.raises(RecordRefused) as caught:
        await shop.update(entity, record["id"], values)
    return caught.value


async def test_a_record_is_written_along_without_asking_grants(connection: Connection) -> None:
    values = {"customer": "customer", "order": "id", "type": "'receipt'", "amount": "total", "paymentMethod": "'cash'"}
    paying = add_trigger(
        "Order",
        "paying",
        ["update"],
        creating("FinancialTransaction", **values),
        when="status == 'confirmed' && old.status != 'confirmed'",
    )
    shop = await installed(connection, paying)
    order = await shop.order()
    await shop.transition("Order", order["id"], "confirmed", SALES)
    await shop.update("Order", order["id"], {"notes": "again"})
    (made,) = (await shop.query("FinancialTransaction")).items
    assert (made["order"], made["amount"], made["transactionNumber"]) == (order["id"], order["total"], "TXN-000001")


async def test_other_records_are_changed_with_this_one_at_hand(connection: Connection) -> None:
    values = {"spent": "coalesce(spent, 0) + this.total", "notes": "'Last: ' + this.orderNumber + ' after ' + name"}
    counting = add_trigger("Order", "counting", ["create"], updating("Customer", "id", "customer", values, limit=1))
    shop = await installed(connection, SPENT, counting)
    customer = await shop.customer()
    first, second = await shop.order(customer, 10), await shop.order(customer, 20)
    after = await shop.read("Customer", customer["id"])
    assert float(after["spent"]) == pytest.approx(float(first["total"]) + float(second["total"]))
    assert after["notes"] == "Last: ORD-000002 after Harbour"


async def test_only_those_are_changed_of_which_the_condition_is_true(connection: Connection) -> None:
    where = "status == 'pending' && total > this.spent && customer.status == 'inactive'"
    closing = add_trigger(
        "Customer",
        "closing",
        ["update"],
        updating("Order", "customer", "id", {"notes": "'Closed by ' + customer.name"}, where=where),
        when="status == 'inactive' && old.status == 'active'",
    )
    shop = await installed(connection, SPENT, closing, add_trigger("Customer", "none", ["create"], setting(spent="50")))
    customer, other = await shop.customer(), await shop.customer()
    cheap, dear, confirmed = [await shop.order(customer, amount) for amount in (10, 100, 200)]
    theirs = await shop.order(other, 100)
    await shop.transition("Order", confirmed["id"], "confirmed")
    await shop.update("Customer", customer["id"], {"status": "inactive"})
    notes = [(await shop.read("Order", one["id"]))["notes"] for one in (cheap, dear, confirmed, theirs)]
    assert notes == [None, "Closed by Harbour", None, None]


async def closing_many(connection: Connection, orders: int, limit: int) -> tuple[Workshop, Record]:
    closing = add_trigger(
        "Customer", "closing", ["update"], updating("Order", "customer", "id", {"notes": "'Closed'"}, limit=limit)
    )
    shop = await installed(connection, closing)
    customer = await shop.customer()
    for _ in range(orders):
        await shop.order(customer)
    return shop, customer


async def test_as_many_as_allowed_are_changed(connection: Connection) -> None:
    shop, customer = await closing_many(connection, 3, 3)
    await shop.update("Customer", customer["id"], {"notes": "x"})
    assert [one["notes"] for one in (await shop.query("Order")).items] == ["Closed"] * 3


async def test_more_than_allowed_refuse_the_write(connection: Connection) -> None:
    shop, customer = await closing_many(connection, 5, 3)
    refused = await refused_update(shop, "Customer", customer, {"notes": "x"})
    assert (refused.code, codes(refused)) == ("conflict", {("", "too_many_related")})
    (told,) = refused.problems
    assert told.params == {"trigger": "closing", "limit": 3, "count": 5}
    assert told.message["en"] == "Trigger closing would change 5 Orders, and may change 3 at most."
    assert "closing" in told.message["zh"]
    assert "5" in told.message["zh"]


async def test_a_refusal_along_the_way_says_through_which_trigger(connection: Connection) -> None:
    closing = add_trigger("Customer", "closing", ["update"], updating("Order", "customer", "id", {"notes": "null"}))
    shop = await installed(connection, closing, add_rule("Order", "noted", "notes != null", on=["update"]))
    customer = await shop.customer()
    await shop.order(customer, notes="Mine.")
    refused = await refused_update(shop, "Customer", customer, {"notes": "x"})
    (told,) = refused.problems
    assert (refused.code, told.code, told.field) == ("invalid", "rule_broken", "")
    assert told.params["trigger"] == "closing"
    assert told.params["entity"] == "Order"
    assert told.message["en"] == "Through trigger closing: Order: noted is broken."
    assert "closing" in told.message["zh"]
    assert told.message["zh"].endswith("noted 不成立。")


async def test_a_trigger_sets_off_another_up_to_three_deep(connection: Connection) -> None:
    """Order → its transaction → the customer → the customer's other transaction."""
    paid = {"customer": "customer", "order": "id", "type": "'receipt'", "amount": "total", "paymentMethod": "'cash'"}
    shop = await installed(
        connection,
        VIP,
        add_trigger("Order", "paying", ["create"], creating("FinancialTransaction", **paid)),
        add_trigger("FinancialTransaction", "vip", ["create"], updating("Customer", "id", "customer", {"vip": "true"})),
        add_trigger(
            "Customer", "telling", ["update"], telling("manager", "VIP.", "贵宾。"), when="vip && old.vip == null"
        ),
    )
    customer = await shop.customer()
    await shop.order(customer)
    assert (await shop.read("Customer", customer["id"]))["vip"] is True
    manager = User(id="3", name="Wang", roles=("manager",))
    assert [one["entity"] for one in await shop.application.notices(connection, manager)] == ["Customer"]


async def test_the_answer_is_the_record_as_it_is_in_the_end(connection: Connection) -> None:
    """What it sets off may change the record itself."""
    values = {"customer": "customer", "order": "id", "type": "'receipt'", "amount": "total", "paymentMethod": "'cash'"}
    shop = await installed(
        connection,
        add_trigger("Order", "paying", ["create"], creating("FinancialTransaction", **values)),
        add_trigger(
            "FinancialTransaction",
            "noting",
            ["create"],
            updating("Order", "id", "order", {"notes": "this.transactionNumber"}),
        ),
    )
    order = await shop.order()
    assert order["notes"] == "TXN-000001"
    assert order["items"] == (await shop.read("Order", order["id"]))["items"]


def test_circles_are_no_manifest() -> None:
    there = add_trigger("Order", "there", ["update"], updating("Customer", "id", "customer", {"notes": "'x'"}))
    back = add_trigger("Customer", "back", ["update"], updating("Order", "customer", "id", {"notes": "'x'"}))
    with pytest.raises(Refusal) as caught:
        patched(base_manifest(), there, back)
    assert caught.value.code == "trigger_cycle"


async def test_even_behind_the_back_of_the_language_there_is_an_end(connection: Connection) -> None:
    manifest = base_manifest()
    for entity, trigger in (
        ("Order", add_trigger("", "there", ["update"], updating("Customer", "id", "customer", {"notes": "'x'"}))),
        ("Customer", add_trigger("", "back", ["update"], updating("Order", "customer", "id", {"notes": "'x'"}))),
    ):
        entry = TriggerEntry(key=f"extra/trigger/{entity}", trigger=Trigger.model_validate(trigger["trigger"]))
        manifest = manifest.with_entity(manifest.visible_entities[entity].having(triggers=(entry,)))
    shop = await Workshop.installed(connection, manifest)
    order = await shop.order()
    refused = await refused_update(shop, "Order", order, {"notes": "y"})
    (told,) = refused.problems
    assert told.code == "entails_too_much"
    assert told.params["depth"] == 3
    assert "连带" in told.message["zh"]


async def test_one_write_entails_so_much_and_no_more(connection: Connection) -> None:
    values = {"order": "id", "status": "status", "timestamp": "now", "updatedBy": "user"}
    tracking = add_trigger("Order", "tracking", ["update"], *[creating("OrderTracking", **values)] * 10)
    closing = updating("Order", "customer", "id", {"notes": "'Closed'"}, limit=100)
    shop = await installed(connection, tracking, add_trigger("Customer", "closing", ["update"], closing))
    customer = await shop.customer()
    for _ in range(90):
        await shop.order(customer)
    await shop.update("Customer", customer["id"], {"notes": "90 orders, 900 trackings"})
    await shop.order(customer)
    refused = await refused_update(shop, "Customer", customer, {"notes": "one more order, 10 more trackings"})
    assert codes(refused) == {("", "entails_too_much")}
    assert refused.problems[0].params["count"] == 1000


async def test_a_deleted_record_sets_off_what_it_leaves_behind(connection: Connection) -> None:
    leaving = add_trigger(
        "Order",
        "leaving",
        ["delete"],
        updating("Customer", "id", "customer", {"notes": "this.orderNumber + ' went'"}),
        telling("sales", "An order went.", "有订单被删除。"),
        when="total > 5",
    )
    shop = await installed(connection, leaving)
    customer = await shop.customer()
    small, large = await shop.order(customer, 1), await shop.order(customer, 10)
    await shop.delete("Order", small["id"])
    assert (await shop.read("Customer", customer["id"]))["notes"] is None
    await shop.delete("Order", large["id"])
    assert (await shop.read("Customer", customer["id"]))["notes"] == "ORD-000002 went"
    (notice,) = await shop.application.notices(connection, SALES)
    assert notice == {
        "at": "2026-03-31T09:30:00Z",
        "role": "sales",
        "message": {"en": "An order went.", "zh": "有订单被删除。"},
        "entity": "Order",
        "record_id": large["id"],
    }
    assert await shop.application.notices(connection, User(id="9", name="Who", roles=("accountant",))) == []
