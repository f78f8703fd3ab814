"""Patterns of `matches`: regular expressions in linear time, of one meaning in RE2 and in PostgreSQL.

A pattern is found anywhere in a text unless `^` or `$` bind it to the start or the end. There are characters, `.` (any
but a line break), classes `[a-z]`, `[^0-9]`, `\\d \\w \\s \\D \\W \\S` (ASCII), groups, `|` and `* + ? {n} {n,} {n,m}`.
Both engines are given what is read here, written out anew in the few signs whose meaning they share.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shared.patch.errors import Refusal
from shared.patch.expression.functions import Function
from shared.patch.expression.literals import quoted
from shared.patch.expression.searching import Search, searching

LENGTH_MAX = 200
DEPTH_MAX = 10
REPEAT_MAX = 100
# Characters that a pattern stands for once its repetitions are written out: what both engines compile.
SIZE_MAX = 500
# What a repetition without end adds: PostgreSQL takes its time over many of them.
ENDLESS = 8

_SPECIAL = frozenset("\\.^$|?*+()[]{}")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_CLASSES = {"d": ("0-9",), "w": ("0-9", "A-Z", "a-z", "_-_"), "s": ("\t-\n", "\x0c-\r", " - ")}
_ASTRAL = 0xFFFF

Sayer = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a pattern: `said` writes it with a way to write one character; `size` counts what it stands for."""

    said: Callable[[Sayer], str]
    size: int
    # What asserts a place (`^`, `$`) cannot be repeated.
    repeats: bool = True


def matching(pattern: str, place: int) -> Function:
    """The function that finds `pattern`, which stands at `place` of an expression, in a text."""
    if len(pattern) > LENGTH_MAX:
        params = {"length": len(pattern), "limit": LENGTH_MAX, "place": place + 1}
        raise Refusal("pattern_too_long", params=params)
    try:
        piece = _Reading(pattern).whole()
    except Refusal as refusal:
        raise Refusal(refusal.code, params={**refusal.params, "place": place + 1}) from refusal
    search: Search = searching(piece.said(_for_re2))
    sql = quoted(piece.said(_for_postgres)).replace("{", "{{").replace("}", "}}")
    return Function("matches", ("text",), "boolean", search, f"({{0}} ~ {sql})", cost=piece.size)


def _for_re2(one: str) -> str:
    return one if one.isascii() and one.isalnum() else f"\\x{{{ord(one):x}}}"


def _for_postgres(one: str) -> str:
    if one.isascii() and one.isalnum():
        return one
    return f"\\U{ord(one):08x}" if ord(one) > _ASTRAL else f"\\u{ord(one):04x}"


class _Reading:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._depth = 0

    def whole(self) -> _Piece:
        piece = self._alternatives()
        if self._at < len(self._pattern):
            raise self._invalid("this bracket opens nowhere")
        return piece

    def _alternatives(self) -> _Piece:
        branches = [self._branch()]
        while self._taken("|"):
            branches.append(self._branch())
        size = sum(one.size for one in branches)
        self._bounded(size)
        return _Piece(lambda sayer: "|".join(one.said(sayer) for one in branches), size)

    def _branch(self) -> _Piece:
        pieces: list[_Piece] = []
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            pieces.append(self._repeated(self._atom()))
        if not pieces:
            raise self._invalid("something must stand here")
        return _Piece(lambda sayer: "".join(one.said(sayer) for one in pieces), sum(one.size for one in pieces))

    def _repeated(self, atom: _Piece) -> _Piece:
        start = self._at
        bounds = self._bounds()
        if bounds is None:
            return atom
        if not atom.repeats:
            self._at = start
            raise self._invalid("a start or an end cannot be repeated")
        least, most = bounds
        size = atom.size * max(1, least) + ENDLESS if most is None else atom.size * most
        self._bounded(size)
        if self._peek() in ("*", "+", "?", "{"):
            raise self._invalid("one repetition at a time")
        told = f"{{{least}}}" if least == most else f"{{{least},{'' if most is None else most}}}"
        return _Piece(lambda sayer: atom.said(sayer) + told, size)

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._taken(sign):
                return bounds
        if not self._taken("{"):
            return None
        least = self._number()
        most: int | None = least
        if self._taken(","):
            most = None if self._peek() == "}" else self._number()
        if not self._taken("}"):
            raise self._invalid("a repetition is written {2}, {2,} or {2,5}")
        if most is not None and most < max(least, 1):
            raise self._invalid("a repetition is written {2}, {2,} or {2,5}")
        return least, most

    def _number(self) -> int:
        start = self._at
        while self._peek().isascii() and self._peek().isdigit():
            self._at += 1
        digits = self._pattern[start : self._at]
        if not digits or len(digits) > len(str(REPEAT_MAX)) or int(digits) > REPEAT_MAX:
            self._at = start
            raise self._invalid("a number from 0 to 100 is needed")
        return int(digits)

    def _atom(self) -> _Piece:
        one = self._next()
        match one:
            case "(":
                return self._group()
            case "[":
                return self._class()
            case ".":
                return _Piece(lambda sayer: _bracket(("\n-\n",), sayer, negated=True), 1)
            case "^" | "$":
                return _Piece(lambda _: one, 1, repeats=False)
            case "\\":
                return self._escape()
            case _:
                if one in _SPECIAL:
                    self._at -= 1
                    raise self._invalid("write a backslash before it to mean the character")
                return _Piece(lambda sayer: sayer(one), 1)

    def _group(self) -> _Piece:
        if self._taken("?") and not self._taken(":"):
            raise self._invalid("only (…) and (?:…) are groups")
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise self._invalid("groups are nested too deeply")
        inner = self._alternatives()
        self._depth -= 1
        if not self._taken(")"):
            raise self._invalid("a bracket is not closed")
        return _Piece(lambda sayer: f"(?:{inner.said(sayer)})", inner.size)

    def _escape(self) -> _Piece:
        one = self._next()
        if one.lower() in _CLASSES:
            ranges = _CLASSES[one.lower()]
            return _Piece(lambda sayer: _bracket(ranges, sayer, negated=one.isupper()), 1)
        literal = self._literal(one)
        return _Piece(lambda sayer: sayer(literal), 1)

    def _literal(self, one: str) -> str:
        """What a character after a backslash means."""
        if one in _ESCAPED:
            return _ESCAPED[one]
        if not one.isascii() or one.isalnum():
            self._at -= 1
            raise self._invalid("nothing is known by this name after a backslash")
        return one

    def _class(self) -> _Piece:
        negated = self._taken("^")
        ranges: list[str] = []
        while self._peek() != "]":
            ranges += self._range()
        if not ranges:
            raise self._invalid("something must stand here")
        self._next()
        found = tuple(ranges)
        return _Piece(lambda sayer: _bracket(found, sayer, negated=negated), 1)

    def _range(self) -> tuple[str, ...]:
        low = self._next()
        if low == "\\":
            named = self._next()
            if named in _CLASSES:
                return _CLASSES[named]
            low = self._literal(named)
        elif low == "[":
            raise self._invalid("write a backslash before [ to mean the character")
        if self._peek() != "-" or self._pattern[self._at + 1 : self._at + 2] == "]":
            return (f"{low}-{low}",)
        self._at += 1
        high = self._next()
        high = self._literal(self._next()) if high == "\\" else high
        if high < low:
            raise self._invalid("a range runs from the lower to the higher character")
        return (f"{low}-{high}",)

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _taken(self, sign: str) -> bool:
        found = self._peek() == sign
        self._at += found
        return found

    def _next(self) -> str:
        if self._at >= len(self._pattern):
            raise self._invalid("the pattern ends too early")
        self._at += 1
        return self._pattern[self._at - 1]

    def _bounded(self, size: int) -> None:
        if size > SIZE_MAX:
            raise Refusal("pattern_too_large", params={"size": size, "limit": SIZE_MAX})

    def _invalid(self, reason: str) -> Refusal:
        return Refusal("pattern_invalid", params={"at": self._at + 1, "reason": reason})


def _bracket(ranges: tuple[str, ...], sayer: Sayer, *, negated: bool) -> str:
    told = (sayer(one[0]) if one[0] == one[2] else f"{sayer(one[0])}-{sayer(one[2])}" for one in ranges)
    return f"[{'^' if negated else ''}{''.join(told)}]"
