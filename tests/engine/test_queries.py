"""Pages of records: filters, order, and where a page ends and the next begins."""

from typing import Any

import pytest

from shared.engine import RecordRefused
from tests.engine.workshop import Workshop, codes

NAMES = ["Ash", "Birch", "Cedar", "Elm", "Fir"]


@pytest.fixture
async def wood(shop: Workshop) -> Workshop:
    for number, name in enumerate(NAMES):
        await shop.customer(name=name, phone=None if number % 2 else f"+49 30 {number}00", industry="retail")
    return shop


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"name": "Elm"}, ["Elm"]),
        ({"name": {"ne": "Elm"}}, ["Ash", "Birch", "Cedar", "Fir"]),
        ({"name": {"gt": "Birch", "le": "Elm"}}, ["Cedar", "Elm"]),
        ({"name": {"in": ["Ash", "Fir", "Oak"]}}, ["Ash", "Fir"]),
        ({"name": {"contains": "IR"}}, ["Birch", "Fir"]),
        ({"name": {"contains": "%"}}, []),
        ({"phone": None}, ["Birch", "Elm"]),
        ({"phone": {"ne": None}, "industry": "retail"}, ["Ash", "Cedar", "Fir"]),
        ({"createdAt": {"ge": "2026-03-31T09:30:00Z"}}, NAMES),
        ({"createdAt": {"lt": "2026-03-31T09:30:00Z"}}, []),
    ],
)
async def test_filters(wood: Workshop, where: dict[str, Any], found: list[str]) -> None:
    assert [one["name"] for one in (await wood.query("Customer", where=where, sort="name")).items] == found


@pytest.mark.parametrize("sort", ["name", "-name", "phone", "-phone", "createdAt", "industry", None])
async def test_pages_follow_one_another_without_gap_or_overlap(wood: Workshop, sort: str | None) -> None:
    whole = [one["id"] for one in (await wood.query("Customer", sort=sort)).items]
    pages: list[str] = []
    after: str | None = None
    while True:
        page = await wood.query("Customer", sort=sort, limit=2, after=after)
        pages += [one["id"] for one in page.items]
        after = page.next
        if after is None:
            break
    assert pages == whole
    assert len(whole) == len(NAMES)


async def test_amounts_are_filtered_as_numbers(shop: Workshop) -> None:
    for amount in (9, 10, 100):
        await shop.order(amount=amount)
    found = await shop.query("Order", where={"total": {"lt": "99.5"}}, sort="-total")
    assert [one["total"] for one in found.items] == ["10.00", "9.00"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"where": {"nmae": "x"}}, ("nmae", "unknown_field")),
        ({"sort": "nmae"}, ("nmae", "unknown_field")),
        ({"where": {"name": {"like": "x"}}}, ("name", "unknown_filter")),
        ({"where": {"name": {"in": "x"}}}, ("name", "unknown_filter")),
        ({"after": "nonsense"}, ("", "bad_cursor")),
        ({"after": "WyJuYW1lIiwgMSwgMl0"}, ("", "bad_cursor")),
    ],
)
async def test_what_cannot_be_asked_is_refused(
    shop: Workshop, asked: dict[str, Any], expected: tuple[str, str]
) -> None:
    with pytest.raises(RecordRefused) as caught:
        await shop.query("Customer", **asked)
    assert codes(caught.value) == {expected}


async def test_lines_are_no_filter_and_a_filter_is_read_by_its_field(shop: Workshop) -> None:
    for where, code in (({"items": 1}, "not_filterable"), ({"total": {"gt": "x"}}, "not_a_number")):
        with pytest.raises(RecordRefused) as caught:
            await shop.query("Order", where=where)
        assert [one.code for one in caught.value.problems] == [code]
