"""Where in the text of a document a JSON pointer leads, for whoever shows a problem beside the source."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache

from shared.patch.errors import escape

# A text in one piece, a bracket, a mark, or a number or word; white space and anything odd is passed over.
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}:,]|[^\s\[\]{}:,"]++', re.DOTALL)


def place_in(source: str, pointer: str) -> tuple[int, int]:
    """Line and column, from 1, of the value at `pointer`, or of the innermost part around it that is there."""
    here = _first(source)
    for part in pointer.split("/")[1:]:
        inner = _inside(source, here).get(part.replace("~1", "/").replace("~0", "~"))
        if inner is None:
            break
        here = inner
    return line_and_column(source, here)


def line_and_column(source: str, here: int) -> tuple[int, int]:
    """From 1, of the character at `here`."""
    return source.count("\n", 0, here) + 1, here - source.rfind("\n", 0, here)


def first_twin(source: str) -> tuple[str, str, tuple[int, int]] | None:
    """The first key that stands twice: the pointer of its object, the key, and line and column of the second one."""
    at: list[str | int] = []
    known: list[set[str]] = []
    before = ""
    for token in _TOKENS.finditer(source):
        mark = token.group()
        if mark in ("[", "{"):
            at.append(0 if mark == "[" else "")
            known.append(set())
        elif mark in ("]", "}"):
            at.pop()
            known.pop()
        elif mark == "," and isinstance(at[-1], int):
            at[-1] += 1
        elif before in ("{", ",") and isinstance(at[-1], str):
            key = at[-1] = _text(mark)
            if key in known[-1]:
                return "".join(escape(one) for one in at[:-1]), key, line_and_column(source, token.start())
            known[-1].add(key)
        before = mark
    return None


def _first(source: str) -> int:
    found = _TOKENS.search(source, 1 if source.startswith("\ufeff") else 0)
    return found.start() if found else 0


@lru_cache(maxsize=64)
def _inside(source: str, here: int) -> dict[str, int]:
    """Where each value directly inside the one at `here` begins, by its key or number; kept for the next problem."""
    is_list = source[here : here + 1] == "["
    found: dict[str, int] = {}
    for number, (key, begin) in enumerate(_parts(source, here)):
        found.setdefault(str(number) if is_list else key, begin)
    return found


def _parts(source: str, here: int) -> Iterator[tuple[str, int]]:
    """Key (empty in a list) and beginning of every value directly inside the one at `here`."""
    is_list = source[here : here + 1] == "["
    depth, key, before = 0, "", ""
    for token in _TOKENS.finditer(source, here):
        mark = token.group()
        depth -= mark in ("]", "}")
        if depth == 1 and before in (("[", ",") if is_list else (":",)) and mark not in ("]", "}"):
            yield key, token.start()
        elif depth == 1 and before in ("{", ","):
            key = _text(mark)
        depth += mark in ("[", "{")
        before = mark
        if depth <= 0:
            return


def _text(mark: str) -> str:
    try:
        return str(json.loads(mark))
    except ValueError:
        return mark
