"""The worst case, known before anything runs: every node counts one, inside a loop once per line there may be."""

from shared.patch.expression.typed import (
    Applied,
    Choice,
    FirstKnown,
    Held,
    Hop,
    LineCount,
    Looked,
    Missing,
    OneOf,
    OverLines,
    Question,
    Reckoning,
    Rows,
    Together,
    Typed,
)

COST_MAX = 100_000
# Reading another record by its id.
HOP = 10
# Records that a lookup is taken to find.
FOUND = 500


def cost(tree: Typed) -> int:
    """Nodes evaluated at most. A lookup is asked once, however often and in however many lines it is named."""
    asked: dict[str, Question] = {}
    return _cost(tree, asked) + sum(_asking(one) for one in asked.values())


def _asking(question: Question) -> int:
    asked: dict[str, Question] = {}
    each = 1 if question.where is None else 1 + _cost(question.where, asked)
    return _cost(question.equals, asked) + FOUND * each


def _cost(node: Typed, asked: dict[str, Question]) -> int:
    match node:
        case Looked(name=name, question=question):
            asked[name] = question
            return 1
        case Hop():
            return HOP
        case LineCount(rows=rows):
            return 1 + _rows(rows, asked)
        case OverLines(rows=rows, body=body):
            return 1 + _rows(rows, asked) + rows.most * _cost(body, asked)
        case Applied(function=function, arguments=arguments):
            return function.cost + sum(_cost(one, asked) for one in arguments)
        case _:
            return 1 + sum(_cost(part, asked) for part in _parts(node))


def _rows(rows: Rows, asked: dict[str, Question]) -> int:
    return rows.most * sum(_cost(one.condition, asked) for one in rows.filters)


def _parts(node: Typed) -> tuple[Typed, ...]:
    parts: tuple[Typed, ...] = ()
    match node:
        case Reckoning(first=first, rest=rest):
            parts = (first, *(operand for _, operand in rest))
        case Together(operands=operands) | FirstKnown(operands=operands):
            parts = operands
        case Missing(operand=operand):
            parts = (operand,)
        case Held(needle=needle, choices=choices):
            parts = (needle, choices)
        case OneOf(needle=needle, options=options):
            parts = (needle, *options)
        case Choice(cases=cases, otherwise=otherwise):
            parts = (*(one for case in cases for one in case), otherwise)
        case _:
            pass
    return parts
