"""Columns of lines: each is kept under its key, whatever it is called and whoever added it."""

from typing import Any

import pytest

from shared.crm import base_manifest
from shared.engine import RecordRefused, plan
from shared.patch.columns import with_columns
from shared.patch.fields import IntegerField, MoneyField, TextField, TimeField
from shared.patch.keys import column_key
from shared.patch.manifest import ColumnEntry, FieldEntry, Manifest
from tests.engine.workshop import SCHEMA, Workshop, codes

GIFT = ColumnEntry(
    key=column_key("extra", "Order", "items", "gift"), definition=TextField(name="gift", max_length=5, default="none")
)
LINE = {"product": "Tea", "quantity": 2, "unitPrice": "5.00"}


def columns(manifest: Manifest) -> dict[str, ColumnEntry]:
    entry = manifest.visible_entities["Order"].visible_fields["items"]
    return {one.definition.name: one for one in entry.line_columns}


def having(manifest: Manifest, *entries: ColumnEntry) -> Manifest:
    order = manifest.visible_entities["Order"]
    fields = tuple(with_columns(one, entries) if one.name == "items" else one for one in order.fields)
    return manifest.with_entity(order.having(fields=fields))


def gifted() -> Manifest:
    base = base_manifest()
    return having(base, *columns(base).values(), GIFT)


async def test_old_lines_get_the_default_of_a_new_column(shop: Workshop) -> None:
    order = await shop.order(items=[LINE, LINE])
    assert await shop.become(gifted()) == []
    read = await shop.read("Order", order["id"])
    assert [one["gift"] for one in read["items"]] == ["none", "none"]
    made = await shop.order(items=[LINE | {"gift": "card"}, LINE])
    assert [one["gift"] for one in made["items"]] == ["card", "none"]
    with pytest.raises(RecordRefused) as caught:
        await shop.update("Order", made["id"], {"items": [LINE | {"gift": "a teapot"}]})
    assert codes(caught.value) == {("items.0.gift", "too_long")}


async def test_a_withdrawn_column_leaves_no_trace_and_its_values_come_back(shop: Workshop) -> None:
    base, before = shop.manifest, await shop.fingerprint()
    await shop.become(gifted())
    live = await shop.fingerprint()
    order = await shop.order(items=[LINE | {"gift": "card"}, LINE | {"gift": "bow"}])

    await shop.become(base)
    assert await shop.fingerprint() == before
    assert "gift" not in (await shop.read("Order", order["id"]))["items"][0]
    # What is parked stays with the place of its line while lines are written.
    await shop.update("Order", order["id"], {"items": [LINE | {"quantity": 9}, LINE, LINE]})

    await shop.become(gifted())
    assert await shop.fingerprint() == live
    assert [one["gift"] for one in (await shop.read("Order", order["id"]))["items"]] == ["card", "bow", None]


async def test_lines_that_are_gone_are_gone(shop: Workshop) -> None:
    order = await shop.order(items=[LINE, LINE, LINE])
    assert (await shop.update("Order", order["id"], {"items": [LINE]}))["total"] == "10.00"
    assert len((await shop.read("Order", order["id"]))["items"]) == 1
    assert (await shop.update("Order", order["id"], {"items": []}))["items"] == []
    assert (await shop.read("Order", order["id"]))["items"] == []


async def test_a_renamed_column_keeps_its_values_and_what_is_computed_from_it(shop: Workshop) -> None:
    order = await shop.order(items=[LINE])
    known = columns(shop.manifest)
    number = known["quantity"].having(definition=known["quantity"].definition.having(name="pieces"))
    amount = known["amount"].definition.having(computed="pieces * unitPrice")
    renamed = having(
        shop.manifest, known["product"], number, known["unitPrice"], known["amount"].having(definition=amount)
    )
    assert not plan(shop.manifest, renamed, SCHEMA)
    await shop.become(renamed)
    read = (await shop.read("Order", order["id"]))["items"][0]
    assert (read["pieces"], read["amount"]) == (2, "10.00")
    made = await shop.order(items=[{"product": "Tea", "pieces": 3, "unitPrice": 5}])
    assert (made["items"][0]["amount"], made["total"]) == ("15.00", "15.00")


async def test_lines_hold_times_spans_and_moments(shop: Workshop) -> None:
    fields: list[dict[str, Any]] = [
        {"name": "at", "type": "datetime"},
        {"name": "opens", "type": "time", "required": True, "default": "09:00"},
        {"name": "stay", "type": "duration", "max": "PT8H"},
    ]
    entry = FieldEntry.model_validate(
        {"key": "crm/field/Customer.visits", "definition": {"name": "visits", "type": "lines", "fields": fields}}
    )
    customer = shop.manifest.visible_entities["Customer"]
    await shop.become(shop.manifest.with_entity(customer.having(fields=(*customer.fields, entry))))
    visits = [{"at": "2026-03-31T09:30:00Z", "opens": "10:00:00", "stay": "PT1H"}, {"stay": None, "at": None}]
    made = await shop.customer(visits=visits)
    assert (await shop.read("Customer", made["id"]))["visits"] == made["visits"]
    assert made["visits"] == [visits[0], {"at": None, "opens": "09:00:00", "stay": None}]
    refused = await shop.refused("Customer", {"name": "A", "email": "a@b.example", "visits": [{"stay": "PT9H"}]})
    assert codes(refused) == {("visits.0.stay", "too_large")}


async def test_a_column_that_another_module_adds_has_a_place_of_its_own(shop: Workshop) -> None:
    base = shop.manifest
    own = ColumnEntry(key=column_key("crm", "Order", "items", "rank"), definition=IntegerField(name="rank"))
    theirs = ColumnEntry(key=column_key("extra", "Order", "items", "rank"), definition=MoneyField(name="price"))
    hour = ColumnEntry(key=column_key("other", "Order", "items", "rank"), definition=TimeField(name="hour"))
    await shop.become(having(base, *columns(base).values(), own, theirs, hour))
    made = await shop.order(items=[LINE | {"rank": 1, "price": 2, "hour": "03:00"}])
    line = (await shop.read("Order", made["id"]))["items"][0]
    assert (line["rank"], line["price"], line["hour"]) == (1, "2.00", "03:00:00")
