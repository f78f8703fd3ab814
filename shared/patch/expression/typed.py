"""The typed tree: what both back ends render. Every node knows its kind, every name where it is found."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from shared.patch.expression.syntax import Comparison, Sign

Kind = Literal["number", "text", "boolean", "date", "datetime", "reference"]
NUMBER: Kind = "number"
BOOLEAN: Kind = "boolean"


@dataclass(frozen=True, slots=True)
class Literally:
    value: Decimal | str | bool | datetime.date | datetime.datetime
    kind: Kind


@dataclass(frozen=True, slots=True)
class Stored:
    """A field of the record, of the record before (`scope` is `old`), or of a line (`scope` is its variable)."""

    scope: str | None
    name: str
    kind: Kind
    # What an enum may hold; empty for everything else.
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What the one who evaluates brings along: the day, the moment, who acts."""

    name: Literal["today", "now", "user_id", "user_name"]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Not:
    operand: "Typed"
    kind: Kind = BOOLEAN


@dataclass(frozen=True, slots=True)
class Together:
    sign: Literal["&&", "||"]
    operands: "tuple[Typed, ...]"
    kind: Kind = BOOLEAN


@dataclass(frozen=True, slots=True)
class Comparing:
    sign: Comparison
    left: "Typed"
    right: "Typed"
    kind: Kind = BOOLEAN


@dataclass(frozen=True, slots=True)
class Missing:
    """`x == null`, and with `negated` `x != null`: never unknown."""

    operand: "Typed"
    negated: bool
    kind: Kind = BOOLEAN


@dataclass(frozen=True, slots=True)
class OneOf:
    needle: "Typed"
    options: "tuple[Typed, ...]"
    kind: Kind = BOOLEAN


@dataclass(frozen=True, slots=True)
class Negative:
    operand: "Typed"
    kind: Kind = NUMBER


@dataclass(frozen=True, slots=True)
class Reckoning:
    first: "Typed"
    rest: "tuple[tuple[Sign, Typed], ...]"
    kind: Kind = NUMBER


@dataclass(frozen=True, slots=True)
class Length:
    """Characters of a text."""

    operand: "Typed"
    kind: Kind = NUMBER


@dataclass(frozen=True, slots=True)
class LineCount:
    lines: str
    kind: Kind = NUMBER


@dataclass(frozen=True, slots=True)
class OverLines:
    """A sum skips what is unknown and is 0 over no lines; `all` and `exists` are three-valued."""

    lines: str
    macro: Literal["sum", "all", "exists"]
    variable: str
    body: "Typed"
    kind: Kind


Typed = (
    Literally
    | Stored
    | Given
    | Not
    | Together
    | Comparing
    | Missing
    | OneOf
    | Negative
    | Reckoning
    | Length
    | LineCount
    | OverLines
)
