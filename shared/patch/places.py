"""Where in the text of a document a JSON pointer leads, for whoever shows a problem beside the source."""

import json
import re
from collections.abc import Iterator

# A text in one piece, a bracket, a mark, or a number or word; white space and anything odd is passed over.
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}:,]|[^\s\[\]{}:,"]++', re.DOTALL)


def place_in(source: str, pointer: str) -> tuple[int, int]:
    """Line and column, from 1, of the value at `pointer`, or of the innermost part around it that is there."""
    here = _first(source)
    for part in pointer.split("/")[1:]:
        inner = _part(source, here, part.replace("~1", "/").replace("~0", "~"))
        if inner is None:
            break
        here = inner
    return source.count("\n", 0, here) + 1, here - source.rfind("\n", 0, here)


def _first(source: str) -> int:
    found = _TOKENS.search(source, 1 if source.startswith("\ufeff") else 0)
    return found.start() if found else 0


def _part(source: str, here: int, wanted: str) -> int | None:
    """Where the value called `wanted` (a key, or a number in a list) of the value at `here` begins."""
    is_list = source[here : here + 1] == "["
    found = enumerate(_parts(source, here))
    return next((begin for number, (key, begin) in found if wanted == (str(number) if is_list else key)), None)


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
