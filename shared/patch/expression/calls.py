"""Functions, applied to typed arguments: rows by name and kinds, and the few that are no rows."""

from collections.abc import Sequence

from shared.patch.errors import Refusal, nearest
from shared.patch.expression.functions import FUNCTIONS, OPERATORS, Function
from shared.patch.expression.kinds import COMPARED
from shared.patch.expression.outcomes import agree, mistyped
from shared.patch.expression.patterns import matching
from shared.patch.expression.syntax import Call, Node, Sign
from shared.patch.expression.typed import Applied, FirstKnown, Literally, Reckoning, Typed
from shared.patch.expression.values import CONSTANTS

KNOWN = sorted({*FUNCTIONS, *CONSTANTS, "coalesce", "matches"})


def applied(node: Call, nodes: Sequence[Node], arguments: tuple[Typed, ...]) -> Typed:
    """The function `node` of `arguments`, which stand at `nodes`."""
    if node.name == "coalesce":
        return _first_known(node, nodes, arguments)
    if node.name == "matches":
        return _matches(node, arguments)
    match arguments:
        case (Literally(value=str() as text),) if node.name in CONSTANTS:
            read, kind, example = CONSTANTS[node.name]
            value = read(text)
            if value is None:
                raise wrong_arguments(node, example)
            return Literally(value, kind)
        case _:
            return Applied(_row(node, nodes, arguments), arguments)


def reckoned(sign: Sign, so_far: Typed, operand: Typed, places: tuple[int, int]) -> Function:
    """The operator between two kinds."""
    rows = OPERATORS[sign]
    fitting = [row for row in rows if row.takes[0] == so_far.kind]
    if not fitting:
        raise mistyped(places[0], " or ".join(dict.fromkeys(row.takes[0] for row in rows)), so_far.kind)
    for row in fitting:
        if row.takes[1] == operand.kind:
            return row
    raise mistyped(places[1], " or ".join(row.takes[1] for row in fitting), operand.kind)


def joined(first: Typed, rest: Sequence[tuple[Sign, Typed, int]], place: int) -> Typed:
    """A chain of operators, each applied to what the ones before it made."""
    chain: list[tuple[Function, Typed]] = []
    so_far = first
    for sign, operand, where in rest:
        chain.append((reckoned(sign, so_far, operand, (place, where)), operand))
        so_far = Reckoning(first, tuple(chain))
    return so_far


def no_function(node: Call, known: Sequence[str]) -> Refusal:
    params = {"function": node.name, "known": list(known), "place": node.place + 1}
    return Refusal("function_unknown", params=params, suggestion=nearest(node.name, known))


def wrong_arguments(node: Call, example: str) -> Refusal:
    return Refusal("expression_arguments", params={"function": node.name, "place": node.place + 1}, suggestion=example)


def _row(node: Call, nodes: Sequence[Node], arguments: tuple[Typed, ...]) -> Function:
    rows = FUNCTIONS.get(node.name, ())
    if not rows and node.name not in CONSTANTS:
        raise no_function(node, KNOWN)
    kinds = tuple(one.kind for one in arguments)
    for row in rows:
        if row.takes == kinds:
            return row
    counted = [row for row in rows if len(row.takes) == len(kinds)]
    if not counted or node.name in CONSTANTS:
        raise wrong_arguments(node, _example(node.name))
    best = max(counted, key=lambda row: [a == b for a, b in zip(row.takes, kinds, strict=True)])
    at = next(number for number, kind in enumerate(kinds) if best.takes[number] != kind)
    expected = " or ".join(dict.fromkeys(row.takes[at] for row in counted if row.takes[:at] == kinds[:at]))
    raise mistyped(nodes[at].place, expected, kinds[at])


def _example(name: str) -> str:
    if name in CONSTANTS:
        return CONSTANTS[name][2]
    return f"{name}({', '.join('…' for _ in FUNCTIONS[name][0].takes)})"


def _first_known(node: Call, nodes: Sequence[Node], arguments: tuple[Typed, ...]) -> Typed:
    if len(arguments) < 2:  # noqa: PLR2004 the first known of one is that one
        raise wrong_arguments(node, "coalesce(…, …)")
    for argument, other in zip(arguments[1:], nodes[1:], strict=True):
        agree(arguments[0], argument, other.place)
    if arguments[0].kind not in COMPARED:
        raise mistyped(nodes[0].place, "a value", arguments[0].kind)
    return FirstKnown(arguments, arguments[0].kind)


def _matches(node: Call, arguments: tuple[Typed, ...]) -> Typed:
    match arguments:
        case (operand, Literally(value=str() as pattern)):
            if operand.kind != "text":
                raise mistyped(node.place, "text", operand.kind)
            return Applied(matching(pattern, node.place), (operand,))
        case _:
            raise wrong_arguments(node, "matches(…, '^[A-Z]+$')")
