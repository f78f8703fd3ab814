"""Transitions that ask and write more: guards over other records, fields that they set, effects of their own."""

from typing import Any

import pytest

from shared.crm import base_manifest
from shared.engine import RecordRefused, User
from shared.engine.connection import Connection
from shared.patch import Manifest
from tests.engine.workshop import Record, Workshop, add_field, add_rule, codes, patched

SALES = User(id="2", name="Li Na", roles=("sales",))
TRACKS: Record = {
    "entity": "OrderTracking",
    "values": {"order": "id", "status": "status", "timestamp": "now", "updatedBy": "user"},
}
TRACKED: Record = {"entity": "OrderTracking", "by": "order", "find": "count"}


def confirming(*operations: Record, **transition: Any) -> Manifest:
    """Order's first transition says more."""
    said = {"source": "pending", "target": "confirmed", **transition}
    replacing = {"op": "replace_part", "entity": "Order", "part": {"kind": "transition", "transition": said}}
    return patched(base_manifest(), *operations, replacing)


async def refused(shop: Workshop, order: Record, user: User | None = None) -> RecordRefused:
    with pytest.raises(RecordRefused) as caught:
        await shop.transition("Order", order["id"], "confirmed", *([] if user is None else [user]))
    return caught.value


async def test_a_guard_reads_at_the_end_of_a_reference(connection: Connection) -> None:
    shop = await Workshop.installed(connection, confirming(guard="customer.status == 'active'"))
    good, bad = await shop.order(), await shop.order(await shop.customer(status="inactive"))
    assert (await shop.transition("Order", good["id"], "confirmed"))["status"] == "confirmed"
    told = await refused(shop, bad)
    assert (told.code, codes(told)) == ("conflict", {("status", "transition_guarded")})
    assert "customer.status == 'active'" in told.problems[0].message["zh"]


async def test_a_guard_asks_lookups(connection: Connection) -> None:
    shop = await Workshop.installed(connection, confirming(guard="@tracked > 1", lookups={"tracked": TRACKED}))
    order = await shop.order()
    assert codes(await refused(shop, order)) == {("status", "transition_guarded")}
    values = {"order": order["id"], "status": "pending", "timestamp": "2026-03-31T09:30:00Z", "updatedBy": "Ada"}
    await shop.create("OrderTracking", values)
    assert await shop.transition("Order", order["id"], "confirmed")


async def test_fields_are_set_before_rules_are_asked(connection: Connection) -> None:
    fields = [
        add_field("Order", "confirmedBy", type="text", read_only=True),
        add_field("Order", "confirmedAt", type="datetime", read_only=True),
        add_field("Order", "times", type="integer"),
        add_rule("Order", "known", "status == 'pending' || status == 'cancelled' || confirmedBy != null"),
    ]
    sets = {
        "confirmedBy": "user.name",
        "confirmedAt": "now",
        "times": "@tracked",
        "notes": "status + ' by ' + customer.name",
    }
    shop = await Workshop.installed(connection, confirming(*fields, sets=sets, lookups={"tracked": TRACKED}))
    order = await shop.order()
    done = await shop.transition("Order", order["id"], "confirmed", SALES)
    told = {name: done[name] for name in ("confirmedBy", "confirmedAt", "times", "notes")}
    assert told == {
        "confirmedBy": "Li Na",
        "confirmedAt": "2026-03-31T09:30:00Z",
        "times": 1,
        "notes": "confirmed by Harbour",
    }


async def test_what_a_transition_sets_must_keep_the_rules(connection: Connection) -> None:
    kept = add_rule("Order", "kept", "notes == null || !notes.startsWith('confirmed')")
    shop = await Workshop.installed(connection, confirming(kept, sets={"notes": "status"}))
    order = await shop.order()
    assert codes(await refused(shop, order)) == {("", "rule_broken")}


async def test_its_own_effects_come_after_those_of_the_machine(connection: Connection) -> None:
    effect = {**TRACKS, "values": {**TRACKS["values"], "notes": "@tracked == 1 ? customer.name : 'more'"}}
    shop = await Workshop.installed(connection, confirming(effects=[effect], lookups={"tracked": TRACKED}))
    order = await shop.order()
    await shop.transition("Order", order["id"], "confirmed")
    rows = (await shop.query("OrderTracking", where={"order": order["id"], "status": "confirmed"})).items
    assert {(one["notes"], one["updatedBy"]) for one in rows} == {(None, "Ada"), ("Harbour", "1")}
    await shop.transition("Order", order["id"], "processing")
    assert len((await shop.query("OrderTracking", where={"order": order["id"]})).items) == 4


async def test_a_transition_sets_triggers_off(connection: Connection) -> None:
    setting = {"action": "set", "values": {"notes": "old.status + ' → ' + status"}}
    trigger = {"name": "noting", "on": ["update"], "when": "old.status != status", "actions": [setting]}
    noting = {"op": "add_trigger", "entity": "Order", "trigger": trigger}
    shop = await Workshop.installed(connection, confirming(noting))
    order = await shop.order()
    assert (await shop.transition("Order", order["id"], "confirmed"))["notes"] == "pending → confirmed"


async def test_a_new_record_has_the_effects_of_its_first_state_only(connection: Connection) -> None:
    shop = await Workshop.installed(connection, confirming(effects=[TRACKS]))
    order = await shop.order()
    assert len((await shop.query("OrderTracking", where={"order": order["id"]})).items) == 1


async def test_an_effect_that_is_refused_refuses_the_transition(connection: Connection) -> None:
    noted = add_rule("OrderTracking", "noted", "status == 'pending' || notes != null")
    shop = await Workshop.installed(connection, confirming(noted))
    told = await refused(shop, await shop.order())
    assert codes(told) == {("", "rule_broken")}
    assert told.problems[0].params["entity"] == "OrderTracking"
    assert "trigger" not in told.problems[0].params
