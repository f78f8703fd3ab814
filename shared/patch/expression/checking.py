"""The tree, typed against an entity. Whatever a back end could stumble over is refused here, before anything runs."""

from collections.abc import Sequence
from decimal import Decimal
from typing import cast

from shared.patch.errors import Refusal, nearest
from shared.patch.expression.naming import GIVEN, Names
from shared.patch.expression.syntax import (
    Among,
    Call,
    Compared,
    Constant,
    Joined,
    Member,
    Name,
    Node,
    Reckoned,
    Sign,
    Unary,
)
from shared.patch.expression.typed import (
    Comparing,
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
from shared.patch.expression.values import date, moment

LOOPS_MAX = 2

_MACROS = ("sum", "all", "exists", "size")
_FUNCTIONS = ("size", "date", "datetime")
_ORDERED: tuple[Kind, ...] = ("number", "text", "date", "datetime")


def check(node: Node, names: Names) -> Typed:
    """The typed tree of `node`; refuses unknown names (with a suggestion) and kinds that do not go together."""
    typed: Typed
    match node:
        case Constant():
            typed = _constant(node)
        case Name():
            typed = _name(node.name, node.place, names)
        case Member():
            typed = _member(node, names)
        case Call():
            typed = _call(node, names)
        case Compared():
            typed = _compared(node, names)
        case Among():
            typed = _among(node, names)
        case Unary() | Joined() | Reckoned():
            typed = _operation(node, names)
    return typed


def _operation(node: Unary | Joined | Reckoned, names: Names) -> Typed:
    match node:
        case Unary(sign="!"):
            return Not(_of_kind("boolean", node.operand, names))
        case Unary():
            return Negative(_of_kind("number", node.operand, names))
        case Joined(sign=sign):
            return Together(sign, tuple(_of_kind("boolean", one, names) for one in node.operands))
        case Reckoned():
            first = _of_kind("number", node.first, names)
            rest: list[tuple[Sign, Typed]] = [(sign, _of_kind("number", one, names)) for sign, one in node.rest]
            return Reckoning(first, tuple(rest))


def _constant(node: Constant) -> Literally:
    value = node.value
    if value is None:
        raise _mistyped(node, "a value", "null")
    kind: Kind = "boolean" if isinstance(value, bool) else "number" if isinstance(value, Decimal) else "text"
    return Literally(value, kind)


def _name(name: str, place: int, names: Names) -> Typed:
    if name in GIVEN and name not in names.fields:
        return GIVEN[name]
    if name in names.variables:
        example = f"{name}.{names.variables[name].fields[0].name}"
        raise Refusal("expression_lines", params={"field": name, "place": place + 1}, suggestion=example)
    return names.stored(name, place)


def _member(node: Member, names: Names) -> Typed:
    if node.owner in names.variables or (node.owner == "old" and names.system):
        return names.stored(node.name, node.place, node.owner)
    if node.owner == "user":
        given = GIVEN.get(f"user.{node.name}")
        if given is None:
            raise Refusal(
                "field_unknown",
                params={"field": node.name, "entity": "user", "place": node.place + 1, "known": ["id", "name"]},
                suggestion=nearest(node.name, ["id", "name"]),
            )
        return given
    owner = names.stored(node.owner, node.place)
    raise Refusal("expression_path", params={"field": node.owner, "kind": owner.kind, "place": node.place + 1})


def _call(node: Call, names: Names) -> Typed:
    if node.owner is not None:
        return _macro(node, names)
    if node.name not in _FUNCTIONS:
        raise _no_function(node, _FUNCTIONS)
    if len(node.arguments) != 1:
        raise _wrong_arguments(node, f"{node.name}(…)")
    argument = node.arguments[0]
    if node.name == "size":
        if isinstance(argument, Name) and getattr(names.fields.get(argument.name), "type", "") == "lines":
            return LineCount(names.lines(argument.name, argument.place).name)
        return Length(_of_kind("text", argument, names))
    value = argument.value if isinstance(argument, Constant) and isinstance(argument.value, str) else None
    found = date(value) if node.name == "date" else moment(value)
    if found is None:
        example = "date('2026-03-31')" if node.name == "date" else "datetime('2026-03-31T09:30:00Z')"
        raise _wrong_arguments(node, example)
    return Literally(found, "date" if node.name == "date" else "datetime")


def _macro(node: Call, names: Names) -> Typed:
    if node.owner in names.variables:
        raise _mistyped(node, "lines", "a line")
    lines = names.lines(cast("str", node.owner), node.place)
    if node.name not in _MACROS:
        raise _no_function(node, _MACROS)
    if node.name == "size":
        if node.arguments:
            raise _wrong_arguments(node, f"{lines.name}.size()")
        return LineCount(lines.name)
    match node.arguments:
        case (Name() as variable, body_node):
            pass
        case _:
            raise _wrong_arguments(node, f"{lines.name}.{node.name}(i, …)")
    if variable.name in names.fields or variable.name in names.variables or variable.name in (*GIVEN, "old"):
        raise Refusal("expression_variable", params={"variable": variable.name, "place": variable.place + 1})
    if len(names.variables) == LOOPS_MAX:
        raise Refusal("expression_too_deep", params={"limit": LOOPS_MAX})
    names.variables[variable.name] = lines
    kind: Kind = "number" if node.name == "sum" else "boolean"
    body = _of_kind(kind, body_node, names)
    del names.variables[variable.name]
    return OverLines(lines.name, node.name, variable.name, body, kind)


def _compared(node: Compared, names: Names) -> Typed:
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(other, Constant) and other.value is None:
            if node.sign not in ("==", "!="):
                raise _mistyped(other, "a value", "null")
            return Missing(check(one, names), negated=node.sign == "!=")
    left, right = check(node.left, names), check(node.right, names)
    _together(left, right, node.right)
    _option(left, right, node.right)
    _option(right, left, node.left)
    enum = any(isinstance(side, Stored) and side.options for side in (left, right))
    if node.sign not in ("==", "!=") and (enum or left.kind not in _ORDERED):
        raise Refusal("expression_unordered", params={"kind": "enum" if enum else left.kind, "place": node.place + 1})
    return Comparing(node.sign, left, right)


def _among(node: Among, names: Names) -> Typed:
    needle = check(node.needle, names)
    options: list[Typed] = []
    for one in node.options:
        option = check(one, names)
        _together(needle, option, one)
        _option(needle, option, one)
        options.append(option)
    return OneOf(needle, tuple(options))


def _together(left: Typed, right: Typed, place: Node) -> None:
    if left.kind != right.kind:
        suggestion = None
        if isinstance(right, Literally) and left.kind in ("date", "datetime") and isinstance(right.value, str):
            suggestion = f"{left.kind}('{right.value}')"
        raise _mistyped(place, left.kind, right.kind, suggestion)


def _option(field: Typed, value: Typed, place: Node) -> None:
    if not (isinstance(field, Stored) and field.options and isinstance(value, Literally)):
        return
    if value.value not in field.options:
        raise Refusal(
            "option_unknown",
            params={"option": value.value, "field": field.name, "known": list(field.options), "place": place.place + 1},
            suggestion=nearest(str(value.value), field.options),
        )


def _of_kind(kind: Kind, node: Node, names: Names) -> Typed:
    typed = check(node, names)
    if typed.kind != kind:
        raise _mistyped(node, kind, typed.kind)
    return typed


def _mistyped(node: Node, expected: str, got: str, suggestion: str | None = None) -> Refusal:
    params = {"expected": expected, "got": got, "place": node.place + 1}
    return Refusal("expression_type", params=params, suggestion=suggestion)


def _no_function(node: Call, known: Sequence[str]) -> Refusal:
    params = {"function": node.name, "known": list(known), "place": node.place + 1}
    return Refusal("function_unknown", params=params, suggestion=nearest(node.name, known))


def _wrong_arguments(node: Call, example: str) -> Refusal:
    return Refusal("expression_arguments", params={"function": node.name, "place": node.place + 1}, suggestion=example)
