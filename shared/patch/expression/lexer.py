"""Text of an expression into tokens, in linear time."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from shared.patch.errors import Refusal

LENGTH_MAX = 2000
DIGITS_MAX = 38

TokenKind = Literal["number", "text", "name", "lookup", "sign", "end"]

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |@(?P<lookup>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
    |(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/!<>()\[\],.?:])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"'}


class Token(NamedTuple):
    kind: TokenKind
    text: str
    place: int


def tokens(text: str) -> Iterator[Token]:
    """One token after the other, at last `end`. Refuses what is too long or a character that means nothing here."""
    if len(text) > LENGTH_MAX:
        raise Refusal("expression_too_long", params={"length": len(text), "limit": LENGTH_MAX})
    place = 0
    for match in _TOKEN.finditer(text):
        if match.start() != place:
            break
        kind, place = match.lastgroup, match.end()
        if kind in ("name", "sign"):
            yield Token(kind, match.group(), match.start())
        elif kind != "space":
            yield _token(match)
    if place < len(text):
        raise syntax(place, text[place], "an operator or a value")
    yield Token("end", "", place)


def syntax(place: int, found: str, expected: str) -> Refusal:
    """What stands at `place` cannot stand there."""
    return Refusal(
        "expression_syntax",
        params={"place": place + 1, "found": found or "the end", "expected": expected},
        suggestion={"=": "==", "&": "&&", "|": "||"}.get(found),
    )


def _token(match: re.Match[str]) -> Token:
    """A number, a lookup or a text."""
    text, place = match.group(), match.start()
    if match.lastgroup == "number":
        if len(text) > DIGITS_MAX:
            raise syntax(place, text[:DIGITS_MAX] + "…", f"a number of at most {DIGITS_MAX} digits")
        return Token("number", text, place)
    return (
        Token("lookup", text[1:], place)
        if match.lastgroup == "lookup"
        else Token("text", _unquoted(text, place), place)
    )


def _unquoted(quoted: str, place: int) -> str:
    def replaced(match: re.Match[str]) -> str:
        escape = match.group(1)
        if len(escape) > 1:
            return chr(int(escape[1:], 16))
        if escape not in _ESCAPED:
            raise syntax(place, f"\\{escape}", "one of \\n \\t \\\\ \\' \\\" \\uXXXX")
        return _ESCAPED[escape]

    text = _ESCAPE.sub(replaced, quoted[1:-1])
    # PostgreSQL holds no NUL, and half of a surrogate pair is no character.
    if any(one == "\0" or "\ud800" <= one <= "\udfff" for one in text):
        raise syntax(place, "a character that cannot be stored", "text")
    return text
