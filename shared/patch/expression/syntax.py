"""What an expression says, before anybody knows what its names mean."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Comparison = Literal["==", "!=", "<", "<=", ">", ">="]
Sign = Literal["+", "-", "*", "/"]


@dataclass(frozen=True, slots=True)
class Constant:
    value: Decimal | str | bool | None
    place: int


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    place: int


@dataclass(frozen=True, slots=True)
class Member:
    owner: str
    name: str
    place: int


@dataclass(frozen=True, slots=True)
class Call:
    """`size(text)` (no owner) or `items.sum(i, i.amount)`."""

    owner: str | None
    name: str
    arguments: "tuple[Node, ...]"
    place: int


@dataclass(frozen=True, slots=True)
class Unary:
    sign: Literal["!", "-"]
    operand: "Node"
    place: int


@dataclass(frozen=True, slots=True)
class Compared:
    sign: Comparison
    left: "Node"
    right: "Node"
    place: int


@dataclass(frozen=True, slots=True)
class Among:
    needle: "Node"
    options: "tuple[Node, ...]"
    place: int


@dataclass(frozen=True, slots=True)
class Joined:
    """A chain of `&&` or of `||`, flat: a long chain is not a deep tree."""

    sign: Literal["&&", "||"]
    operands: "tuple[Node, ...]"
    place: int


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A chain of `+ -` or of `* /`, flat."""

    first: "Node"
    rest: "tuple[tuple[Sign, Node], ...]"
    place: int


Node = Constant | Name | Member | Call | Unary | Compared | Among | Joined | Reckoned
