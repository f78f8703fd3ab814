"""The worst case, known before anything runs: every node counts one, inside a loop once per line there may be."""

from collections.abc import Mapping

from shared.patch.expression.typed import (
    Comparing,
    Length,
    Missing,
    Negative,
    Not,
    OneOf,
    OverLines,
    Reckoning,
    Together,
    Typed,
)
from shared.patch.fields import Field, LinesField

COST_MAX = 100_000


def cost(node: Typed, fields: Mapping[str, Field]) -> int:
    """Nodes evaluated at most."""
    times = 1
    if isinstance(node, OverLines):
        lines = fields[node.lines]
        times = lines.max_items if isinstance(lines, LinesField) else 1
    return 1 + times * sum(cost(part, fields) for part in _parts(node))


def _parts(node: Typed) -> tuple[Typed, ...]:
    parts: tuple[Typed, ...] = ()
    match node:
        case Not(operand=operand) | Missing(operand=operand) | Negative(operand=operand) | Length(operand=operand):
            parts = (operand,)
        case Together(operands=operands):
            parts = operands
        case Comparing(left=left, right=right):
            parts = (left, right)
        case OneOf(needle=needle, options=options):
            parts = (needle, *options)
        case Reckoning(first=first, rest=rest):
            parts = (first, *(operand for _, operand in rest))
        case OverLines(body=body):
            parts = (body,)
        case _:
            pass
    return parts
