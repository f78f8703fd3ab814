"""The typed tree as a PostgreSQL expression without parameters, of the same meaning as `closures.py`.

Texts are compared by code point (`COLLATE "C"`), numbers as `numeric`, so that no setting of the database matters.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from shared.patch.errors import Refusal
from shared.patch.expression.closures import QUOTIENT_PLACES
from shared.patch.expression.typed import (
    Comparing,
    Given,
    Kind,
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
from shared.patch.expression.values import Moment

_TYPES: dict[Kind, str] = {
    "number": "numeric",
    "text": "text",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamptz",
    "reference": "uuid",
}
_SIGNS = {"==": "=", "!=": "<>"}


class Lines(Protocol):
    """Where the lines of a record are stored."""

    def source(self, field: str, alias: str) -> str:
        """`"order__items" AS alias WHERE alias."order" = "order"."id"`: what follows FROM."""
        ...

    def column(self, field: str, alias: str, name: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Rendering:
    """Column name of a field, place of the lines, and the moment if the expression asks for it."""

    column: Callable[[str], str]
    lines: Lines | None
    moment: Moment | None
    variables: tuple[tuple[str, str, str], ...] = ()

    def render(self, node: Typed) -> str:
        """The SQL of `node`, in parentheses wherever precedence could matter."""
        match node:
            case Literally() | Stored() | Given():
                return self._atom(node)
            case LineCount(lines=lines):
                return self._select("count(*)::numeric", lines)
            case OverLines():
                return self._over_lines(node)
            case Negative() | Reckoning() | Length():
                return self._numeric(node)
            case Not() | Together() | Comparing() | Missing() | OneOf():
                return self._logical(node)

    def _atom(self, node: Literally | Stored | Given) -> str:
        match node:
            case Literally(value=value, kind=kind):
                return literal(value, kind)
            case Stored():
                return self._stored(node)
            case Given(name=name, kind=kind):
                return self._given(name, kind)

    def _logical(self, node: Not | Together | Comparing | Missing | OneOf) -> str:
        match node:
            case Not(operand=operand):
                return f"(NOT {self.render(operand)})"
            case Together(sign=sign, operands=operands):
                return "(" + (" AND " if sign == "&&" else " OR ").join(map(self.render, operands)) + ")"
            case Comparing(sign=sign, left=left, right=right):
                return f"({self.render(left)} {_SIGNS.get(sign, sign)} {self.render(right)})"
            case Missing(operand=operand, negated=negated):
                return f"({self.render(operand)} IS {'NOT ' if negated else ''}NULL)"
            case OneOf(needle=needle, options=options):
                return f"({self.render(needle)} IN ({', '.join(map(self.render, options))}))"

    def _numeric(self, node: Negative | Reckoning | Length) -> str:
        match node:
            case Negative(operand=operand):
                return f"(- {self.render(operand)})"
            case Length(operand=operand):
                return f"char_length({self.render(operand)})::numeric"
            case Reckoning(first=first, rest=rest):
                result = self.render(first)
                for sign, operand in rest:
                    other = self.render(operand)
                    result = quotient(result, other) if sign == "/" else f"({result} {sign} {other})"
                return result

    def _stored(self, node: Stored) -> str:
        if node.scope is None:
            return cast(self.column(node.name), node.kind)
        for variable, alias, lines in reversed(self.variables):
            if variable == node.scope:
                return cast(self._lines().column(lines, alias, node.name), node.kind)
        raise Refusal("expression_not_in_sql", params={"name": "old"})

    def _given(self, name: str, kind: Kind) -> str:
        if self.moment is None:
            raise Refusal("expression_not_in_sql", params={"name": name.split("_", maxsplit=1)[0]})
        value = getattr(self.moment, name)
        return f"NULL::{_TYPES[kind]}" if value is None else literal(value, kind)

    def _over_lines(self, node: OverLines) -> str:
        alias = self._alias()
        variables = (*self.variables, (node.variable, alias, node.lines))
        body = Rendering(self.column, self.lines, self.moment, variables).render(node.body)
        unknown = f"bool_or({body} IS NULL)"
        match node.macro:
            case "sum":
                result = f"coalesce(sum({body}), 0)"
            case "all":
                result = f"CASE WHEN bool_or(NOT {body}) THEN FALSE WHEN {unknown} THEN NULL ELSE TRUE END"
            case "exists":
                result = f"CASE WHEN bool_or({body}) THEN TRUE WHEN {unknown} THEN NULL ELSE FALSE END"
        return self._select(result, node.lines)

    def _select(self, result: str, lines: str) -> str:
        return " ".join(("(SELECT", result, "FROM", self._lines().source(lines, self._alias()) + ")"))

    def _alias(self) -> str:
        return f"line_{len(self.variables) + 1}"

    def _lines(self) -> Lines:
        if self.lines is None:
            raise Refusal("expression_not_in_sql", params={"name": "lines"})
        return self.lines


def quotient(dividend: str, divisor: str) -> str:
    """Cut after twelve places, as the closure does; PostgreSQL's own `/` chooses its scale by the operands."""
    shift = 10**QUOTIENT_PLACES
    return f"(div({dividend} * {shift}, nullif({divisor}, 0)) * {Decimal(1).scaleb(-QUOTIENT_PLACES):f})"


def cast(column: str, kind: Kind) -> str:
    collated = ' COLLATE "C"' if kind == "text" else ""
    return f"({column})::{_TYPES[kind]}{collated}"


def literal(value: object, kind: Kind) -> str:
    """A constant of the language, quoted."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return f"{value:f}::numeric"
    text = value.isoformat() if isinstance(value, datetime.date) else str(value)
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'::{_TYPES[kind]}" + (' COLLATE "C"' if kind == "text" else "")
