"""Tokens into a tree, by binding power (Pratt).

`||` 1 · `&&` 2 · comparison and `in` 3 (not chained) · `+ -` 4 · `* /` 5 · unary `! -` 6.
Nesting is bounded before it recurses, so no input exhausts the stack.
"""

from decimal import Decimal
from typing import Literal, cast

from shared.patch.errors import Refusal
from shared.patch.expression.lexer import Token, syntax, tokens
from shared.patch.expression.syntax import (
    Among,
    Call,
    Compared,
    Comparison,
    Constant,
    Joined,
    Member,
    Name,
    Node,
    Reckoned,
    Sign,
    Unary,
)

DEPTH_MAX = 24
NODES_MAX = 300

_OR, _AND, _COMPARISON, _SUM, _PRODUCT = 1, 2, 3, 4, 5
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


def parse_expression(text: str) -> Node:
    """The tree of `text`; refuses what is no expression, too long, too deep or too large."""
    parser = _Parser(tokens(text))
    node = parser.operators(_OR)
    end = parser.next()
    if end.kind != "end":
        raise syntax(end.place, end.text, "an operator or the end")
    return node


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0
        self._nodes = 0

    def next(self) -> Token:
        token = self._tokens[self._at]
        if token.kind != "end":
            self._at += 1
        return token

    def operators(self, power: int) -> Node:
        """An operand and whatever operators bind at least as strongly as `power`."""
        left = self._operand()
        while (bound := self._power()) >= power:
            left = self._chain(left, bound)
            if bound == _COMPARISON == self._power():
                raise syntax(self._peek().place, self._peek().text, "&& or || between two comparisons")
        return left

    def _chain(self, left: Node, bound: int) -> Node:
        token = self._peek()
        self._count()
        if bound == _COMPARISON:
            self.next()
            if token.text == "in":
                return Among(left, self._list(), token.place)
            return Compared(cast("Comparison", token.text), left, self.operators(_SUM), token.place)
        rest: list[tuple[str, Node]] = []
        while self._power() == bound:
            sign = self.next().text
            rest.append((sign, self.operators(bound + 1)))
        if bound <= _AND:
            operands = (left, *(node for _, node in rest))
            return Joined(cast("Literal['&&', '||']", token.text), operands, token.place)
        return Reckoned(left, cast("tuple[tuple[Sign, Node], ...]", tuple(rest)), token.place)

    def _power(self) -> int:
        token = self._peek()
        return 0 if token.kind == "text" else _POWER.get(token.text, 0)

    def _operand(self) -> Node:
        self._count()
        self._deeper()
        node = self._primary(self.next())
        self._depth -= 1
        return node

    def _primary(self, token: Token) -> Node:
        match token.kind, token.text:
            case "number", text:
                return Constant(Decimal(text), token.place)
            case "text", text:
                return Constant(text, token.place)
            case "sign", "!" | "-" as sign:
                return Unary(sign, self._operand(), token.place)
            case "sign", "(":
                node = self.operators(_OR)
                self._expect(")")
                return node
            case "name", name if name in _CONSTANTS:
                return Constant(_CONSTANTS[name], token.place)
            case "name", name if name != "in":
                return self._named(name, token.place)
            case _:
                raise syntax(token.place, token.text, "a value")

    def _named(self, name: str, place: int) -> Node:
        if self._taken("("):
            return Call(None, name, self._arguments(), place)
        if not self._taken("."):
            return Name(name, place)
        member = self.next()
        if member.kind != "name":
            raise syntax(member.place, member.text, "a name")
        if self._taken("("):
            return Call(name, member.text, self._arguments(), place)
        return Member(name, member.text, place)

    def _arguments(self) -> tuple[Node, ...]:
        if self._taken(")"):
            return ()
        found = self._separated()
        self._expect(")")
        return found

    def _list(self) -> tuple[Node, ...]:
        self._deeper()
        self._expect("[")
        found = self._separated()
        self._expect("]")
        self._depth -= 1
        return found

    def _separated(self) -> tuple[Node, ...]:
        found = [self.operators(_OR)]
        while self._taken(","):
            found.append(self.operators(_OR))
        return tuple(found)

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _taken(self, sign: str) -> bool:
        token = self._peek()
        if token.kind != "sign" or token.text != sign:
            return False
        self._at += 1
        return True

    def _expect(self, sign: str) -> None:
        token = self._peek()
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
