"""Every type that is kept as one value: in, out, asked for, refused, parked and back."""

import json
from typing import Any

import pytest

from shared.engine import RecordRefused
from shared.patch.fields import DurationField
from shared.patch.spans import written
from tests.engine.workshop import ADMIN, Workshop, add_field, codes, patched

SIZES = [{"value": "s", "label": {"en": "Small", "zh": "小"}}, {"value": "m"}, {"value": "l"}]
FIELDS = [
    add_field("Customer", "opens", type="time", default="09:00"),
    add_field("Customer", "patience", type="duration", min="PT1M", max="P2D", default="PT90M"),
    add_field("Customer", "sizes", type="multi_enum", options=SIZES, max_items=2, default=["m"]),
    add_field("Customer", "extra", type="json", max_bytes=100),
]
VALUES: dict[str, Any] = {
    "opens": "08:30:15",
    "patience": "P1DT2H",
    "sizes": ["s", "l"],
    "extra": {"b": [1, 2.5, None], "a": "字"},
}


@pytest.fixture
async def wide(shop: Workshop) -> Workshop:
    await shop.become(patched(shop.manifest, *FIELDS))
    return shop


async def test_values_read_as_they_were_written(wide: Workshop) -> None:
    made = await wide.customer(**VALUES)
    assert {name: made[name] for name in VALUES} == VALUES
    again = await wide.read("Customer", made["id"])
    assert json.loads(json.dumps(again)) == again
    assert {name: again[name] for name in VALUES} == VALUES
    changed = await wide.update("Customer", made["id"], {"opens": "10:00", "sizes": ["l", "s"], "extra": []})
    assert (changed["opens"], changed["sizes"], changed["extra"]) == ("10:00:00", ["s", "l"], [])
    assert (await wide.update("Customer", made["id"], {"notes": "x"}))["patience"] == "P1DT2H"


async def test_defaults_are_for_old_records_and_new_ones(shop: Workshop) -> None:
    old = await shop.customer()
    await shop.become(patched(shop.manifest, *FIELDS))
    for record in (await shop.read("Customer", old["id"]), await shop.customer()):
        assert [record[name] for name in VALUES] == ["09:00:00", "PT1H30M", ["m"], None]


async def test_nothing_chosen_is_no_value(wide: Workshop) -> None:
    made = await wide.customer(sizes=[], opens=None, patience=None)
    assert (made["sizes"], made["opens"], made["patience"]) == (None, None, None)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("PT0S", "PT0S"), ("P1W", "P7D"), ("PT3600S", "PT1H"), ("-PT90S", "-PT1M30S"), ("P1DT24H", "P2D")],
)
async def test_a_span_is_written_in_one_way(shop: Workshop, value: str, shown: str) -> None:
    await shop.become(patched(shop.manifest, add_field("Customer", "span", type="duration")))
    made = await shop.customer(span=value)
    assert made["span"] == (await shop.read("Customer", made["id"]))["span"] == shown
    read = DurationField.model_validate({"name": "x", "default": value}).default
    assert read is not None
    assert written(read) == shown


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("opens", "25:00", "not_a_time"),
        ("opens", "09:30:00.5", "not_a_time"),
        ("opens", "9", "not_a_time"),
        ("opens", 930, "not_a_time"),
        ("patience", "90 minutes", "not_a_duration"),
        ("patience", "PT0.5S", "not_a_duration"),
        ("patience", "P1M", "not_a_duration"),
        ("patience", 90, "not_a_duration"),
        ("patience", "PT30S", "too_small"),
        ("patience", "P3D", "too_large"),
        ("patience", "P99999999D", "too_large"),
        ("sizes", "s", "not_choices"),
        ("sizes", [1], "not_choices"),
        ("sizes", ["s", "s"], "chosen_twice"),
        ("sizes", ["s", "xl"], "not_an_option"),
        ("sizes", ["s", "m", "l"], "too_many_choices"),
        ("extra", "{}", "not_json"),
        ("extra", 1, "not_json"),
        ("extra", {"a": "b\x00"}, "not_json"),
        ("extra", {"a": float("inf")}, "not_json"),
        ("extra", {"a": "x" * 100}, "too_many_bytes"),
    ],
)
async def test_what_does_not_fit_is_refused_in_both_languages(wide: Workshop, name: str, value: Any, code: str) -> None:
    refused = await wide.refused("Customer", {"name": "A", "email": "a@b.example", name: value})
    assert (refused.code, codes(refused)) == ("invalid", {(name, code)})
    message = refused.problems[0].message
    assert message["en"] != message["zh"]
    assert "{" not in message["en"] + message["zh"]


async def test_records_are_found_by_them(wide: Workshop) -> None:
    early = await wide.customer(name="Early", **VALUES)
    late = await wide.customer(name="Late", opens="11:00", patience="PT5M", sizes=["l"])

    async def found(where: dict[str, Any], sort: str = "opens") -> list[str]:
        return [one["id"] for one in (await wide.query("Customer", where=where, sort=sort)).items]

    assert await found({"opens": {"lt": "09:00"}}) == [early["id"]]
    assert await found({"patience": {"ge": "PT5M"}}) == [early["id"], late["id"]]
    assert await found({"patience": "P1DT2H"}) == [early["id"]]
    assert await found({"sizes": {"contains": "s"}}) == [early["id"]]
    assert await found({"sizes": {"contains": ["s", "l"]}}) == [early["id"]]
    assert await found({"sizes": {"in": ["l"]}}, "-patience") == [early["id"], late["id"]]
    assert await found({"sizes": ["l"]}) == [late["id"]]
    assert await found({"extra": {"ne": None}}) == [early["id"]]
    page = await wide.query("Customer", sort="patience", limit=1)
    assert [one["id"] for one in page.items] == [late["id"]]
    assert [one["id"] for one in (await wide.query("Customer", sort="patience", after=page.next)).items] == [
        early["id"]
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"where": {"sizes": {"lt": ["s"]}}}, ("sizes", "unknown_filter")),
        ({"where": {"sizes": {"contains": {}}}}, ("sizes", "not_choices")),
        ({"where": {"extra": {"lt": {"a": 1}}}}, ("extra", "unknown_filter")),
        ({"where": {"extra": "a"}}, ("extra", "not_filterable")),
        ({"where": {"opens": {"contains": "09"}}}, ("opens", "unknown_filter")),
        ({"sort": "sizes"}, ("sizes", "not_filterable")),
        ({"sort": "-extra"}, ("extra", "not_filterable")),
    ],
)
async def test_what_cannot_be_asked_of_them_is_refused(
    wide: Workshop, asked: dict[str, Any], expected: tuple[str, str]
) -> None:
    with pytest.raises(RecordRefused) as caught:
        await wide.query("Customer", **asked)
    assert codes(caught.value) == {expected}


async def test_withdrawn_they_leave_no_trace_and_come_back(shop: Workshop) -> None:
    base, before = shop.manifest, await shop.fingerprint()
    with_fields = patched(base, *FIELDS)
    await shop.become(with_fields)
    live, made = await shop.fingerprint(), await shop.customer(**VALUES)
    await shop.become(base)
    assert await shop.fingerprint() == before
    assert await shop.become(with_fields) == []
    assert await shop.fingerprint() == live
    again = await shop.read("Customer", made["id"])
    assert {name: again[name] for name in VALUES} == VALUES


async def test_old_values_beyond_narrower_bounds_are_found(shop: Workshop) -> None:
    base = shop.manifest
    await shop.become(patched(base, *FIELDS))
    made = await shop.customer(**VALUES)
    narrow = [
        add_field("Customer", "patience", type="duration", max="PT1H"),
        add_field("Customer", "sizes", type="multi_enum", options=SIZES[1:], max_items=1),
        add_field("Customer", "extra", type="json", max_bytes=10),
    ]
    findings = await shop.become(patched(base, *narrow))
    assert {(one["field"], one["code"], *one["sample"]) for one in findings} == {
        ("patience", "too_large", made["id"]),
        ("sizes", "not_an_option", made["id"]),
        ("sizes", "too_many_choices", made["id"]),
        ("extra", "too_many_bytes", made["id"]),
    }


async def test_a_form_and_a_list_say_what_they_take(wide: Workshop) -> None:
    form = {one["name"]: one for one in wide.application.form_view("Customer", ADMIN, "zh")["fields"]}
    assert json.loads(json.dumps(form)) == form
    assert [(form[name]["widget"], form[name]["default"]) for name in VALUES] == [
        ("time", "09:00:00"),
        ("duration", "PT1H30M"),
        ("choices", ["m"]),
        ("json", None),
    ]
    assert (form["patience"]["min"], form["patience"]["max"]) == ("PT1M", "P2D")
    assert form["sizes"]["options"][0] == {"value": "s", "label": "小"}
    assert (form["sizes"]["max_items"], form["extra"]["max_bytes"]) == (2, 100)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ({"type": "multi_enum", "options": SIZES}, [["a text"], ["09:30:00"]]),
        ({"type": "json"}, [None, None]),
        ({"type": "time"}, [None, "09:30:00"]),
    ],
)
async def test_a_key_that_returns_as_another_type_keeps_every_value(
    shop: Workshop, kind: dict[str, Any], values: list[Any]
) -> None:
    base, code = shop.manifest, {"type": "text"}
    as_text, as_other = (patched(base, add_field("Customer", "code", **one)) for one in (code, kind))
    await shop.become(as_text)
    made = [await shop.customer(code=text) for text in ("a text", "09:30:00")]
    await shop.become(base)
    await shop.become(as_other)
    assert [(await shop.read("Customer", one["id"]))["code"] for one in made] == values
    await shop.become(base)
    await shop.become(as_text)
    assert [(await shop.read("Customer", one["id"]))["code"] for one in made] == ["a text", "09:30:00"]
