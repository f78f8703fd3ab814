"""What an expression says, before anybody knows what its names mean. `place` counts characters from zero."""

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
class Step:
    name: str
    place: int


@dataclass(frozen=True, slots=True)
class Path:
    """`total`, `customer.creditLimit`, `i.product.price`: at most three names."""

    steps: tuple[Step, ...]
    place: int


@dataclass(frozen=True, slots=True)
class Asked:
    """`@open`: what the lookup of that name found."""

    name: str
    place: int


@dataclass(frozen=True, slots=True)
class Call:
    """`size(text)` (no owner), `name.startsWith('x')` or `items.sum(i, i.amount)`."""

    owner: "Node | None"
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
    """`status in ['a', 'b']`."""

    needle: "Node"
    options: "tuple[Node, ...]"
    place: int


@dataclass(frozen=True, slots=True)
class Inside:
    """`'a' in choices`."""

    needle: "Node"
    choices: "Node"
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


@dataclass(frozen=True, slots=True)
class Chosen:
    """`a ? x : b ? y : z`, flat: cases in order, then what is left."""

    cases: "tuple[tuple[Node, Node], ...]"
    otherwise: "Node"
    place: int


Node = Constant | Path | Asked | Call | Unary | Compared | Among | Inside | Joined | Reckoned | Chosen
