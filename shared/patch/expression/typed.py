"""The typed tree: what both back ends render. Every node knows its kind, every name where it is found."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from shared.patch.expression.functions import Function
from shared.patch.expression.kinds import Kind
from shared.patch.lookup import Find

Macro = Literal["sum", "min", "max", "all", "exists"]
Value = Decimal | str | bool | datetime.date | datetime.datetime | datetime.time | datetime.timedelta


@dataclass(frozen=True, slots=True)
class Literally:
    """A constant; None where a value may be cleared."""

    value: Value | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Stored:
    """A field of the record, of `this` or `old` (then `scope` says so), or of a line (`scope` is its variable)."""

    scope: str | None
    name: str
    kind: Kind
    # What an enum may hold; empty for everything else.
    options: tuple[str, ...] = ()
    # The entity that a reference leads to.
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """A field of the record that a reference leads to: `of` is found at the end of `reference`."""

    reference: Stored
    of: Stored

    @property
    def kind(self) -> Kind:
        return self.of.kind


@dataclass(frozen=True, slots=True)
class Given:
    """What the one who evaluates brings along: the day, the moment, who acts."""

    name: Literal["today", "now", "user_id", "user_name", "user_roles"]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Question:
    """What a lookup asks: of the records of `entity` whose `by` equals `equals` and of which `where` is true."""

    entity: str
    by: Stored
    equals: "Typed"
    where: "Typed | None"
    find: Find
    value: Stored | None
    sort: Stored | None
    descending: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """`@name`: what a lookup found. It is asked by the record that is written, which `scope` may say is `this`."""

    name: str
    question: Question
    kind: Kind
    scope: Literal["this"] | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """A function; unknown as soon as one argument is, unless the function says otherwise."""

    function: Function
    arguments: "tuple[Typed, ...]"

    @property
    def kind(self) -> Kind:
        return self.function.gives


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A chain of operators, from left to right."""

    first: "Typed"
    rest: "tuple[tuple[Function, Typed], ...]"

    @property
    def kind(self) -> Kind:
        return self.rest[-1][0].gives


@dataclass(frozen=True, slots=True)
class Together:
    sign: Literal["&&", "||"]
    operands: "tuple[Typed, ...]"
    kind: Kind = "boolean"


@dataclass(frozen=True, slots=True)
class Missing:
    """`x == null`, and with `negated` `x != null`: never unknown."""

    operand: "Typed"
    negated: bool
    kind: Kind = "boolean"


@dataclass(frozen=True, slots=True)
class OneOf:
    needle: "Typed"
    options: "tuple[Typed, ...]"
    kind: Kind = "boolean"


@dataclass(frozen=True, slots=True)
class Held:
    """`'a' in choices`: what is unknown is not in an empty list, and may be in any other."""

    needle: "Typed"
    choices: "Typed"
    kind: Kind = "boolean"


@dataclass(frozen=True, slots=True)
class FirstKnown:
    """`coalesce(a, b)`."""

    operands: "tuple[Typed, ...]"
    kind: Kind


@dataclass(frozen=True, slots=True)
class Choice:
    """The value of the first case that is true; unknown as soon as a condition is."""

    cases: "tuple[tuple[Typed, Typed], ...]"
    otherwise: "Typed"
    kind: Kind


@dataclass(frozen=True, slots=True)
class Filter:
    variable: str
    condition: "Typed"


@dataclass(frozen=True, slots=True)
class Rows:
    """The lines in a field of which every filter is true; there are at most `most`."""

    lines: str
    most: int
    filters: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class LineCount:
    rows: Rows
    kind: Kind = "number"


@dataclass(frozen=True, slots=True)
class OverLines:
    """`sum`, `min` and `max` skip what is unknown (a sum of nothing is 0); `all` and `exists` are three-valued."""

    rows: Rows
    macro: Macro
    variable: str
    body: "Typed"
    kind: Kind


Typed = (
    Literally
    | Stored
    | Hop
    | Given
    | Looked
    | Applied
    | Reckoning
    | Together
    | Missing
    | OneOf
    | Held
    | FirstKnown
    | Choice
    | LineCount
    | OverLines
)
