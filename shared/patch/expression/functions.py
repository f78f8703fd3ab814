"""What can be called and what operators do: one row each, with one meaning in Python and in PostgreSQL.

Both answer unknown when an argument is unknown; only rows with `skips` leave unknown arguments out. No row raises.
"""

import datetime
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shared.patch.expression import days
from shared.patch.expression.kinds import COMPARED, ORDERED, Kind
from shared.patch.expression.reckoning import EXACT, PLACES_MAX, QUOTIENT_PLACES, quotient, rounded

_SPACE = " \t\r\n"
_LOWER = {one: one + 32 for one in range(ord("A"), ord("Z") + 1)}
_UPPER = {one: one - 32 for one in range(ord("a"), ord("z") + 1)}


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """`{0}` in `sql` stands for the first argument; each argument stands there once, so that nesting stays small."""

    name: str
    takes: tuple[Kind, ...]
    gives: Kind
    python: Callable[..., Any]
    sql: str
    skips: bool = False


def _extreme(name: str, kind: Kind) -> Function:
    python = min if name == "min" else max
    return Function(name, (kind, kind), kind, python, f"{_EXTREME[name]}({{0}}, {{1}})", skips=True)


_EXTREME = {"min": "least", "max": "greatest"}
_PLACES = days.within("{1}", 0, PLACES_MAX)
_ROWS = (
    Function("size", ("text",), "number", lambda a: Decimal(len(a)), "char_length({0})::numeric"),
    Function("size", ("choices",), "number", lambda a: Decimal(len(a)), "cardinality({0})::numeric"),
    Function("contains", ("text", "text"), "boolean", lambda a, b: b in a, "(strpos({0}, {1}) > 0)"),
    Function("startsWith", ("text", "text"), "boolean", str.startswith, "starts_with({0}, {1})"),
    Function("endsWith", ("text", "text"), "boolean", str.endswith, "starts_with(reverse({0}), reverse({1}))"),
    Function("lower", ("text",), "text", lambda a: a.translate(_LOWER), 'lower({0} COLLATE "C")'),
    Function("upper", ("text",), "text", lambda a: a.translate(_UPPER), 'upper({0} COLLATE "C")'),
    Function("trim", ("text",), "text", lambda a: a.strip(_SPACE), r"btrim({0}, E' \t\r\n')"),
    Function("abs", ("number",), "number", EXACT.abs, "abs({0})"),
    Function("round", ("number",), "number", rounded, "round({0})"),
    Function("round", ("number", "number"), "number", rounded, f"round({{0}}, {_PLACES})"),
    Function("floor", ("number",), "number", lambda a: a.to_integral_value("ROUND_FLOOR", EXACT), "floor({0})"),
    Function("ceil", ("number",), "number", lambda a: a.to_integral_value("ROUND_CEILING", EXACT), "ceil({0})"),
    *(_extreme(name, kind) for name in ("min", "max") for kind in ORDERED if kind != "text"),
    Function("date", ("datetime",), "date", datetime.datetime.date, "({0} AT TIME ZONE 'UTC')::date"),
    Function("addDays", ("date", "number"), "date", days.add_days, days.ADD_DAYS),
    Function("addMonths", ("date", "number"), "date", days.add_months, days.ADD_MONTHS),
    Function("daysBetween", ("date", "date"), "number", days.days_between, "({1} - {0})::numeric"),
    Function("year", ("date",), "number", lambda a: Decimal(a.year), "extract(year FROM {0})"),
    Function("month", ("date",), "number", lambda a: Decimal(a.month), "extract(month FROM {0})"),
    Function("day", ("date",), "number", lambda a: Decimal(a.day), "extract(day FROM {0})"),
    Function("monthStart", ("date",), "date", lambda a: a.replace(day=1), "date_trunc('month', {0}::timestamp)::date"),
    Function("seconds", ("duration",), "number", days.seconds, "extract(epoch FROM {0})"),
)
_SHIFT, _UNSHIFT = 10**QUOTIENT_PLACES, f"{Decimal(1).scaleb(-QUOTIENT_PLACES):f}"
_OPERATORS = (
    Function("+", ("number", "number"), "number", EXACT.add, "({0} + {1})"),
    Function("-", ("number", "number"), "number", EXACT.subtract, "({0} - {1})"),
    Function("*", ("number", "number"), "number", EXACT.multiply, "({0} * {1})"),
    # PostgreSQL's own `/` chooses its scale by the operands.
    Function(
        *("/", ("number", "number"), "number", quotient),
        f"(div({{0}} * {_SHIFT}, nullif({{1}}, 0)) * {_UNSHIFT})",
    ),
    Function("+", ("text", "text"), "text", operator.add, "({0} || {1})"),
    Function("+", ("datetime", "duration"), "datetime", days.later, days.LATER),
    Function("-", ("datetime", "duration"), "datetime", days.earlier, days.EARLIER),
    Function("-", ("datetime", "datetime"), "duration", operator.sub, "({0} - {1})"),
)
NOT = Function("!", ("boolean",), "boolean", operator.not_, "(NOT {0})")
NEGATIVE = Function("-", ("number",), "number", EXACT.minus, "(- {0})")
INSIDE = Function("in", ("text", "choices"), "boolean", lambda a, b: a in b, "({0} = ANY ({1}))")


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
