"""What can be called and what operators do: one row each, with one meaning in Python and in PostgreSQL.

Both answer unknown when an argument is unknown; only rows with `skips` leave unknown arguments out. No row raises.
"""

import datetime
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shared.patch.expression import days, texts
from shared.patch.expression.kinds import COMPARED, ORDERED, Kind
from shared.patch.expression.reckoning import EXACT, PLACES_MAX, QUOTIENT_PLACES, ceil, floor, quotient, rounded


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """`{0}` in `sql` stands for the first argument; each argument stands there once, so that nesting stays small."""

    name: str
    takes: tuple[Kind, ...]
    gives: Kind
    python: Callable[..., Any]
    sql: str
    skips: bool = False
    # How many nodes of a tree it weighs.
    cost: int = 1


def _extreme(name: str, kind: Kind) -> Function:
    python = min if name == "min" else max
    return Function(name, (kind, kind), kind, python, f"{_EXTREME[name]}({{0}}, {{1}})", skips=True)


_EXTREME = {"min": "least", "max": "greatest"}
_PLACES = days.within("{1}", 0, PLACES_MAX)
_ROWS = (
    Function("size", ("text",), "number", texts.size, "char_length({0})::numeric"),
    Function("size", ("choices",), "number", texts.size, "cardinality({0})::numeric"),
    Function("contains", ("text", "text"), "boolean", operator.contains, "(strpos({0}, {1}) > 0)"),
    Function("startsWith", ("text", "text"), "boolean", str.startswith, "starts_with({0}, {1})"),
    Function("endsWith", ("text", "text"), "boolean", str.endswith, "starts_with(reverse({0}), reverse({1}))"),
    Function("lower", ("text",), "text", texts.lower, 'lower({0} COLLATE "C")'),
    Function("upper", ("text",), "text", texts.upper, 'upper({0} COLLATE "C")'),
    Function("trim", ("text",), "text", texts.trim, r"btrim({0}, E' \t\r\n')"),
    Function("abs", ("number",), "number", EXACT.abs, "abs({0})"),
    Function("round", ("number",), "number", rounded, "round({0})"),
    Function("round", ("number", "number"), "number", rounded, f"round({{0}}, {_PLACES})"),
    Function("floor", ("number",), "number", floor, "floor({0})"),
    Function("ceil", ("number",), "number", ceil, "ceil({0})"),
    *(_extreme(name, kind) for name in ("min", "max") for kind in ORDERED if kind != "text"),
    Function("date", ("datetime",), "date", datetime.datetime.date, "({0} AT TIME ZONE 'UTC')::date"),
    Function("addDays", ("date", "number"), "date", days.add_days, days.ADD_DAYS),
    Function("addMonths", ("date", "number"), "date", days.add_months, days.ADD_MONTHS),
    Function("daysBetween", ("date", "date"), "number", days.days_between, "({1} - {0})::numeric"),
    Function("year", ("date",), "number", days.year, "extract(year FROM {0})"),
    Function("month", ("date",), "number", days.month, "extract(month FROM {0})"),
    Function("day", ("date",), "number", days.day_of_month, "extract(day FROM {0})"),
    Function("monthStart", ("date",), "date", days.month_start, "date_trunc('month', {0}::timestamp)::date"),
    Function("seconds", ("duration",), "number", days.seconds, "extract(epoch FROM {0})"),
)
_QUOTIENT = f"(div({{0}} * {10**QUOTIENT_PLACES}, nullif({{1}}, 0)) * {Decimal(1).scaleb(-QUOTIENT_PLACES):f})"
_OPERATORS = (
    Function("+", ("number", "number"), "number", EXACT.add, "({0} + {1})"),
    Function("-", ("number", "number"), "number", EXACT.subtract, "({0} - {1})"),
    Function("*", ("number", "number"), "number", EXACT.multiply, "({0} * {1})"),
    # PostgreSQL's own `/` chooses its scale by the operands.
    Function("/", ("number", "number"), "number", quotient, _QUOTIENT),
    Function("+", ("text", "text"), "text", operator.add, "({0} || {1})"),
    Function("+", ("datetime", "duration"), "datetime", days.later, days.LATER),
    Function("-", ("datetime", "duration"), "datetime", days.earlier, days.EARLIER),
    Function("-", ("datetime", "datetime"), "duration", operator.sub, "({0} - {1})"),
)
NOT = Function("!", ("boolean",), "boolean", operator.not_, "(NOT {0})")
NEGATIVE = Function("-", ("number",), "number", EXACT.minus, "(- {0})")


def _by_name(rows: Iterable[Function]) -> dict[str, tuple[Function, ...]]:
    found: dict[str, tuple[Function, ...]] = {}
    for row in rows:
        found[row.name] = (*found.get(row.name, ()), row)
    return found


def _comparisons() -> dict[tuple[str, Kind], Function]:
    signs: tuple[tuple[str, str, Callable[[Any, Any], Any]], ...] = (
        ("==", "=", operator.eq),
        ("!=", "<>", operator.ne),
        ("<", "<", operator.lt),
        ("<=", "<=", operator.le),
        (">", ">", operator.gt),
        (">=", ">=", operator.ge),
    )
    return {
        (sign, kind): Function(sign, (kind, kind), "boolean", python, f"({{0}} {sql} {{1}})")
        for sign, sql, python in signs
        for kind in (COMPARED if sign in ("==", "!=") else ORDERED)
    }


FUNCTIONS = _by_name(_ROWS)
OPERATORS = _by_name(_OPERATORS)
COMPARISONS = _comparisons()
