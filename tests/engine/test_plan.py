"""Schema plans on real PostgreSQL: what comes, what is parked, and what comes back."""

from typing import Any

import asyncpg
import pytest

from shared.crm import base_manifest
from shared.engine import RecordRefused, apply_plan, plan
from shared.engine.connection import Connection
from tests.engine.workshop import ADMIN, SCHEMA, Workshop, add_field, add_rule, codes, patched

TIER = add_field("Customer", "tier", type="enum", options=[{"value": "bronze"}, {"value": "gold"}], default="bronze")


def test_a_plan_between_equal_manifests_is_empty() -> None:
    manifest = patched(base_manifest(), TIER, add_rule("Order", "small", "total <= 10000"))
    assert not plan(manifest, manifest, SCHEMA)
    assert plan(manifest, manifest, SCHEMA).statements == []


async def test_an_empty_plan_changes_nothing(shop: Workshop) -> None:
    before = await shop.fingerprint()
    assert await shop.become(shop.manifest) == []
    assert await shop.fingerprint() == before


async def test_two_schemas_laid_out_alike_have_one_fingerprint(connection: Connection, shop: Workshop) -> None:
    before = await shop.fingerprint()
    await apply_plan(connection, plan(None, base_manifest(), "another"))
    assert await shop.fingerprint() == before


async def test_old_records_get_the_default_of_a_new_field(shop: Workshop) -> None:
    customer = await shop.customer()
    await shop.become(patched(shop.manifest, TIER))
    assert (await shop.read("Customer", customer["id"]))["tier"] == "bronze"
    assert (await shop.customer(tier="gold"))["tier"] == "gold"


async def test_a_withdrawn_field_leaves_no_trace_and_its_values_come_back(shop: Workshop) -> None:
    base, before = shop.manifest, await shop.fingerprint()
    with_tier = patched(base, TIER)
    await shop.become(with_tier)
    live = await shop.fingerprint()
    customer = await shop.customer(tier="gold")

    await shop.become(base)
    assert await shop.fingerprint() == before
    assert "tier" not in await shop.read("Customer", customer["id"])
    meanwhile = await shop.customer()

    await shop.become(with_tier)
    assert await shop.fingerprint() == live
    assert (await shop.read("Customer", customer["id"]))["tier"] == "gold"
    assert (await shop.read("Customer", meanwhile["id"]))["tier"] is None


async def test_a_required_field_with_a_default_fills_rows_made_while_it_was_parked(shop: Workshop) -> None:
    base = shop.manifest
    rated = patched(base, add_field("Customer", "rating", type="integer", required=True, default=3))
    await shop.become(rated)
    await shop.become(base)
    meanwhile = await shop.customer()
    assert await shop.become(rated) == []
    assert (await shop.read("Customer", meanwhile["id"]))["rating"] == 3


async def test_a_new_entity_is_parked_with_its_records_and_comes_back(shop: Workshop) -> None:
    base, before = shop.manifest, await shop.fingerprint()
    fields = [
        {"name": "code", "type": "text", "required": True, "unique": True},
        {"name": "keeper", "type": "ref", "target": "Customer"},
        {"name": "shelves", "type": "lines", "fields": [{"name": "row", "type": "integer"}]},
    ]
    label = {"en": "Warehouse", "zh": "仓库"}
    grant = {"op": "grant", "entity": "Warehouse", "role": "admin", "allow": ["view", "create", "edit", "delete"]}
    stored = patched(base, {"op": "add_entity", "entity": "Warehouse", "label": label, "fields": fields}, grant)
    await shop.become(stored)
    keeper = await shop.customer()
    house = await shop.create("Warehouse", {"code": "A", "keeper": keeper["id"], "shelves": [{"row": 1}, {"row": 2}]})

    await shop.become(base)
    assert await shop.fingerprint() == before
    await shop.delete("Customer", keeper["id"])

    findings = await shop.become(stored)
    assert [(one["field"], one["code"], one["sample"]) for one in findings] == [
        ("keeper", "reference_missing", [house["id"]])
    ]
    assert (await shop.read("Warehouse", house["id"]))["shelves"] == [{"row": 1}, {"row": 2}]


async def test_a_rule_holds_while_it_is_live_and_old_records_are_found(shop: Workshop) -> None:
    base, before = shop.manifest, await shop.fingerprint()
    large = await shop.order(amount=20_000)
    ruled = patched(base, add_rule("Order", "small_only", "total <= 10000 || notes != null"))
    findings = await shop.become(ruled)
    assert findings == [
        {
            "entity": "Order",
            "field": None,
            "rule": "small_only",
            "code": "rule_broken",
            "count": 1,
            "sample": [large["id"]],
        }
    ]
    with pytest.raises(RecordRefused) as caught:
        await shop.order(amount=20_000)
    assert codes(caught.value) == {("", "rule_broken")}
    assert (await shop.order(amount=20_000, notes="Signed."))["total"] == "20000.00"

    await shop.become(base)
    assert await shop.fingerprint() == before
    await shop.order(amount=20_000)


async def test_the_database_holds_a_rule_by_itself(shop: Workshop, connection: Connection) -> None:
    await shop.become(patched(shop.manifest, add_rule("Order", "small_only", "total <= 10000")))
    order = await shop.order()
    with pytest.raises(Exception, match="small_only"):
        await connection.execute(f'UPDATE {SCHEMA}."Order" SET total = 10001 WHERE id = $1', order["id"])


async def test_what_old_records_lack_is_found_and_not_refused(shop: Workshop) -> None:
    customer = await shop.customer()
    findings = await shop.become(patched(shop.manifest, add_field("Customer", "vat", type="text", required=True)))
    assert [(one["field"], one["code"], one["count"]) for one in findings] == [("vat", "required", 1)]
    with pytest.raises(RecordRefused) as caught:
        await shop.update("Customer", customer["id"], {"notes": "x"})
    assert codes(caught.value) == {("vat", "required")}
    await shop.update("Customer", customer["id"], {"vat": "DE1", "notes": "x"})


async def test_rows_that_do_not_fit_stand_in_the_way_of_no_later_change(shop: Workshop) -> None:
    await shop.customer()
    lacking = patched(shop.manifest, add_field("Customer", "vat", type="text", required=True))
    await shop.become(lacking)
    rating = add_field("Customer", "rating", type="integer", computed="size(name) + 1")
    assert await shop.become(patched(lacking, rating, module="second")) == []
    found = await shop.query("Customer")
    assert found.items[0]["rating"] == 8
    assert found.items[0]["vat"] is None


async def test_duplicates_under_a_new_unique_field_are_found(shop: Workshop) -> None:
    base = shop.manifest
    await shop.become(patched(base, add_field("Customer", "vat", type="text")))
    first, second = await shop.customer(vat="DE1"), await shop.customer(vat="DE1")
    findings = await shop.become(patched(base, add_field("Customer", "vat", type="text", unique=True)))
    assert [(one["field"], one["code"], one["count"]) for one in findings] == [("vat", "unique_taken", 2)]
    assert sorted(findings[0]["sample"]) == sorted([first["id"], second["id"]])
    with pytest.raises(RecordRefused) as caught:
        await shop.customer(vat="DE1")
    assert codes(caught.value) == {("vat", "unique_taken")}


async def test_a_computed_field_is_computed_for_old_records(shop: Workshop) -> None:
    order = await shop.order(amount="12.34", tax=1)
    share = add_field("Order", "share", type="money", computed="total / 3 + items.sum(i, i.quantity)")
    await shop.become(patched(shop.manifest, share))
    assert (await shop.read("Order", order["id"]))["share"] == "5.45"


@pytest.mark.parametrize(
    ("changed", "value"),
    [({"type": "integer", "max": 50}, 7), ({"type": "text", "max_length": 3}, "007")],
)
async def test_a_key_that_returns_as_another_kind_keeps_every_value(
    shop: Workshop, changed: dict[str, Any], value: Any
) -> None:
    base = shop.manifest
    as_text = patched(base, add_field("Customer", "code", type="text"))
    await shop.become(as_text)
    number, word = await shop.customer(code="007"), await shop.customer(code="seven")
    await shop.become(base)
    findings = await shop.become(patched(base, add_field("Customer", "code", **changed)))
    assert (await shop.read("Customer", number["id"]))["code"] == value
    assert [one["code"] for one in findings] == ([] if changed["type"] == "integer" else ["too_long"])

    await shop.become(base)
    await shop.become(as_text)
    assert (await shop.read("Customer", number["id"]))["code"] == "007"
    assert (await shop.read("Customer", word["id"]))["code"] == "seven"


async def test_narrower_options_are_told_and_asked_for_when_the_record_is_next_written(shop: Workshop) -> None:
    base = shop.manifest
    await shop.become(patched(base, TIER))
    gold = await shop.customer(tier="gold")
    narrow = add_field("Customer", "tier", type="enum", options=[{"value": "bronze"}, {"value": "silver"}])
    findings = await shop.become(patched(base, narrow))
    assert [(one["field"], one["code"], one["sample"]) for one in findings] == [("tier", "not_an_option", [gold["id"]])]
    assert (await shop.read("Customer", gold["id"]))["tier"] == "gold"
    with pytest.raises(RecordRefused) as caught:
        await shop.update("Customer", gold["id"], {"notes": "x"})
    assert codes(caught.value) == {("tier", "not_an_option")}


async def test_a_waiting_change_gives_up_at_its_lock_timeout(engine_url: str) -> None:
    first, second = await asyncpg.connect(engine_url), await asyncpg.connect(engine_url)
    base, schema = base_manifest(), "busy"
    await apply_plan(first, plan(None, base, schema))
    transaction = first.transaction()
    await transaction.start()
    await first.execute(f'SELECT count(*) FROM {schema}."Customer"')
    with pytest.raises(asyncpg.LockNotAvailableError):
        async with second.transaction():
            await apply_plan(second, plan(base, patched(base, TIER), schema), lock_timeout_milliseconds=20)
    await transaction.rollback()
    async with second.transaction():
        await apply_plan(second, plan(base, patched(base, TIER), schema), lock_timeout_milliseconds=20)
    await first.execute(f"DROP SCHEMA {schema} CASCADE")
    await first.close()
    await second.close()


async def test_an_option_that_is_gone_stays_where_it_stands_until_the_record_is_written(shop: Workshop) -> None:
    base = patched(shop.manifest, TIER)
    await shop.become(base)
    gold, bronze = await shop.customer(tier="gold"), await shop.customer()
    change = {"op": "change_options", "entity": "Customer", "field": "tier", "add": [{"value": "silver"}]}
    findings = await shop.become(patched(base, change | {"remove": ["gold"]}, module="second"))
    assert [(one["field"], one["code"], one["sample"]) for one in findings] == [("tier", "not_an_option", [gold["id"]])]
    assert (await shop.update("Customer", bronze["id"], {"tier": "silver"}))["tier"] == "silver"
    with pytest.raises(RecordRefused) as caught:
        await shop.update("Customer", gold["id"], {"notes": "x"})
    assert codes(caught.value) == {("tier", "not_an_option")}
    assert (await shop.update("Customer", gold["id"], {"tier": "silver"}))["tier"] == "silver"


async def test_a_hidden_entity_is_parked_and_what_it_refers_to_is_free(shop: Workshop) -> None:
    base, before = shop.manifest, await shop.fingerprint()
    customer = await shop.customer()
    paid = {"customer": customer["id"], "type": "receipt", "amount": 5, "paymentMethod": "cash"}
    receipt = await shop.create("FinancialTransaction", paid)
    await shop.become(patched(base, {"op": "remove_entity", "entity": "FinancialTransaction"}))
    assert (await shop.refused("FinancialTransaction", paid)).code == "not_found"
    assert "transactions" not in [one["name"] for one in shop.application.menus(ADMIN)]
    await shop.delete("Customer", customer["id"])
    findings = await shop.become(base)
    assert await shop.fingerprint() == before
    assert [(one["field"], one["code"], one["sample"]) for one in findings] == [
        ("customer", "reference_missing", [receipt["id"]])
    ]
    assert (await shop.read("FinancialTransaction", receipt["id"]))["amount"] == "5.00"


async def test_menus_follow_their_order_and_hide(shop: Workshop) -> None:
    first = {"op": "set_menu", "menu": "transactions", "after": "customers"}
    hide = {"op": "set_menu", "menu": "orders", "hidden": True}
    assert [one["name"] for one in shop.application.menus(ADMIN)][:3] == ["customers", "orders", "transactions"]
    await shop.become(patched(shop.manifest, first, hide))
    assert [one["name"] for one in shop.application.menus(ADMIN)][:2] == ["customers", "transactions"]
    assert not plan(base_manifest(), shop.manifest, SCHEMA)
