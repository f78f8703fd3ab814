"""Both back ends have one meaning: PostgreSQL is asked the same questions as the closure.

`PATCHBAY_EXPRESSIONS` says how many random expressions are compared (a nightly run takes 10,000 and more).
"""

import datetime
import operator
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain
from typing import Any, get_args
from uuid import UUID

import pytest

from shared.patch import Manifest, Refusal
from shared.patch.expression import CompiledLookup, Expression, Moment, compile_expression, days
from shared.patch.expression.functions import COMPARISONS, FUNCTIONS, OPERATORS, Function
from shared.patch.expression.typed import Typed
from tests.patch.expression_database import Database, StoredLines, StoredRecords, filled
from tests.patch.expression_grammar import expression
from tests.patch.expression_shop import LOOKUPS, THIS_LOOKUPS, Record, expression_shop, records

EXPRESSIONS = int(os.environ.get("PATCHBAY_EXPRESSIONS", "1000"))
AT_ONCE = 50
MOMENT = Moment(
    today=datetime.date(2026, 3, 31),
    now=datetime.datetime(2026, 3, 31, 9, 30, tzinfo=datetime.UTC),
    user_id="u1",
    user_name="O'Brien \\ 北京 {0}",
    user_roles=("sales",),
)

_LEAST: dict[str, Any] = {"day": datetime.date.min, "shipped": datetime.datetime.min.replace(tzinfo=datetime.UTC)}


@pytest.fixture(scope="module")
def database(postgres_url: str) -> Iterator[Database]:
    with filled(postgres_url) as found:
        yield found


@dataclass(frozen=True)
class _Asked:
    """One expression, and how PostgreSQL is told where to find what."""

    text: str
    expression: Expression
    sql: str
    this: bool


def _asked(number: int, manifest: Manifest, found: Mapping[str, list[Record]]) -> _Asked | None:
    """The expression of that number, always the same; None for one that is refused."""
    this, beside = number % 3 == 0, number % 2 == 0
    text = expression(number, this=this)
    try:
        if this:
            compiled = compile_expression(text, "Order", manifest, lookups=THIS_LOOKUPS, this="Customer")
        else:
            compiled = compile_expression(text, "Order", manifest, lookups=LOOKUPS)
    except Refusal as refusal:
        if refusal.code in {"expression_too_long", "expression_too_deep"}:
            return None
        raise
    moment = _moment(found, this=this)
    places: dict[str, Any] = {"this": _column("c"), "old": _column("c" if this else "o")} if beside else {}
    return _Asked(
        text,
        compiled,
        compiled.sql(_column("t"), StoredLines("Order", "t"), moment, records=StoredRecords(), **places),
        this,
    )


def _column(alias: str) -> Callable[[str], str]:
    def column(name: str) -> str:
        return f'{alias}."{name}"'

    return column


def _moment(found: Mapping[str, list[Record]], *, this: bool) -> Moment:
    related = {str(one["id"]): one for name in ("Customer", "Product", "Order") for one in found[name]}
    before = found["Customer"][1] if this else found["Order"][1]
    return replace(MOMENT, related=related, old=before, this=found["Customer"][1] if this else None)


def _differences(database: Database, numbers: range) -> list[str]:
    """Where PostgreSQL and the closure answer differently."""
    found = database.records
    asked = [one for number in numbers if (one := _asked(number, database.manifest, found)) is not None]
    assert len(asked) >= len(numbers) * 0.8
    told = ", ".join(f"{one.sql} AS c{number}" for number, one in enumerate(asked))
    source = '"Order" t, "Order" o, "Customer" c'
    beside = f"o.id = '{found['Order'][1]['id']}' AND c.id = '{found['Customer'][1]['id']}'"
    rows = database.rows(f"SELECT t.id, {told} FROM {source} WHERE {beside}")
    theirs = {row["id"]: row for row in rows}
    different: list[str] = []
    for one, name in ((one, f"c{number}") for number, one in enumerate(asked)):
        for record in found["Order"]:
            mine = one.expression.evaluate(
                record, _with_lookups(one.expression, record, _moment(found, this=one.this), found)
            )
            answer = _plain(theirs[record["id"]][name])
            if answer != mine or type(answer) is not type(mine):
                different.append(f"{one.text}: closure {mine!r}, PostgreSQL {answer!r}")
    return different


def _plain(answer: Any) -> Any:
    texts: Any = answer
    return str(answer) if isinstance(answer, UUID) else tuple(texts) if isinstance(answer, list) else answer


def _with_lookups(expression: Expression, record: Record, moment: Moment, found: Mapping[str, list[Record]]) -> Moment:
    asking = moment.this or record
    answers = {name: _found(one, asking, moment, found) for name, one in expression.lookups.items()}
    return replace(moment, lookups=answers)


def _found(lookup: CompiledLookup, record: Mapping[str, Any], moment: Moment, found: Mapping[str, list[Record]]) -> Any:
    """What a lookup finds, by reading everything."""
    asked = lookup.question
    equals = lookup.equals.evaluate(record, moment)
    about = replace(moment, this=record)
    rows = [
        other
        for other in found[asked.entity]
        if equals is not None and _text(other[asked.by.name]) == equals
        if lookup.where is None or lookup.where.evaluate(other, about) is True
    ]
    if asked.value is None:
        return bool(rows) if asked.find == "exists" else Decimal(len(rows))
    name = asked.value.name
    values = [one[name] for one in rows if one[name] is not None]
    match asked.find:
        case "sum":
            return sum(values, Decimal(0))
        case "one":
            if asked.sort is None:
                return rows[0][name] if len(rows) == 1 else None
            rows.sort(key=lambda one: one["id"].int)
            order = asked.sort.name
            rows.sort(key=lambda one: one[order] or _LEAST[order], reverse=asked.descending)
            known = [one for one in rows if one[order] is not None]
            return next(iter((*known, *rows)))[name] if rows else None
        case find:
            return (min if find == "min" else max)(values, default=None)


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def test_postgres_answers_what_the_closure_answers(database: Database) -> None:
    for start in range(0, EXPRESSIONS, AT_ONCE):
        assert _differences(database, range(start, start + AT_ONCE)) == []


def test_the_random_expressions_say_everything_that_can_be_said() -> None:
    manifest, found = expression_shop(), records(20260331)
    nodes: set[Any] = set()
    rows: set[Any] = set()
    for one in (_asked(number, manifest, found) for number in range(400)):
        for part in _walk(one and one.expression.tree):
            (rows if isinstance(part, Function) else nodes).add(part if isinstance(part, Function) else type(part))
    assert nodes >= set(get_args(Typed))
    assert rows >= {row for table in (FUNCTIONS, OPERATORS) for row in chain.from_iterable(table.values())}


def _walk(part: Any) -> Iterator[Any]:
    """Everything that a tree is made of."""
    yield part
    inner: list[Any] = [getattr(part, name) for name in getattr(part, "__dataclass_fields__", ())]
    if isinstance(part, tuple):
        inner = [*part]
    for one in inner:
        yield from _walk(one)


# What a careless hand might write: of one operator, in one of the two back ends.
_WRONG: list[tuple[Any, Any, dict[str, Any]]] = [
    (COMPARISONS, ("<", "number"), {"sql": "({0} <= {1})"}),
    (COMPARISONS, ("==", "number"), {"sql": "(round({0}) = {1})"}),
    (OPERATORS, "/", {"sql": "round({0} / nullif({1}, 0), 12)"}),
    (OPERATORS, "-", {"python": operator.add}),
    (FUNCTIONS, "round", {"sql": "trunc({0})"}),
    (FUNCTIONS, "startsWith", {"python": str.endswith}),
    (FUNCTIONS, "addMonths", {"python": days.add_days}),
    (FUNCTIONS, "lower", {"python": str.lower}),
]


@pytest.mark.parametrize(("table", "key", "wrong"), _WRONG)
def test_a_wrong_operator_of_one_back_end_is_found(
    database: Database, monkeypatch: pytest.MonkeyPatch, table: Any, key: Any, wrong: dict[str, Any]
) -> None:
    rows: Any = table[key]
    if isinstance(rows, Function):
        monkeypatch.setitem(table, key, replace(rows, **wrong))
    else:
        monkeypatch.setitem(table, key, (replace(rows[0], **wrong), *rows[1:]))
    assert any(_differences(database, range(start, start + AT_ONCE)) for start in range(0, 3000, AT_ONCE))


def test_what_the_database_cannot_know_is_refused() -> None:
    manifest = expression_shop()
    for text in ("old.total > 1", "due < today", "user == 'x'", "items.size() > 1", "customer.vip", "@overpaid"):
        with pytest.raises(Refusal) as refused:
            compile_expression(text, "Order", manifest, lookups=LOOKUPS).sql(_column("t"))
        assert refused.value.code == "expression_not_in_sql"


def test_a_lookup_is_asked_for_a_record_that_is_not_stored(database: Database) -> None:
    """With what it says as constants; the answer goes back into the moment."""
    expression = compile_expression("@paidSum + @noLess", "Order", database.manifest, lookups=LOOKUPS)
    for record in database.records["Order"]:
        moment = _moment(database.records, this=False)
        for name, lookup in expression.lookups.items():
            answer = database.rows(f"SELECT {lookup.sql(record, StoredRecords(), moment)} AS found")[0]["found"]
            assert answer == _found(lookup, record, moment, database.records), name


def test_lookups_that_were_asked_are_constants() -> None:
    expression = compile_expression("@payments > 2", "Order", expression_shop(), lookups=LOOKUPS)
    assert expression.sql(_column("t"), moment=Moment(lookups={"payments": 3})) == "(3::numeric > 2::numeric)"
