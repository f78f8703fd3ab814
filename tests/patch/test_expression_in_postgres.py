"""Both back ends have one meaning: PostgreSQL is asked the same questions as the closure."""

import datetime
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from shared.patch import Manifest, Refusal
from shared.patch.expression import Moment, compile_expression

MOMENT = Moment(
    today=datetime.date(2026, 3, 31),
    now=datetime.datetime(2026, 3, 31, 9, 30, tzinfo=datetime.UTC),
    user_id="u1",
    user_name="O'Brien \\ 北京",
)
CUSTOMER = "0b8f3b5e-7a0e-4f5e-8f0e-0123456789ab"
ROWS: list[dict[str, Any]] = [
    {
        "total": "179.30",
        "tax": "0",
        "notes": "it's",
        "status": "pending",
        "orderDate": "2026-03-31",
        "customer": CUSTOMER,
    },
    {"total": "-7", "tax": None, "notes": None, "status": None, "orderDate": None, "customer": None},
    {
        "total": "3",
        "tax": "0.07",
        "notes": "Zebra",
        "status": "shipped",
        "orderDate": "2020-02-29",
        "customer": CUSTOMER,
    },
]
LINES: list[list[dict[str, Any]]] = [
    [],
    [{"product": "a", "quantity": 3, "amount": "2.25"}, {"product": "北", "quantity": None, "amount": "-1"}],
    [{"product": None, "quantity": 0, "amount": None}],
]
COLUMNS = "total numeric, tax numeric, notes text, status text, orderDate date, shippedAt timestamptz, customer uuid"
LINE_COLUMNS = "product text, quantity bigint, amount numeric"


class _Lines:
    def source(self, field: str, alias: str) -> str:
        return f"jsonb_to_recordset({field}) AS {alias}({LINE_COLUMNS})"

    def column(self, field: str, alias: str, name: str) -> str:
        return f"{alias}.{name}"


def _number() -> st.SearchStrategy[str]:
    leaves = st.sampled_from(
        ["total", "tax", "2", "0.125", "7", "size(notes)", "items.size()", "items.sum(i, i.amount)"]
    )
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner)
            | inner.map("-{}".format)
            | inner.map("items.sum(i, i.quantity * {})".format)
        ),
        max_leaves=5,
    )


def _boolean() -> st.SearchStrategy[str]:
    number, sign = _number(), st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    text = st.sampled_from(["notes", "'Zebra'", "user.name", "'a'", '"it\'s"'])
    leaves = st.one_of(
        st.builds("{} {} {}".format, number, sign, number),
        st.builds("{} {} {}".format, text, sign, text),
        st.builds("items.{}(i, i.quantity {} {})".format, st.sampled_from(["all", "exists"]), sign, number),
        st.sampled_from(["tax == null", "status in ['pending', 'shipped']", "status != 'pending'", "true"]),
        st.sampled_from(["orderDate < today", "shippedAt <= now", "customer != null", "notes in [user.name, 'Zebra']"]),
    )
    joined = st.sampled_from(["&&", "||"])
    return st.recursive(
        leaves,
        lambda inner: st.builds("({} {} {})".format, inner, joined, inner) | inner.map("!({})".format),
        max_leaves=4,
    )


class _Asking:
    """One connection for many questions, driven from a test that is no coroutine."""

    def __init__(self, url: str) -> None:
        import asyncio  # noqa: PLC0415 the only place that needs a loop of its own

        self._runner = asyncio.Runner()
        self._connection: Any = self._runner.run(asyncpg.connect(url))

    def ask(self, sql: str, row: dict[str, Any], lines: list[dict[str, Any]]) -> Any:
        statement = f"SELECT {sql} FROM jsonb_to_record($1) AS r({COLUMNS}), (SELECT $2::jsonb AS items) AS l"
        plain = {name.lower(): value for name, value in row.items()}
        return self._runner.run(self._connection.fetchval(statement, json.dumps(plain), json.dumps(lines)))

    def close(self) -> None:
        self._runner.run(self._connection.close())
        self._runner.close()


@pytest.fixture(scope="module")
def asking(postgres_url: str) -> Iterator[_Asking]:
    found = _Asking(postgres_url)
    yield found
    found.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(_number(), _boolean()), st.sampled_from(ROWS), st.sampled_from(LINES))
def test_postgres_answers_what_the_closure_answers(
    shop: Manifest, asking: _Asking, text: str, row: dict[str, Any], lines: list[dict[str, Any]]
) -> None:
    try:
        expression = compile_expression(text, "Order", shop)
    except Refusal as refusal:
        # The variable `i` within itself, or too many loops.
        assume(refusal.code not in {"expression_too_costly", "expression_too_deep", "expression_variable"})
        raise
    answer = asking.ask(expression.sql(str.lower, _Lines(), MOMENT), row, lines)
    mine = expression.evaluate({**row, "items": lines}, MOMENT)
    assert answer == mine, text
    assert isinstance(answer, bool | Decimal | None)


def test_what_the_database_cannot_know_is_refused(shop: Manifest) -> None:
    for text in ("old.total > 1", "orderDate < today", "user == 'x'", "items.size() > 1"):
        with pytest.raises(Refusal) as refused:
            compile_expression(text, "Order", shop).sql(str)
        assert refused.value.code == "expression_not_in_sql"
