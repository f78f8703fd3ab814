"""Machines: guards and roles of transitions, and the records that effects write."""

import pytest

from shared.crm import base_manifest
from shared.engine import RecordRefused, User
from shared.engine.connection import Connection
from shared.patch.field_entry import FieldEntry
from shared.patch.fields import TextField
from shared.patch.manifest import Manifest, Transition
from tests.engine.workshop import Workshop, codes

SALES = User(id="2", name="Li Na", roles=("sales",))


def guarded(**transition: object) -> Manifest:
    """Order's first transition is for the admin role alone, and asks for something."""
    manifest = base_manifest()
    order = manifest.visible_entities["Order"]
    assert order.machine is not None
    first = Transition.model_validate({"source": "pending", "target": "confirmed", **transition})
    machine = order.machine.having(transitions=(first, *order.machine.transitions[1:]))
    return manifest.with_entity(order.having(machine=machine))


async def test_a_guard_must_be_true(connection: Connection) -> None:
    shop = await Workshop.installed(connection, guarded(guard="total > 100 && notes != null"))
    small = await shop.order(amount=200)
    with pytest.raises(RecordRefused) as caught:
        await shop.transition("Order", small["id"], "confirmed")
    assert (caught.value.code, codes(caught.value)) == ("conflict", {("status", "transition_guarded")})
    await shop.update("Order", small["id"], {"notes": "Fine."})
    assert (await shop.transition("Order", small["id"], "confirmed"))["status"] == "confirmed"


async def test_a_transition_is_for_the_roles_it_names(connection: Connection) -> None:
    shop = await Workshop.installed(connection, guarded(roles=["admin", "manager"]))
    order = await shop.order()
    with pytest.raises(RecordRefused) as caught:
        await shop.transition("Order", order["id"], "confirmed", SALES)
    assert caught.value.code == "forbidden"
    assert caught.value.problems[0].params["needs"] == ["admin", "manager"]
    manager = User(id="3", name="Wang", roles=("manager",))
    await shop.transition("Order", order["id"], "confirmed", manager)
    assert shop.application.form_view("Order", SALES)["moves"][0]["source"] == "confirmed"


async def test_an_effect_writes_who_and_when_without_asking_grants(shop: Workshop) -> None:
    order = await shop.order()
    await shop.transition("Order", order["id"], "confirmed", SALES)
    rows = (await shop.query("OrderTracking", where={"order": order["id"], "status": "confirmed"})).items
    assert [(one["updatedBy"], one["timestamp"]) for one in rows] == [("Li Na", "2026-03-31T09:30:00Z")]


async def test_an_effect_that_cannot_be_written_says_where(shop: Workshop) -> None:
    manifest = shop.manifest
    tracking = manifest.visible_entities["OrderTracking"]
    # Behind the back of the language, which asks for every required field.
    definition = TextField.model_validate({"name": "carrier", "required": True})
    carrier = FieldEntry(key="crm/field/OrderTracking.carrier", definition=definition)
    await shop.become(manifest.with_entity(tracking.having(fields=(*tracking.fields, carrier))))
    customer = await shop.customer()
    refused = await shop.refused("Order", {"customer": customer["id"]})
    assert codes(refused) == {("", "required")}
    assert refused.problems[0].params == {"entity": "OrderTracking", "field": "carrier"}
    assert refused.problems[0].message["en"] == "Order tracking: Carrier is required."


async def test_an_impossible_transition_says_what_is_possible(shop: Workshop) -> None:
    order = await shop.order()
    with pytest.raises(RecordRefused) as caught:
        await shop.transition("Order", order["id"], "shipped")
    assert caught.value.code == "conflict"
    (told,) = caught.value.problems
    assert told.params == {"source": "pending", "target": "shipped", "possible": ["confirmed", "cancelled"]}
    assert told.message == {
        "en": "Status cannot go from “Pending” to “Shipped”; possible: Confirmed, Cancelled.",
        "zh": "状态不能从“待确认”变为“已发货”;可以变为:已确认、已取消。",
    }


async def test_where_nothing_is_possible_it_says_so(shop: Workshop) -> None:
    order = await shop.order()
    await shop.transition("Order", order["id"], "cancelled")
    with pytest.raises(RecordRefused) as caught:
        await shop.transition("Order", order["id"], "confirmed")
    assert caught.value.problems[0].message["en"].endswith("possible: none.")
    assert caught.value.problems[0].message["zh"].endswith("可以变为:无。")


async def test_an_entity_without_a_machine_has_no_transitions(shop: Workshop) -> None:
    customer = await shop.customer()
    with pytest.raises(RecordRefused) as caught:
        await shop.transition("Customer", customer["id"], "archived")
    assert codes(caught.value) == {("", "no_machine")}


async def test_the_state_may_be_said_if_it_does_not_change(shop: Workshop) -> None:
    order = await shop.order(status="pending")
    assert (await shop.update("Order", order["id"], {"status": "pending", "notes": "x"}))["notes"] == "x"
    refused = await shop.refused("Order", {"customer": order["customer"], "status": "shipped"})
    assert codes(refused) == {("status", "machine_only")}
