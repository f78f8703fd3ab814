"""Renaming: the key stays, so the table, the column and every value stay."""

import pytest

from shared.engine import RecordRefused, plan
from tests.engine.workshop import SCHEMA, Record, Workshop, add_field, add_rule, codes, patched


def rename_field(old: str, new: str) -> Record:
    return {"op": "rename_field", "entity": "Customer", "field": old, "to": new}


async def test_a_renamed_field_lays_out_nothing_and_keeps_its_values(shop: Workshop) -> None:
    extra = [
        add_field("Customer", "points", type="integer", required=True, default=1, max=1000),
        add_field("Customer", "code", type="text", unique=True),
        add_field("Customer", "worth", type="money", computed="points * 2"),
        add_field("Customer", "friends", type="many_to_many", target="Customer"),
        add_rule("Customer", "few", "points < 900"),
    ]
    with_points = patched(shop.manifest, *extra)
    await shop.become(with_points)
    friend = await shop.customer()
    made = await shop.customer(points=7, code="A", friends=[friend["id"]])

    names = (("points", "score"), ("code", "tag"), ("friends", "peers"))
    renamed = patched(with_points, *(rename_field(old, new) for old, new in names), module="second")
    assert plan(with_points, renamed, SCHEMA).statements == []
    before = await shop.fingerprint()
    assert await shop.become(renamed) == []
    assert await shop.fingerprint() == before

    read = await shop.read("Customer", made["id"])
    assert (read["score"], read["tag"], read["worth"], read["peers"]) == (7, "A", "14.00", [friend["id"]])
    assert (await shop.update("Customer", made["id"], {"score": 8}))["worth"] == "16.00"
    with pytest.raises(RecordRefused) as caught:
        await shop.customer(score=1001, tag="A")
    assert codes(caught.value) == {("score", "too_large"), ("tag", "unique_taken")}
    with pytest.raises(RecordRefused, match="few is broken"):
        await shop.customer(score=950)


async def test_a_renamed_entity_lays_out_nothing_and_keeps_its_records(shop: Workshop) -> None:
    with_about = patched(shop.manifest, add_field("Order", "about", type="ref_any", targets=["Customer"]))
    await shop.become(with_about)
    customer = await shop.customer()
    order = await shop.order(customer, about=f"Customer/{customer['id']}")
    renamed = patched(with_about, {"op": "rename_entity", "entity": "Customer", "to": "Client"}, module="second")
    assert plan(with_about, renamed, SCHEMA).statements == []
    before = await shop.fingerprint()
    assert await shop.become(renamed) == []
    assert await shop.fingerprint() == before

    assert (await shop.read("Client", customer["id"]))["name"] == "Harbour"
    read = await shop.read("Order", order["id"])
    assert (read["customer"], read["about"]) == (customer["id"], {"entity": "Client", "id": customer["id"]})
    assert read["_titles"] == {"customer": "Harbour", "about": "Harbour"}
    with pytest.raises(RecordRefused) as caught:
        await shop.delete("Client", customer["id"])
    assert {one.code for one in caught.value.problems} == {"still_referenced"}


async def test_what_the_database_refuses_is_told_under_the_new_name(shop: Workshop) -> None:
    coded = patched(shop.manifest, add_field("Customer", "code", type="text", unique=True))
    await shop.become(coded)
    await shop.become(patched(coded, rename_field("code", "tag"), module="second"))
    shop.application._of("Customer").conditions.clear()
    await shop.customer(tag="A")
    with pytest.raises(RecordRefused) as caught:
        await shop.customer(tag="A")
    assert codes(caught.value) == {("tag", "unique_taken")}
