"""A field that becomes of a wider type keeps every value, and becomes what it was again."""

from typing import Any

import pytest

from shared.patch.widening import WIDENINGS
from tests.engine.workshop import Workshop, add_field, patched

SIZES = {"options": [{"value": "small"}, {"value": "extra large"}], "default": "small"}
# What a field of the type is made with, what it is given, and what that reads as in a wider type when not the same.
TRIED: dict[str, tuple[dict[str, Any], Any]] = {
    "text": ({}, 'Tea, {or} "coffee"'),
    "enum": (SIZES, "extra large"),
    "sequence": ({"prefix": "T-"}, None),
    "integer": ({}, 12),
    "money": ({}, "12.50"),
}
READ: dict[tuple[str, str], Any] = {
    ("enum", "multi_enum"): ["extra large"],
    ("integer", "decimal"): "12",
    ("integer", "money"): "12.00",
    ("money", "decimal"): "12.5",
}
PAIRS = [(kind, wider) for kind, others in WIDENINGS.items() for wider in others]


@pytest.mark.parametrize(("kind", "wider"), PAIRS)
async def test_every_value_survives(kind: str, wider: str, shop: Workshop) -> None:
    made, given = TRIED[kind]
    narrow = patched(shop.manifest, add_field("Customer", "extra", type=kind, **made))
    change = {"op": "change_field", "entity": "Customer", "field": "extra", "changes": {"type": wider}}
    assert await shop.become(narrow) == []
    filled = await shop.customer(**({"extra": given} if given is not None else {}))
    empty = await shop.customer(email="b@b.example", **({} if kind == "sequence" else {"extra": None}))
    before = [(await shop.read("Customer", one["id"]))["extra"] for one in (filled, empty)]

    assert await shop.become(patched(narrow, change)) == []
    after = [(await shop.read("Customer", one["id"]))["extra"] for one in (filled, empty)]
    assert after == [READ.get((kind, wider), before[0]), before[1]]

    assert await shop.become(narrow) == []
    assert [(await shop.read("Customer", one["id"]))["extra"] for one in (filled, empty)] == before
