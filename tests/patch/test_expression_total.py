"""No expression raises, whatever the records hold and however large it is."""

import datetime
import operator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.patch import Manifest, Refusal
from shared.patch.expression import Moment, compile_expression
from tests.patch.expression_database import Database, StoredLines, StoredRecords, filled
from tests.patch.expression_grammar import expression
from tests.patch.expression_shop import LOOKUPS, expression_shop

NAMES = (
    "note",
    "total",
    "tax",
    "count",
    "paid",
    "due",
    "shipped",
    "at",
    "wait",
    "status",
    "channels",
    "customer",
    "items",
)
OF_LINES = ("label", "quantity", "amount", "gift", "day", "moment", "hour", "span", "product")
SCALARS = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.binary(max_size=3), st.decimals()),
    *(
        st.dates(),
        st.datetimes(timezones=st.sampled_from([datetime.UTC, None])),
        st.times(),
        st.timedeltas(),
        st.uuids(),
    ),
    *(
        st.just(chr(0xD800)),
        st.just("9999-12-31T23:59:59-01:00"),
        st.just(float("nan")),
        st.just(10**400),
        st.just("P9D"),
    ),
)
VALUES = SCALARS | st.lists(SCALARS | st.dictionaries(st.sampled_from(OF_LINES), SCALARS, max_size=4), max_size=3)
RECORDS = st.dictionaries(st.sampled_from(NAMES), VALUES)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 1_000_000),
    RECORDS,
    st.builds(
        Moment,
        old=st.none() | RECORDS,
        lookups=st.dictionaries(st.sampled_from([*LOOKUPS]), VALUES),
        related=st.dictionaries(SCALARS.filter(lambda one: isinstance(one, str)), RECORDS, max_size=2),
    ),
)
def test_whatever_records_hold_the_answer_is_a_value(number: int, record: dict[str, Any], moment: Moment) -> None:
    shop = expression_shop()
    for one in range(number, number + 20):
        try:
            compiled = compile_expression(expression(one, this=False), "Order", shop, lookups=LOOKUPS)
        except Refusal:
            continue
        compiled.evaluate(record, moment)
        compiled.evaluate({})


WORDS = st.sampled_from(
    [
        *(
            "total",
            "note",
            "items",
            "i",
            "customer",
            "this",
            "old",
            "user",
            "today",
            "@payments",
            "@",
            "nothing",
            "'x'",
        ),
        *("(", ")", "[", "]", ",", ".", "&&", "||", "!", "==", "<", ">=", "in", "+", "-", "*", "/", "?", ":", "null"),
        *("1", "2.50", "size", "sum", "filter", "all", "date", "i.amount", "items.filter(i,", "'", "\\", "matches"),
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=40).map(" ".join)))
def test_any_text_is_an_expression_or_a_refusal(text: str) -> None:
    with suppress(Refusal):
        compile_expression(text, "Order", expression_shop(), lookups=LOOKUPS, this="Customer")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "(" * 32_768,
            "!" * 32_768,
            "-" * 2000,
            "x" * 32_768,
            "'" * 32_768,
            "paid ? 1 : " * 180 + "1",
            "a." * 999 + "b",
        ),
        *(
            "(paid ? " * 200,
            "note" + ".trim()" * 280,
            "paid in [" * 200,
            "items" + ".filter(i, i.gift)" * 100 + ".size()",
        ),
        *(
            "size(" * 300,
            "items.all(i, " * 150,
            "note.matches('" + "(" * 190 + "')",
            "@" * 2000,
            "\\" * 2000,
            "?" * 2000,
        ),
    ],
    ids=lambda text: f"{text[:12]}… {len(text)}",
)
def test_what_is_too_large_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        compile_expression(text, "Order", expression_shop())


LARGEST = [
    " || ".join(["paid"] * 149),
    "note" + " + note" * 149,
    "shipped" + " + wait" * 140,
    "total" + " / tax" * 149,
    "total" + " * total" * 60,
    "paid ? 1 : " * 60 + "2",
    "abs(" * 22 + "total" + ")" * 22,
    "addMonths(" * 22 + "due" + ", 7)" * 22,
    "coalesce(" * 22 + "total" + ", 1)" * 22,
    "(paid ? " * 22 + "paid" + " : false)" * 22,
    "items.all(i, items.exists(j, i.amount + j.amount > items.size()))",
    "items.filter(i, items.all(j, i.day >= j.day)).sum(i, i.amount * items.sum(j, j.quantity))",
]


@pytest.fixture(scope="module")
def shop() -> Manifest:
    return expression_shop()


@pytest.fixture(scope="module")
def database(postgres_url: str) -> Any:
    with filled(postgres_url) as found:
        yield found


@pytest.mark.parametrize("text", LARGEST, ids=operator.itemgetter(slice(24)))
def test_the_largest_expressions_run_in_both_back_ends(text: str, shop: Manifest, database: Database) -> None:
    compiled = compile_expression(text, "Order", shop)
    said = compiled.sql(lambda name: f't."{name}"', StoredLines("Order", "t"), Moment(), records=StoredRecords())
    theirs = {row["id"]: row["said"] for row in database.rows(f'SELECT t.id, {said} AS said FROM "Order" t')}
    assert {one["id"]: compiled.evaluate(one) for one in database.records["Order"]} == theirs
