"""The first and the last day and moment that there are stay what they are, wherever they are sent."""

from typing import Any

import pytest

from tests.engine.workshop import Workshop, add_field, patched

ENDS = [("0001-01-01", "0001-01-01T00:00:00Z"), ("9999-12-31", "9999-12-31T23:59:59.999999Z")]
FIELDS = [
    add_field("Customer", "due", type="date", unique=True),
    add_field("Customer", "seen", type="datetime"),
    add_field(
        "Customer",
        "visits",
        type="lines",
        fields=[{"type": "date", "name": "day"}, {"type": "datetime", "name": "moment"}],
    ),
]


@pytest.mark.parametrize(("day", "moment"), ENDS)
async def test_the_first_and_the_last_day_are_kept_found_and_reckoned_with(
    shop: Workshop, day: str, moment: str
) -> None:
    dated = patched(shop.manifest, *FIELDS)
    await shop.become(dated)
    values: dict[str, Any] = {"due": day, "seen": moment, "visits": [{"day": day, "moment": moment}]}
    made, other = await shop.customer(**values), await shop.customer(due="2026-01-31")
    assert {name: made[name] for name in values} == values
    assert {name: (await shop.read("Customer", made["id"]))[name] for name in values} == values
    for where in ({"due": day}, {"due": {"in": [day]}}, {"seen": moment}):
        assert [one["id"] for one in (await shop.query("Customer", where=where)).items] == [made["id"]]
    page = await shop.query("Customer", sort="due", limit=1)
    rest = await shop.query("Customer", sort="due", after=page.next)
    assert {page.items[0]["id"], rest.items[0]["id"]} == {made["id"], other["id"]}
    refused = await shop.refused("Customer", {"name": "B", "email": "b@b.example", "due": day})
    assert refused.problems[0].field == "due"
    span = add_field("Customer", "span", type="integer", computed="daysBetween(due, date('2026-01-31'))")
    await shop.become(patched(dated, span))
    assert (await shop.read("Customer", made["id"]))["span"] is not None
