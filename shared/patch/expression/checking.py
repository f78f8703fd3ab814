"""The tree, typed against an entity. Whatever a back end could stumble over is refused here, before anything runs."""

from typing import cast

from shared.patch.errors import Refusal, nearest
from shared.patch.expression.calls import applied, joined, no_function, wrong_arguments
from shared.patch.expression.functions import COMPARISONS, NEGATIVE, NOT
from shared.patch.expression.kinds import COMPARED, ORDERED, Kind
from shared.patch.expression.naming import GIVEN, Names, Owner
from shared.patch.expression.outcomes import agree, is_enum, mistyped, of_kind, outcomes, unknown_option
from shared.patch.expression.syntax import (
    Among,
    Asked,
    Call,
    Chosen,
    Compared,
    Constant,
    Inside,
    Joined,
    Node,
    Path,
    Reckoned,
    Step,
    Unary,
)
from shared.patch.expression.typed import (
    Applied,
    Choice,
    Filter,
    Given,
    Held,
    LineCount,
    Literally,
    Macro,
    Missing,
    OneOf,
    OverLines,
    Rows,
    Stored,
    Together,
    Typed,
)
from shared.patch.fields import LinesField

LOOPS_MAX = 2

_OVER: dict[str, Kind | None] = {"sum": "number", "min": None, "max": None, "all": "boolean", "exists": "boolean"}
MACROS = sorted((*_OVER, "filter", "size"))


def check(node: Node, names: Names) -> Typed:
    """The typed tree of `node`; refuses unknown names (with a suggestion) and kinds that do not go together."""
    typed: Typed
    match node:
        case Constant():
            typed = _constant(node)
        case Path():
            typed = _path(node, names)
        case Asked():
            typed = names.looked(node)
        case Call():
            typed = _call(node, names)
        case Compared():
            typed = _compared(node, names)
        case Among():
            typed = _among(node, names)
        case Inside():
            typed = _inside(node, names)
        case Chosen():
            typed = _chosen(node, names)
        case Unary() | Joined() | Reckoned():
            typed = _operation(node, names)
    return typed


def is_null(node: Node) -> bool:
    return isinstance(node, Constant) and node.value is None


def _operation(node: Unary | Joined | Reckoned, names: Names) -> Typed:
    match node:
        case Unary(sign="!"):
            return Applied(NOT, (_of_kind("boolean", node.operand, names),))
        case Unary():
            return Applied(NEGATIVE, (_of_kind("number", node.operand, names),))
        case Joined(sign=sign):
            return Together(sign, tuple(_of_kind("boolean", one, names) for one in node.operands))
        case Reckoned():
            first = check(node.first, names)
            return joined(first, [(sign, check(one, names), one.place) for sign, one in node.rest], node.first.place)


def _constant(node: Constant) -> Literally:
    value = node.value
    if value is None:
        raise mistyped(node.place, "a value", "null")
    kind: Kind = "boolean" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"
    return Literally(value, kind)


def _path(node: Path, names: Names) -> Typed:
    match node.steps:
        case (Step(name=name, place=place),):
            if name in GIVEN and names.own.find(name) is None:
                return names.given(name)
            if name in names.variables:
                example = f"{name}.{next(iter(names.variables[name].keys))}"
                raise Refusal("expression_lines", params={"field": name, "place": place + 1}, suggestion=example)
            return names.stored(node.steps[0])
        case (first, second, third):
            if names.owner(first.name) is None:
                raise _too_far(second)
            return names.hop(names.stored(second, first.name), second, third)
        case (Step(name="user"), second):
            return _user(second, names)
        case (first, second):
            if names.owner(first.name) is not None:
                return names.stored(second, first.name)
            return names.hop(names.stored(first), first, second)
        case _:
            raise _too_far(node.steps[-1])


def _too_far(step: Step) -> Refusal:
    return Refusal("expression_path", params={"field": step.name, "place": step.place + 1})


def _user(step: Step, names: Names) -> Typed:
    name = f"user.{step.name}"
    if name not in GIVEN:
        known = [one.partition(".")[2] for one in GIVEN if one.startswith("user.")]
        params = {"field": step.name, "entity": "user", "place": step.place + 1, "known": known}
        raise Refusal("field_unknown", params=params, suggestion=nearest(step.name, known))
    return names.given(name)


def _call(node: Call, names: Names) -> Typed:
    rows = _rows(node.owner, names)
    if rows is not None:
        return _macro(node, rows, names)
    if node.owner is None and node.name == "size" and len(node.arguments) == 1:
        rows = _rows(node.arguments[0], names)
        if rows is not None:
            return LineCount(rows)
    match node.owner:
        case Path(steps=(step,)) if node.name in ("all", "exists", "filter", "sum"):
            names.lines(step)
        case _:
            pass
    nodes = node.arguments if node.owner is None else (node.owner, *node.arguments)
    return applied(node, nodes, tuple(check(one, names) for one in nodes))


def _rows(node: Node | None, names: Names) -> Rows | None:
    """The lines that `node` stands for, if it does: a lines field, or what is left of one after filters."""
    match node:
        case Path(steps=(step,)) if step.name not in names.variables and step.name not in GIVEN:
            found = names.own.find(step.name)
            if found is None or isinstance(found, LinesField):
                lines = names.lines(step)
                return Rows(lines.name, lines.max_items)
            return None
        case Call(name="filter"):
            rows = _rows(node.owner, names)
            if rows is None:
                return None
            variable, condition, _ = _body(node, rows, "boolean", names)
            return Rows(rows.lines, rows.most, (*rows.filters, Filter(variable, condition)))
        case _:
            return None


def _macro(node: Call, rows: Rows, names: Names) -> Typed:
    if node.name == "size":
        if node.arguments:
            raise wrong_arguments(node, f"{rows.lines}.size()")
        return LineCount(rows)
    if node.name == "filter":
        raise Refusal(
            "expression_lines",
            params={"field": f"{rows.lines}.filter(…)", "place": node.place + 1},
            suggestion=f"{rows.lines}.filter(…).size()",
        )
    if node.name not in _OVER:
        raise no_function(node, MACROS)
    variable, body, place = _body(node, rows, _OVER[node.name], names)
    if node.name in ("min", "max") and (body.kind not in ORDERED or is_enum(body)):
        raise _unordered(body, place)
    return OverLines(rows, cast("Macro", node.name), variable, body, body.kind)


def _body(node: Call, rows: Rows, kind: Kind | None, names: Names) -> tuple[str, Typed, int]:
    """The variable and what is said of each line."""
    match node.arguments:
        case (Path(steps=(step,)), body):
            pass
        case _:
            raise wrong_arguments(node, f"{rows.lines}.{node.name}(i, …)")
    taken = names.own.find(step.name) or step.name in names.variables or step.name in (*GIVEN, "old", "this")
    if taken:
        raise Refusal("expression_variable", params={"variable": step.name, "place": step.place + 1})
    if len(names.variables) == LOOPS_MAX:
        raise Refusal("expression_too_deep", params={"limit": LOOPS_MAX})
    lines = cast("LinesField", names.own.find(rows.lines))
    names.variables[step.name] = Owner(names.own.entity, lines)
    typed = check(body, names) if kind is None else _of_kind(kind, body, names)
    del names.variables[step.name]
    return step.name, typed, body.place


def _compared(node: Compared, names: Names) -> Typed:
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if is_null(other):
            if node.sign not in ("==", "!="):
                raise mistyped(other.place, "a value", "null")
            return Missing(check(one, names), negated=node.sign == "!=")
    left, right = check(node.left, names), check(node.right, names)
    if left.kind not in COMPARED:
        raise mistyped(node.left.place, "a value", left.kind)
    agree(left, right, node.right.place)
    if node.sign not in ("==", "!=") and (left.kind not in ORDERED or is_enum(left) or is_enum(right)):
        raise _unordered(right if is_enum(right) else left, node.place)
    return Applied(COMPARISONS[node.sign, left.kind], (left, right))


def _unordered(typed: Typed, place: int) -> Refusal:
    kind = "enum" if is_enum(typed) else typed.kind
    return Refusal("expression_unordered", params={"kind": kind, "place": place + 1})


def _among(node: Among, names: Names) -> Typed:
    needle = check(node.needle, names)
    if needle.kind not in COMPARED:
        raise mistyped(node.needle.place, "a value", needle.kind)
    options: list[Typed] = []
    for one in node.options:
        option = check(one, names)
        agree(needle, option, one.place)
        options.append(option)
    return OneOf(needle, tuple(options))


def _inside(node: Inside, names: Names) -> Typed:
    needle, choices = _of_kind("text", node.needle, names), _of_kind("choices", node.choices, names)
    if isinstance(needle, Literally):
        roles = names.manifest.roles
        if isinstance(choices, Given) and needle.value not in roles:
            params = {"role": needle.value, "known": [*roles], "place": node.needle.place + 1}
            raise Refusal("role_unknown", params=params, suggestion=nearest(str(needle.value), roles))
        for one in outcomes(choices):
            if isinstance(one, Stored) and needle.value not in one.options:
                raise unknown_option(one.name, one.options, needle.value, node.needle.place)
    return Held(needle, choices)


def _chosen(node: Chosen, names: Names) -> Typed:
    """Values of one kind; null may stand for some of them."""
    conditions = [_of_kind("boolean", condition, names) for condition, _ in node.cases]
    values = [*(value for _, value in node.cases), node.otherwise]
    typed = [None if is_null(one) else check(one, names) for one in values]
    first = next((one for one in typed if one is not None), None)
    if first is None:
        raise mistyped(values[0].place, "a value", "null")
    for one, value in zip(typed, values, strict=True):
        if one is not None and one is not first:
            agree(first, one, value.place)
    kind = first.kind
    filled = [Literally(None, kind) if one is None else one for one in typed]
    return Choice(tuple(zip(conditions, filled[:-1], strict=True)), filled[-1], kind)


def _of_kind(kind: Kind, node: Node, names: Names) -> Typed:
    typed = check(node, names)
    of_kind(typed, kind, node.place)
    return typed
