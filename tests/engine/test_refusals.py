"""Every way in which a record is refused, each with its place, its code and sentences in both languages."""

from typing import Any

import pytest

from shared.engine import RecordRefused
from shared.engine.problems import SENTENCES
from tests.engine.workshop import NOBODY, Workshop, add_field, codes, patched

CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"nmae": "x"}, "nmae", "unknown_field"),
    ({"name": None}, "name", "required"),
    ({"name": 5}, "name", "not_text"),
    ({"name": "a\x00b"}, "name", "not_text"),
    ({"name": "\ud800"}, "name", "not_text"),
    ({"name": "x" * 101}, "name", "too_long"),
    ({"code": "ab"}, "code", "too_short"),
    ({"email": "nobody"}, "email", "bad_format"),
    ({"site": "ftp://x"}, "site", "bad_format"),
    ({"phone": "call me"}, "phone", "bad_format"),
    ({"industry": "farming"}, "industry", "not_an_option"),
    ({"count": "many"}, "count", "not_a_number"),
    ({"count": True}, "count", "not_a_number"),
    ({"count": "NaN"}, "count", "not_a_number"),
    ({"count": "1e999999"}, "count", "not_a_number"),
    ({"count": 1.5}, "count", "not_an_integer"),
    ({"count": 0}, "count", "too_small"),
    ({"count": 11}, "count", "too_large"),
    ({"ratio": "0.001"}, "ratio", "too_many_decimals"),
    ({"ratio": "1000"}, "ratio", "too_many_digits"),
    ({"vip": "yes"}, "vip", "not_a_boolean"),
    ({"since": "yesterday"}, "since", "not_a_date"),
    ({"since": "2026-02-30"}, "since", "not_a_date"),
    ({"seen": "2026-03-31T09:30:00"}, "seen", "not_a_datetime"),
    ({"parent": "Harbour"}, "parent", "not_a_reference"),
    ({"parent": NOBODY}, "parent", "reference_missing"),
    ({"ticket": "T-1"}, "ticket", "read_only"),
    ({"double": 4}, "double", "read_only"),
    ({"fixed": "x"}, "fixed", "read_only"),
    ({"id": NOBODY}, "id", "read_only"),
    ({"rows": "x"}, "rows", "not_lines"),
    ({"rows": [1]}, "rows", "not_lines"),
    ({"rows": [{}, {}, {}]}, "rows", "too_many_lines"),
    ({"rows": [{"note": "x", "colour": 1}]}, "rows.0.colour", "unknown_field"),
    ({"rows": [{"who": NOBODY}]}, "rows.who", "reference_missing"),
]


@pytest.fixture
async def wide(shop: Workshop) -> Workshop:
    """Customers with a field of every kind."""
    lines = [{"name": "who", "type": "ref", "target": "Customer"}, {"name": "note", "type": "text"}]
    fields = [
        add_field("Customer", "code", type="text", min_length=3, unique=True),
        add_field("Customer", "site", type="text", format="url"),
        add_field("Customer", "count", type="integer", min=1, max=10),
        add_field("Customer", "ratio", type="decimal", precision=5, scale=2),
        add_field("Customer", "vip", type="boolean"),
        add_field("Customer", "since", type="date"),
        add_field("Customer", "seen", type="datetime"),
        add_field("Customer", "parent", type="ref", target="Customer"),
        add_field("Customer", "ticket", type="sequence"),
        add_field("Customer", "double", type="integer", computed="count * 2"),
        add_field("Customer", "fixed", type="text", read_only=True, default="x"),
        add_field("Customer", "rows", type="lines", fields=lines, max_items=2),
    ]
    await shop.become(patched(shop.manifest, *fields))
    return shop


async def test_every_misfit_is_refused_with_its_code(wide: Workshop) -> None:
    fitting = {"name": "Harbour", "email": "o@harbour.example"}
    for values, field, code in CASES:
        refused = await wide.refused("Customer", fitting | values)
        assert (refused.code, codes(refused)) == ("invalid", {(field, code)}), values
        problem = refused.problems[0]
        assert problem.message["en"] != problem.message["zh"]
        assert "{" not in problem.message["en"] + problem.message["zh"]


async def test_every_problem_is_told_at_once(wide: Workshop) -> None:
    values = {
        "emial": "x",
        "industry": "farming",
        "count": 0,
        "since": "x",
        "parent": NOBODY,
        "rows": [{"who": NOBODY}],
    }
    assert codes(await wide.refused("Customer", values)) == {
        ("emial", "unknown_field"),
        ("name", "required"),
        ("email", "required"),
        ("industry", "not_an_option"),
        ("count", "too_small"),
        ("since", "not_a_date"),
        ("parent", "reference_missing"),
        ("rows.who", "reference_missing"),
    }


async def test_an_unknown_field_is_answered_with_the_one_meant(wide: Workshop) -> None:
    refused = await wide.refused("Customer", {"name": "A", "email": "a@b.example", "industri": "retail"})
    assert refused.problems[0].params == {"field": "industri", "suggestion": "industry"}


async def test_an_unknown_option_is_answered_with_those_that_are(wide: Workshop) -> None:
    refused = await wide.refused("Customer", {"name": "A", "email": "a@b.example", "status": "gone"})
    assert refused.problems[0].params["options"] == ["active", "prospect", "inactive", "archived"]
    assert "active、prospect、inactive、archived" in refused.problems[0].message["zh"]


async def test_a_value_that_is_taken_is_a_conflict(wide: Workshop) -> None:
    first = await wide.customer(code="DE1")
    refused = await wide.refused("Customer", {"name": "A", "email": "a@b.example", "code": "DE1"})
    assert (refused.code, codes(refused)) == ("conflict", {("code", "unique_taken")})
    other = await wide.customer(code="DE2")
    with pytest.raises(RecordRefused) as caught:
        await wide.update("Customer", other["id"], {"code": "DE1"})
    assert codes(caught.value) == {("code", "unique_taken")}
    await wide.update("Customer", first["id"], {"code": "DE1"})


async def test_lines_that_lead_nowhere_are_refused_in_an_update_too(wide: Workshop) -> None:
    made = await wide.customer()
    with pytest.raises(RecordRefused) as caught:
        await wide.update("Customer", made["id"], {"rows": [{"who": NOBODY}]})
    assert codes(caught.value) == {("rows.who", "reference_missing")}
    again = await wide.update("Customer", made["id"], {"rows": [{"who": made["id"], "note": "itself"}]})
    assert again["rows"] == [{"who": made["id"], "note": "itself"}]


async def test_a_record_that_is_referred_to_says_by_whom(shop: Workshop) -> None:
    customer = await shop.customer()
    await shop.order(customer)
    with pytest.raises(RecordRefused) as caught:
        await shop.delete("Customer", customer["id"])
    problem = caught.value.problems[0]
    assert (caught.value.code, problem.code, problem.params) == (
        "conflict",
        "still_referenced",
        {"count": 1, "by": "Order"},
    )
    assert problem.message == {
        "en": "Customer cannot be deleted: other records refer to it (Orders: 1).",
        "zh": "不能删除客户:还有其他记录引用它(订单:1)。",
    }


async def test_what_is_not_there_is_not_found(shop: Workshop) -> None:
    for work in (shop.read("Order", NOBODY), shop.update("Order", NOBODY, {}), shop.delete("Order", NOBODY)):
        with pytest.raises(RecordRefused) as caught:
            await work
        assert (caught.value.code, codes(caught.value)) == ("not_found", {("", "record_missing")})
    refused = await shop.refused("Ordr", {})
    assert (refused.code, refused.problems[0].params) == ("not_found", {"entity": "Ordr", "suggestion": "Order"})


async def test_a_race_that_only_the_database_sees_is_told_in_the_same_words(wide: Workshop) -> None:
    wide.application._of("Customer").conditions.clear()
    await wide.customer(code="DE1")
    refused = await wide.refused("Customer", {"name": "A", "email": "a@b.example", "code": "DE1"})
    assert (refused.code, codes(refused)) == ("conflict", {("code", "unique_taken")})


def test_every_sentence_is_in_both_languages() -> None:
    assert all(en and zh and en != zh for code, (en, zh) in SENTENCES.items() if code != "rule_broken")
