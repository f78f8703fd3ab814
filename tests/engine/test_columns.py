"""Columns of lines: each is kept under its key, whatever it is called and whoever added it."""

from typing import Any

import pytest

from shared.crm import base_manifest
from shared.engine import RecordRefused, plan
from shared.patch.manifest import Manifest
from tests.engine.workshop import SCHEMA, Record, Workshop, add_field, codes, patched

LINE = {"product": "Tea", "quantity": 2, "unitPrice": "5.00"}


def add_column(name: str, **definition: Any) -> Record:
    return add_field("Order", name, **definition) | {"lines": "items"}


def gifted() -> Manifest:
    return patched(base_manifest(), add_column("gift", type="text", max_length=5, default="none"))


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
    rename = {"op": "rename_field", "entity": "Order", "lines": "items", "field": "quantity", "to": "pieces"}
    renamed = patched(shop.manifest, rename)
    assert not plan(shop.manifest, renamed, SCHEMA)
    await shop.become(renamed)
    read = (await shop.read("Order", order["id"]))["items"][0]
    assert (read["pieces"], read["amount"]) == (2, "10.00")
    made = await shop.order(items=[{"product": "Tea", "pieces": 3, "unitPrice": 5}])
    assert (made["items"][0]["amount"], made["total"]) == ("15.00", "15.00")


async def test_a_hidden_column_is_parked(shop: Workshop) -> None:
    base = gifted()
    await shop.become(base)
    order = await shop.order(items=[LINE | {"gift": "card"}])
    remove = {"op": "remove_field", "entity": "Order", "lines": "items", "field": "gift"}
    await shop.become(patched(base, remove, module="second"))
    assert "gift" not in (await shop.read("Order", order["id"]))["items"][0]
    await shop.become(base)
    assert (await shop.read("Order", order["id"]))["items"][0]["gift"] == "card"


async def test_lines_hold_times_spans_and_moments(shop: Workshop) -> None:
    fields: list[dict[str, Any]] = [
        {"name": "at", "type": "datetime"},
        {"name": "opens", "type": "time", "required": True, "default": "09:00"},
        {"name": "stay", "type": "duration", "max": "PT8H"},
    ]
    await shop.become(patched(shop.manifest, add_field("Customer", "visits", type="lines", fields=fields)))
    visits = [{"at": "2026-03-31T09:30:00Z", "opens": "10:00:00", "stay": "PT1H"}, {"stay": None, "at": None}]
    made = await shop.customer(visits=visits)
    assert (await shop.read("Customer", made["id"]))["visits"] == made["visits"]
    assert made["visits"] == [visits[0], {"at": None, "opens": "09:00:00", "stay": None}]
    refused = await shop.refused("Customer", {"name": "A", "email": "a@b.example", "visits": [{"stay": "PT9H"}]})
    assert codes(refused) == {("visits.0.stay", "too_large")}


async def test_a_column_that_another_module_adds_has_a_place_of_its_own(shop: Workshop) -> None:
    manifest = patched(shop.manifest, add_column("rank", type="integer"), module="one")
    rename = {"op": "rename_field", "entity": "Order", "lines": "items", "field": "rank", "to": "place"}
    manifest = patched(manifest, rename, module="two")
    await shop.become(patched(manifest, add_column("rank", type="money"), module="three"))
    made = await shop.order(items=[LINE | {"place": 1, "rank": 2}])
    line = (await shop.read("Order", made["id"]))["items"][0]
    assert (line["place"], line["rank"]) == (1, "2.00")
