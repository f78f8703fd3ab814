"""Tokens into a tree, by binding power (Pratt).

`? :` 1 (from the right) · `||` 2 · `&&` 3 · comparison and `in` 4 (not chained) · `+ -` 5 · `* /` 6 · unary `! -` 7.
Nesting is bounded before it recurses, so no input exhausts the stack.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal, cast

from shared.patch.errors import Refusal
from shared.patch.expression.lexer import Token, syntax, tokens
from shared.patch.expression.syntax import (
    Among,
    Asked,
    Call,
    Chosen,
    Compared,
    Comparison,
    Constant,
    Inside,
    Joined,
    Node,
    Path,
    Reckoned,
    Sign,
    Step,
    Unary,
)

DEPTH_MAX = 24
NODES_MAX = 300
STEPS_MAX = 3

_OR, _AND, _COMPARISON, _SUM, _PRODUCT = 2, 3, 4, 5, 6
_POWER = {
    "||": _OR,
    "&&": _AND,
    "+": _SUM,
    "-": _SUM,
    "*": _PRODUCT,
    "/": _PRODUCT,
    **dict.fromkeys(("in", "==", "!=", "<", "<=", ">", ">="), _COMPARISON),
}
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


@lru_cache(maxsize=1024)
def parse_expression(text: str) -> Node:
    """The tree of `text`; refuses what is no expression, too long, too deep or too large."""
    parser = _Parser(tokens(text))
    node = parser.whole()
    end = parser.next()
    if end.kind != "end":
        raise syntax(end.place, end.text, "an operator or the end")
    return node


class _Parser:
    def __init__(self, found: Iterator[Token]) -> None:
        self._tokens = found
        self._token = next(found)
        self._depth = 0
        self._nodes = 0

    def next(self) -> Token:
        token = self._token
        if token.kind != "end":
            self._token = next(self._tokens)
        return token

    def whole(self) -> Node:
        """Anything that may stand between parentheses or commas."""
        cases: list[tuple[Node, Node]] = []
        node = self._operators(_OR)
        while self._taken("?"):
            self._count()
            value = self._operators(_OR)
            self._expect(":")
            cases.append((node, value))
            node = self._operators(_OR)
        return Chosen(tuple(cases), node, cases[0][0].place) if cases else node

    def _operators(self, power: int) -> Node:
        """An operand and whatever operators bind at least as strongly as `power`."""
        left = self._operand()
        while (bound := self._power()) >= power:
            left = self._chain(left, bound)
            if bound == _COMPARISON == self._power():
                raise syntax(self._token.place, self._token.text, "&& or || between two comparisons")
        return left

    def _chain(self, left: Node, bound: int) -> Node:
        token = self._token
        self._count()
        if bound == _COMPARISON:
            self.next()
            if token.text == "in":
                return self._in(left, token.place)
            return Compared(cast("Comparison", token.text), left, self._operators(_SUM), token.place)
        rest: list[tuple[str, Node]] = []
        while self._power() == bound:
            sign = self.next().text
            rest.append((sign, self._operators(bound + 1)))
        if bound <= _AND:
            operands = (left, *(node for _, node in rest))
            return Joined(cast("Literal['&&', '||']", token.text), operands, token.place)
        return Reckoned(left, cast("tuple[tuple[Sign, Node], ...]", tuple(rest)), token.place)

    def _in(self, needle: Node, place: int) -> Node:
        if not self._taken("["):
            return Inside(needle, self._operators(_SUM), place)
        self._deeper()
        options = self._separated()
        self._expect("]")
        self._depth -= 1
        return Among(needle, options, place)

    def _power(self) -> int:
        token = self._token
        return _POWER.get(token.text, 0) if token.kind in ("sign", "name") else 0

    def _operand(self) -> Node:
        self._count()
        self._deeper()
        node = self._postfix(self._primary(self.next()))
        self._depth -= 1
        return node

    def _primary(self, token: Token) -> Node:
        node: Node
        match token.kind, token.text:
            case "number", text:
                node = Constant(Decimal(text), token.place)
            case "text", text:
                node = Constant(text, token.place)
            case "lookup", name:
                node = Asked(name, token.place)
            case "sign", "!" | "-" as sign:
                node = Unary(sign, self._operand(), token.place)
            case "sign", "(":
                node = self.whole()
                self._expect(")")
            case "name", name if name in _CONSTANTS:
                node = Constant(_CONSTANTS[name], token.place)
            case "name", name if name != "in":
                step = Step(name, token.place)
                node = self._called(None, step) if self._taken("(") else Path((step,), token.place)
            case _:
                raise syntax(token.place, token.text, "a value")
        return node

    def _postfix(self, node: Node) -> Node:
        """`.name` of a path and `.name(…)` of anything; a chain of calls is as deep as it is long."""
        calls = 0
        while self._taken("."):
            member = self.next()
            if member.kind != "name":
                raise syntax(member.place, member.text, "a name")
            if self._taken("("):
                self._count()
                self._deeper()
                calls += 1
                node = self._called(node, Step(member.text, member.place))
            elif isinstance(node, Path) and len(node.steps) < STEPS_MAX:
                node = replace(node, steps=(*node.steps, Step(member.text, member.place)))
            else:
                raise Refusal("expression_path", params={"field": member.text, "place": member.place + 1})
        self._depth -= calls
        return node

    def _called(self, owner: Node | None, step: Step) -> Node:
        arguments: tuple[Node, ...] = ()
        if not self._taken(")"):
            arguments = self._separated()
            self._expect(")")
        return Call(owner, step.name, arguments, step.place)

    def _separated(self) -> tuple[Node, ...]:
        found = [self.whole()]
        while self._taken(","):
            found.append(self.whole())
        return tuple(found)

    def _taken(self, sign: str) -> bool:
        if self._token.kind != "sign" or self._token.text != sign:
            return False
        self._token = next(self._tokens)
        return True

    def _expect(self, sign: str) -> None:
        token = self._token
        if not self._taken(sign):
            raise syntax(token.place, token.text, sign)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise Refusal("expression_too_deep", params={"limit": DEPTH_MAX})

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > NODES_MAX:
            raise Refusal("expression_too_large", params={"limit": NODES_MAX})
