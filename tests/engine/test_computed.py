"""Computed fields of every type: PostgreSQL computes them for old records, Python for new ones, and both agree."""

from typing import Any

import pytest

from shared.engine import RecordRefused, User
from tests.engine.workshop import Workshop, add_field, add_rule, codes, patched

SIZE = [{"value": "small"}, {"value": "large"}]
INPUTS = [
    add_field("Customer", "seen", type="datetime"),
    add_field("Customer", "born", type="date"),
    add_field("Customer", "opens", type="time"),
    add_field("Customer", "stay", type="duration"),
    add_field("Customer", "picks", type="multi_enum", options=SIZE),
    add_field("Customer", "parent", type="ref", target="Customer"),
]
COMPUTED = [
    add_field("Customer", "shout", type="text", computed="upper(name) + '!'"),
    add_field("Customer", "late", type="boolean", computed="opens > time('10:00') || stay >= duration('PT2H')"),
    add_field("Customer", "due", type="date", computed="addDays(born, 30)"),
    add_field("Customer", "leaves", type="datetime", computed="seen + stay"),
    add_field("Customer", "bulk", type="enum", options=SIZE, computed="'large' in picks ? 'large' : 'small'"),
    add_field("Customer", "hours", type="decimal", scale=2, computed="seconds(stay) / 3600"),
    add_field("Customer", "alone", type="boolean", computed="parent == null && picks == null"),
]
VALUES: dict[str, Any] = {
    "seen": "2026-03-31T09:30:00Z",
    "born": "2020-02-29",
    "opens": "09:00",
    "stay": "PT2H30M",
    "picks": ["large"],
}


@pytest.mark.parametrize("values", [VALUES, {}])
async def test_old_records_and_new_ones_are_computed_alike(shop: Workshop, values: dict[str, Any]) -> None:
    inputs = patched(shop.manifest, *INPUTS)
    await shop.become(inputs)
    old = await shop.customer(**values)
    await shop.become(patched(inputs, *COMPUTED, module="second"))
    names = [one["field"]["name"] for one in COMPUTED]
    read, made = await shop.read("Customer", old["id"]), await shop.customer(**values)
    assert [made[name] for name in names] == [read[name] for name in names]
    assert made["shout"] == "HARBOUR!"
    if values:
        assert [made[name] for name in names[1:]] == [
            True,
            "2020-03-30",
            "2026-03-31T12:00:00Z",
            "large",
            "2.5",
            False,
        ]


async def test_a_computed_value_that_does_not_fit_is_refused(shop: Workshop) -> None:
    await shop.become(
        patched(shop.manifest, add_field("Customer", "shout", type="text", max_length=10, computed="name + '!'"))
    )
    assert codes(await shop.refused("Customer", {"name": "x" * 20, "email": "a@b.example"})) == {("shout", "too_long")}


async def test_rules_ask_new_types_and_who_acts(shop: Workshop) -> None:
    await shop.become(
        patched(
            shop.manifest,
            *INPUTS,
            add_rule("Customer", "awake", "opens == null || opens >= time('06:00')"),
            add_rule("Customer", "by_admin", "'admin' in user.roles || picks == null"),
        )
    )
    with pytest.raises(RecordRefused, match="awake is broken"):
        await shop.customer(opens="05:59")
    sales = User(id="2", name="Li Na", roles=("sales",))
    values = {"name": "A", "email": "a@b.example", "picks": ["small"]}
    assert (await shop.create("Customer", values))["picks"] == ["small"]
    with pytest.raises(RecordRefused, match="by_admin is broken"):
        await shop.create("Customer", values, sales)
