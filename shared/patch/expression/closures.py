"""The typed tree as a Python closure. Total: it answers a value or None (unknown), and never raises."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from shared.patch.expression.functions import COMPARISONS, Function
from shared.patch.expression.reckoning import EXACT
from shared.patch.expression.typed import (
    Applied,
    Choice,
    FirstKnown,
    Given,
    Held,
    Hop,
    LineCount,
    Literally,
    Looked,
    Missing,
    OneOf,
    OverLines,
    Reckoning,
    Rows,
    Stored,
    Together,
    Typed,
)
from shared.patch.expression.values import READERS, Moment

_ZERO = Decimal(0)
_EMPTY: Mapping[str, Any] = {}


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
        case Literally() | Stored() | Hop() | Given() | Looked():
            return _atom(node)
        case Applied(function=function, arguments=arguments):
            return _applied(function, [closure(one) for one in arguments])
        case Reckoning(first=first, rest=rest):
            return _reckoning(closure(first), [(function.python, closure(one)) for function, one in rest])
        case LineCount() | OverLines():
            return _lines(node)
        case _:
            return _logical(node)


def _atom(node: Literally | Stored | Hop | Given | Looked) -> Closure:
    match node:
        case Literally(value=value):
            return lambda _: value
        case Given(name=name, kind=kind):
            read = READERS[kind]
            return lambda scope: read(getattr(scope.moment, name))
        case Looked(name=name, kind=kind):
            read = READERS[kind]
            return lambda scope: read(scope.moment.lookups.get(name))
        case Hop(reference=reference, of=of):
            leads, read, name = _stored(reference), READERS[of.kind], of.name
            return lambda scope: read(scope.moment.related.get(leads(scope), _EMPTY).get(name))
        case Stored():
            return _stored(node)


def _stored(node: Stored) -> Closure:
    read, name = READERS[node.kind], node.name
    match node.scope:
        case None:
            return lambda scope: read(scope.record.get(name))
        case "old":
            return lambda scope: read((scope.moment.old or _EMPTY).get(name))
        case "this":
            return lambda scope: read((scope.moment.this or _EMPTY).get(name))
        case variable:
            return lambda scope: read(scope.lines[variable].get(name))


def _logical(node: Missing | Together | OneOf | Held | FirstKnown | Choice) -> Closure:
    match node:
        case Missing(operand=operand, negated=negated):
            inner = closure(operand)
            return lambda scope: (inner(scope) is None) is not negated
        case Together(sign=sign, operands=operands):
            return _together([closure(one) for one in operands], deciding=sign == "||")
        case OneOf(needle=needle, options=options):
            equal = COMPARISONS["==", needle.kind]
            return _together([_applied(equal, [closure(needle), closure(one)]) for one in options], deciding=True)
        case Held(needle=needle, choices=choices):
            return _held(closure(needle), closure(choices))
        case FirstKnown(operands=operands):
            return _first_known([closure(one) for one in operands])
        case Choice(cases=cases, otherwise=otherwise):
            return _choice([(closure(one), closure(value)) for one, value in cases], closure(otherwise))


def _applied(function: Function, arguments: Sequence[Closure]) -> Closure:
    python = function.python
    if function.skips:

        def skipping(scope: Scope) -> Any:
            known = [value for one in arguments if (value := one(scope)) is not None]
            return python(known) if known else None

        return skipping
    if len(arguments) == 1:
        only = arguments[0]
        return lambda scope: None if (value := only(scope)) is None else python(value)
    first, second = arguments

    def two(scope: Scope) -> Any:
        a = first(scope)
        if a is None:
            return None
        b = second(scope)
        return None if b is None else python(a, b)

    return two


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


def _held(needle: Closure, choices: Closure) -> Closure:
    def evaluate(scope: Scope) -> bool | None:
        held = choices(scope)
        if not held:
            return None if held is None else False
        value = needle(scope)
        return None if value is None else value in held

    return evaluate


def _first_known(operands: Sequence[Closure]) -> Closure:
    def evaluate(scope: Scope) -> Any:
        for operand in operands:
            value = operand(scope)
            if value is not None:
                return value
        return None

    return evaluate


def _choice(cases: Sequence[tuple[Closure, Closure]], otherwise: Closure) -> Closure:
    def evaluate(scope: Scope) -> Any:
        for condition, value in cases:
            holds = condition(scope)
            if holds is not False:
                return value(scope) if holds else None
        return otherwise(scope)

    return evaluate


def _reckoning(first: Closure, rest: Sequence[tuple[Callable[..., Any], Closure]]) -> Closure:
    def evaluate(scope: Scope) -> Any:
        value = first(scope)
        for reckon, operand in rest:
            if value is None or (other := operand(scope)) is None:
                return None
            value = reckon(value, other)
        return value

    return evaluate


def _lines(node: LineCount | OverLines) -> Closure:
    rows = _rows(node.rows)
    if isinstance(node, LineCount):
        return lambda scope: Decimal(len(rows(scope)))
    body, variable, macro = closure(node.body), node.variable, node.macro

    def each(scope: Scope) -> list[Any]:
        values: list[Any] = []
        for row in rows(scope):
            scope.lines[variable] = row
            values.append(body(scope))
        return values

    def total(scope: Scope) -> Decimal:
        result = _ZERO
        for value in each(scope):
            result = result if value is None else EXACT.add(result, value)
        return result

    if macro == "sum":
        return total
    if macro in ("min", "max"):
        extreme: Callable[..., Any] = min if macro == "min" else max
        return lambda scope: extreme((one for one in each(scope) if one is not None), default=None)
    deciding = macro == "exists"

    def decided(scope: Scope) -> bool | None:
        values = each(scope)
        return deciding if deciding in values else None if None in values else not deciding

    return decided


def _rows(rows: Rows) -> Callable[[Scope], list[Mapping[str, Any]]]:
    name = rows.lines

    def stored(scope: Scope) -> list[Mapping[str, Any]]:
        found: Any = scope.record.get(name)
        each: list[Any] = [*found] if isinstance(found, list | tuple) else []
        return [row for row in each if isinstance(row, Mapping)]

    read: Callable[[Scope], list[Mapping[str, Any]]] = stored
    for one in rows.filters:
        read = _filtered(read, one.variable, closure(one.condition))
    return read


def _filtered(
    read: Callable[[Scope], list[Mapping[str, Any]]], variable: str, holds: Closure
) -> Callable[[Scope], list[Mapping[str, Any]]]:
    def kept(scope: Scope) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        for row in read(scope):
            scope.lines[variable] = row
            if holds(scope) is True:
                found.append(row)
        return found

    return kept
