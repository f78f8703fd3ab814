"""The typed tree as a Python closure. Total: it answers a value or None (unknown), and never raises.

Numbers are exact decimals. A quotient is cut after twelve places, and x/0 is unknown; `postgres.py` says the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import Any

from shared.patch.expression.syntax import Sign
from shared.patch.expression.typed import (
    Comparing,
    Given,
    Length,
    LineCount,
    Literally,
    Missing,
    Negative,
    Not,
    OneOf,
    OverLines,
    Reckoning,
    Stored,
    Together,
    Typed,
)
from shared.patch.expression.values import READERS, Moment

QUOTIENT_PLACES = 12
_SHIFT = Decimal(10) ** QUOTIENT_PLACES
_UNSHIFT = Decimal(1).scaleb(-QUOTIENT_PLACES)
_ZERO = Decimal(0)
# 300 nodes of 52 digits each multiply to 15,600 digits: nothing is ever rounded.
_EXACT = Context(prec=20_000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])


@dataclass(slots=True)
class Scope:
    """What names mean while one expression is evaluated."""

    record: Mapping[str, Any]
    moment: Moment
    lines: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])


Closure = Callable[[Scope], Any]


def closure(node: Typed) -> Closure:
    """The function that evaluates `node`."""
    match node:
        case Literally() | Stored() | Given():
            return _atom(node)
        case LineCount(lines=lines):
            return lambda scope: Decimal(len(_rows(scope, lines)))
        case OverLines():
            return _over_lines(node)
        case Together() | Not() | Comparing() | OneOf() | Missing():
            return _logical(node)
        case Negative() | Reckoning() | Length():
            return _numeric(node)


def _atom(node: Literally | Stored | Given) -> Closure:
    match node:
        case Literally(value=value):
            return lambda _: value
        case Given(name=name):
            return lambda scope: getattr(scope.moment, name)
        case Stored(scope=None, name=name, kind=kind):
            read = READERS[kind]
            return lambda scope: read(scope.record.get(name))
        case Stored(scope="old", name=name, kind=kind):
            read = READERS[kind]
            return lambda scope: read((scope.moment.old or {}).get(name))
        case Stored(scope=variable, name=name, kind=kind):
            read = READERS[kind]
            return lambda scope: read(scope.lines[variable or ""].get(name))


def _logical(node: Together | Not | Comparing | OneOf | Missing) -> Closure:
    match node:
        case Missing(operand=operand, negated=negated):
            inner = closure(operand)
            return lambda scope: (inner(scope) is None) is not negated
        case Together(sign=sign, operands=operands):
            return _together([closure(one) for one in operands], deciding=sign == "||")
        case Not(operand=operand):
            inner = closure(operand)
            return lambda scope: None if (value := inner(scope)) is None else not value
        case Comparing(sign=sign, left=left, right=right):
            return _comparing(sign, closure(left), closure(right))
        case OneOf(needle=needle, options=options):
            equal = [_comparing("==", closure(needle), closure(one)) for one in options]
            return _together(equal, deciding=True)


def _numeric(node: Negative | Reckoning | Length) -> Closure:
    match node:
        case Negative(operand=operand):
            inner = closure(operand)
            return lambda scope: None if (value := inner(scope)) is None else _EXACT.minus(value)
        case Length(operand=operand):
            inner = closure(operand)
            return lambda scope: None if (value := inner(scope)) is None else Decimal(len(value))
        case Reckoning(first=first, rest=rest):
            return _reckoning(closure(first), [(_SIGNS[sign], closure(one)) for sign, one in rest])


def _together(operands: Sequence[Closure], *, deciding: bool) -> Closure:
    """`||` is decided by one true operand, `&&` by one false one; else unknown if any is unknown."""

    def evaluate(scope: Scope) -> bool | None:
        unknown = False
        for operand in operands:
            value = operand(scope)
            if value is deciding:
                return deciding
            unknown = unknown or value is None
        return None if unknown else not deciding

    return evaluate


def _comparing(sign: str, left: Closure, right: Closure) -> Closure:
    compare = _COMPARISONS[sign]

    def evaluate(scope: Scope) -> bool | None:
        a = left(scope)
        if a is None:
            return None
        b = right(scope)
        return None if b is None else compare(a, b)

    return evaluate


def _reckoning(first: Closure, rest: Sequence[tuple[Callable[[Decimal, Decimal], Decimal | None], Closure]]) -> Closure:
    def evaluate(scope: Scope) -> Decimal | None:
        value = first(scope)
        for reckon, operand in rest:
            if value is None or (other := operand(scope)) is None:
                return None
            value = reckon(value, other)
        return value

    return evaluate


def _quotient(a: Decimal, b: Decimal) -> Decimal | None:
    return _EXACT.multiply(_EXACT.divide_int(_EXACT.multiply(a, _SHIFT), b), _UNSHIFT) if b else None


def _over_lines(node: OverLines) -> Closure:
    body, lines, variable = closure(node.body), node.lines, node.variable

    def each(scope: Scope) -> list[Any]:
        values: list[Any] = []
        for row in _rows(scope, lines):
            scope.lines[variable] = row
            values.append(body(scope))
        return values

    def total(scope: Scope) -> Decimal:
        result = _ZERO
        for value in each(scope):
            result = result if value is None else _EXACT.add(result, value)
        return result

    if node.macro == "sum":
        return total
    deciding = node.macro == "exists"

    def decided(scope: Scope) -> bool | None:
        values = each(scope)
        return deciding if deciding in values else None if None in values else not deciding

    return decided


def _rows(scope: Scope, lines: str) -> list[Mapping[str, Any]]:
    rows: Any = scope.record.get(lines)
    each: list[Any] = [*rows] if isinstance(rows, list | tuple) else []
    return [row for row in each if isinstance(row, Mapping)]


_SIGNS: dict[Sign, Callable[[Decimal, Decimal], Decimal | None]] = {
    "+": _EXACT.add,
    "-": _EXACT.subtract,
    "*": _EXACT.multiply,
    "/": _quotient,
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
