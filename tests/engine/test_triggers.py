"""Triggers: when they are set off, which fields they set, whom they tell."""

import pytest

from shared.crm import base_manifest
from shared.engine.connection import Connection
from tests.engine.triggering import SALES, SPENT, add_trigger, creating, installed, setting, telling, updating
from tests.engine.workshop import SCHEMA, Workshop, add_field, add_rule, codes, patched


async def test_fields_are_set_before_rules_are_asked(connection: Connection) -> None:
    noting = add_trigger("Order", "noting", ["create"], setting(notes="'By ' + user.name"), when="notes == null")
    noted = add_rule("Order", "noted", "notes != null")
    shop = await installed(connection, noting, noted)
    assert (await shop.order())["notes"] == "By Ada"
    assert (await shop.order(notes="Mine."))["notes"] == "Mine."


async def test_a_condition_sees_what_is_computed_and_computed_fields_see_what_is_set(connection: Connection) -> None:
    rate = add_field("Order", "rebate", type="money", default=0)
    due = add_field("Order", "due", type="money", computed="total - rebate")
    large = add_trigger("Order", "large", ["create", "update"], setting(rebate="total / 3"), when="total > 100")
    shop = await installed(connection, rate, due, large)
    small, big = await shop.order(amount=10), await shop.order(amount=1000)
    assert (small["rebate"], small["due"]) == ("0.00", small["total"])
    assert float(big["rebate"]) == round(float(big["total"]) / 3, 2)
    assert float(big["due"]) == pytest.approx(float(big["total"]) - float(big["rebate"]))


async def test_all_triggers_are_asked_about_the_same_record(connection: Connection) -> None:
    first = add_trigger("Customer", "first", ["create"], setting(company="'First'"))
    second = add_trigger("Customer", "second", ["create"], setting(address="company"), when="company == null")
    shop = await installed(connection, first, second)
    made = await shop.customer()
    assert (made["company"], made["address"]) == ("First", None)


async def test_what_a_condition_does_not_know_sets_nothing_off(connection: Connection) -> None:
    late = add_trigger("Customer", "late", ["create", "update"], setting(notes="'x'"), when="old.status != status")
    shop = await installed(connection, late)
    made = await shop.customer()
    assert made["notes"] is None
    assert (await shop.update("Customer", made["id"], {"phone": "+44 20 7946 0018"}))["notes"] is None
    assert (await shop.update("Customer", made["id"], {"status": "inactive"}))["notes"] == "x"


async def test_what_is_set_must_fit_its_field(connection: Connection) -> None:
    short = add_field("Customer", "short", type="text", max_length=3)
    shop = await installed(connection, short, add_trigger("Customer", "long", ["create"], setting(short="name")))
    refused = await shop.refused("Customer", {"name": "Harbour", "email": "o@harbour.example"})
    assert codes(refused) == {("short", "too_long")}


async def test_null_clears_a_field_and_a_closed_one_is_open_to_triggers(connection: Connection) -> None:
    clearing = add_trigger(
        "Customer", "clearing", ["update"], setting(phone="null", spent="7"), when="status == 'inactive'"
    )
    shop = await installed(connection, SPENT, clearing)
    made = await shop.customer(phone="+44 20 7946 0018")
    done = await shop.update("Customer", made["id"], {"status": "inactive"}, SALES)
    assert (done["phone"], done["spent"]) == (None, "7.00")


async def test_lookups_are_asked_once_before_the_write(connection: Connection) -> None:
    number = {"entity": "Order", "by": "customer", "equals": "customer", "find": "count"}
    counting = add_trigger(
        "Order",
        "counting",
        ["create"],
        setting(notes="@number == 0 ? 'First' : 'Again'"),
        updating("Customer", "id", "customer", {"spent": "@number"}, where="@number < 9"),
        creating(
            "OrderTracking",
            order="id",
            status="'pending'",
            timestamp="now",
            updatedBy="user",
            notes="@number > 0 ? 'more' : 'one'",
        ),
        lookups={"number": number},
    )
    shop = await installed(connection, SPENT, counting)
    customer = await shop.customer()
    assert [(await shop.order(customer))["notes"] for _ in range(2)] == ["First", "Again"]
    assert (await shop.read("Customer", customer["id"]))["spent"] == "1.00"
    notes = {one["notes"] for one in (await shop.query("OrderTracking")).items}
    assert {"one", "more"} <= notes


async def test_a_reference_that_a_trigger_sets_is_followed(connection: Connection) -> None:
    """Rules and computed fields read at the end of what was set."""
    parent = add_field("Customer", "parent", type="ref", target="Customer")
    main = {"entity": "Customer", "by": "email", "equals": "company", "find": "one", "value": "id"}
    finding = add_trigger(
        "Customer", "finding", ["create"], setting(parent="@main"), when="parent == null", lookups={"main": main}
    )
    unique = {"op": "add_index", "entity": "Customer", "index": {"name": "email", "fields": ["email"]}}
    active = add_rule("Customer", "active", "parent == null || parent.status == 'active'")
    named = add_field("Customer", "main", type="text", computed="parent.name")
    shop = await installed(connection, parent, unique, finding, active, named)
    await shop.customer(name="Main", email="main@harbour.example")
    await shop.customer(name="Off", email="off@harbour.example", status="inactive")
    assert (await shop.customer(company="main@harbour.example"))["main"] == "Main"
    values = {"name": "x", "email": "x@harbour.example", "company": "off@harbour.example"}
    assert codes(await shop.refused("Customer", values)) == {("", "rule_broken")}


async def test_sowing_sets_nothing_off(connection: Connection) -> None:
    noting = add_trigger("Customer", "noting", ["create"], setting(notes="'x'"), telling("sales", "New.", "新。"))
    seed = {
        "op": "seed",
        "entity": "Customer",
        "rows": [{"name": "one", "values": {"name": "Seed", "email": "s@s.example"}}],
    }
    shop = await installed(connection, noting, seed)
    assert [one["notes"] for one in (await shop.query("Customer")).items] == [None]
    assert await shop.application.notices(connection, SALES) == []


async def test_notices_stay_when_the_module_goes_and_are_told_by_the_name_of_the_day(connection: Connection) -> None:
    base = base_manifest()
    telling_all = patched(base, add_trigger("Customer", "telling", ["create"], telling("sales", "New.", "新。")))
    shop = await Workshop.installed(connection, base)
    before = await shop.fingerprint()
    assert await shop.application.notices(connection, SALES) == []
    await shop.become(telling_all)
    await shop.customer()
    rename = {"op": "rename_entity", "entity": "Customer", "to": "Client"}
    await shop.become(patched(telling_all, rename, module="later"))
    assert [one["entity"] for one in await shop.application.notices(connection, SALES)] == ["Client"]
    await shop.become(base)
    assert await shop.fingerprint() == before
    assert len(await shop.application.notices(connection, SALES)) == 1
    assert await connection.fetchval(f'SELECT count(*) FROM "{SCHEMA}"._notices') == 1
