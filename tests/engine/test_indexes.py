"""Indexes: what they hold, what old records say to it, and that nothing stays of them."""

import pytest

from shared.engine import RecordRefused, plan
from shared.patch.manifest import Manifest
from tests.engine.workshop import SCHEMA, Workshop, codes, patched


def indexed(manifest: Manifest, *fields: str, unique: bool = False, entity: str = "Customer") -> Manifest:
    index = {"name": "quick", "fields": fields, "unique": unique}
    return patched(manifest, {"op": "add_index", "entity": entity, "index": index})


async def test_an_index_comes_and_goes_without_a_trace(shop: Workshop) -> None:
    base, before = shop.manifest, await shop.fingerprint()
    with_index = indexed(base, "industry", "name")
    await shop.become(with_index)
    live = await shop.fingerprint()
    assert live != before
    await shop.become(base)
    assert await shop.fingerprint() == before
    await shop.become(with_index)
    assert await shop.fingerprint() == live
    assert not plan(with_index, with_index, SCHEMA)
    assert plan(with_index, indexed(base, "name"), SCHEMA)


async def test_a_unique_index_allows_each_combination_once(shop: Workshop) -> None:
    await shop.become(indexed(shop.manifest, "name", "phone", unique=True))
    first = await shop.customer(phone="+86 571 1111")
    await shop.customer(phone="+86 571 2222")
    await shop.customer()
    await shop.customer()
    refused = await shop.refused("Customer", {"name": "Harbour", "email": "a@b.example", "phone": "+86 571 1111"})
    assert (refused.code, codes(refused)) == ("conflict", {("name", "together_taken")})
    assert refused.problems[0].message == {
        "en": "Name, Phone together are already taken.",
        "zh": "名称、电话的这一组合已被使用。",
    }
    await shop.update("Customer", first["id"], {"notes": "x"})
    with pytest.raises(RecordRefused) as caught:
        await shop.update("Customer", first["id"], {"phone": "+86 571 2222"})
    assert codes(caught.value) == {("name", "together_taken")}


async def test_a_unique_index_of_one_field_names_its_value(shop: Workshop) -> None:
    await shop.become(indexed(shop.manifest, "phone", unique=True))
    await shop.customer(phone="+86 571 1111")
    refused = await shop.refused("Customer", {"name": "A", "email": "a@b.example", "phone": "+86 571 1111"})
    assert [(one.field, one.code, one.params) for one in refused.problems] == [
        ("phone", "unique_taken", {"value": "+86 571 1111"})
    ]


async def test_what_is_there_twice_is_found_and_the_index_stands_in(shop: Workshop) -> None:
    base = shop.manifest
    twins = [await shop.customer(phone="+86 571 1111") for _ in range(2)]
    await shop.customer()
    await shop.customer()
    findings = await shop.become(indexed(base, "name", "phone", unique=True))
    assert [(one["field"], one["code"], one["count"]) for one in findings] == [("name", "together_taken", 2)]
    assert sorted(findings[0]["sample"]) == sorted(one["id"] for one in twins)
    refused = await shop.refused("Customer", {"name": "Harbour", "email": "a@b.example", "phone": "+86 571 1111"})
    assert codes(refused) == {("name", "together_taken")}


async def test_a_race_that_only_the_database_sees_is_told_in_the_same_words(shop: Workshop) -> None:
    await shop.become(indexed(shop.manifest, "name", "phone", unique=True))
    shop.application._of("Customer").conditions.clear()
    await shop.customer(phone="+86 571 1111")
    refused = await shop.refused("Customer", {"name": "Harbour", "email": "a@b.example", "phone": "+86 571 1111"})
    assert (refused.code, codes(refused)) == ("conflict", {("name", "unique_taken")})


async def test_a_number_that_is_drawn_may_be_part_of_a_unique_index(shop: Workshop) -> None:
    await shop.become(indexed(shop.manifest, "customer", "orderNumber", unique=True, entity="Order"))
    customer = await shop.customer()
    assert [(await shop.order(customer))["orderNumber"] for _ in range(2)] == ["ORD-000001", "ORD-000002"]
