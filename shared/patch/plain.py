"""What is plain JSON that PostgreSQL can keep: no NUL, no half characters, no infinity, no numbers beyond 64 bits."""

import math
import sys
from typing import Any, cast

import orjson

from shared.patch.errors import Refusal, escape

_INTEGER_MAX, _FLOAT_MAX = 2**63 - 1, sys.float_info.max
# As many as the largest document has when somebody wrote it. Each costs time, and may be wrong in several ways; a value
# built in Python may hold one part many times over.
PARTS_MAX = 100_000
# As many digits as an integer beyond 64 bits has at least.
_DIGITS, _LONG = bytes.maketrans(b"123456789", b"0" * 9), b"0" * 19


def quickly_read(source: bytes) -> Any:
    """The JSON that `source` holds; None when it is to be read with more care, be it that something may be wrong.

    Nothing gets through here that the careful reader refuses: an integer beyond 64 bits would become a float and a key
    that stands twice would be lost, so digits are looked at, and keys counted before and after.
    """
    if b"\\u00" in source or _LONG in source.translate(_DIGITS):
        return None
    try:
        plain = orjson.loads(source)
        return plain if _keys(source) == _keys(orjson.dumps(plain)) else None
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None


def _keys(source: bytes) -> int:
    """The keys of a document, and whatever looks like one inside a text."""
    return source.translate(None, b" \t\r\n").count(b'":')


def refuse_unplain(value: Any, depth_max: int) -> None:
    """Refuses with the place; walks without recursion, so that a document that holds itself ends too."""
    if _is_plain(value, depth_max):
        return
    waiting: list[tuple[str, Any, int]] = [("", value, 1)]
    seen = 0
    while waiting:
        pointer, one, depth = waiting.pop()
        inner = as_object(one)
        parts: list[tuple[Any, Any]] = list(inner.items()) if inner is not None else list(enumerate(as_list(one) or ()))
        if inner is None and as_list(one) is None:
            _refuse_value(one, pointer)
        elif depth > depth_max:
            raise Refusal("document_too_deep", "", {"limit": depth_max})
        seen += len(parts)
        refuse_many(seen)
        for key, part in parts:
            if inner is not None:
                _refuse_text(key, pointer)
            waiting.append((pointer + escape(key), part, depth + 1))


def refuse_many(parts: int) -> None:
    if parts > PARTS_MAX:
        raise Refusal("too_many_parts", "", {"limit": PARTS_MAX})


def _is_plain(value: Any, depth_max: int) -> bool:
    """Whether nothing is to be refused: level by level, without the places, which take most of the time."""
    level, texts, seen = [value], list[str](), 0
    for _ in range(depth_max):
        below: list[Any] = []
        for one in level:
            inner, items = as_object(one), as_list(one)
            parts = inner.values() if inner is not None else items if items is not None else (one,)
            texts.extend(inner or ())
            seen += len(parts)
            if seen > PARTS_MAX:
                return False
            for part in parts:
                kind = cast("type[Any]", type(part))
                if kind is str:
                    texts.append(part)
                elif kind is dict or kind is list:
                    below.append(part)
                elif part is not None and kind is not bool and not _is_number(part):
                    return False
        if not below:
            return _is_text(texts)
        level = below
    return False


def _is_number(value: Any) -> bool:
    return abs(value) <= _INTEGER_MAX if type(value) is int else type(value) is float and math.isfinite(value)


def _is_text(texts: list[str]) -> bool:
    try:
        return b"\0" not in "".join(texts).encode()
    except (TypeError, UnicodeEncodeError):
        return False


def as_object(value: Any) -> dict[str, Any] | None:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def as_list(value: Any) -> list[Any] | tuple[Any, ...] | None:
    return cast("list[Any]", value) if isinstance(value, list | tuple) else None


def _refuse_value(value: Any, pointer: str) -> None:
    if isinstance(value, str):
        _refuse_text(value, pointer)
    elif value is None or type(value) is bool or _is_number(value):
        return
    elif type(value) is float or type(value) is int:
        # Python itself refuses to write down thousands of digits.
        raise Refusal("number_unfit", pointer, {"value": repr(float(value)) if abs(value) < _FLOAT_MAX else "inf"})
    else:
        raise Refusal("not_json", pointer, {"value": type(value).__name__})


def _refuse_text(text: Any, pointer: str) -> None:
    if not isinstance(text, str) or not _is_text([text]):
        raise Refusal("not_json", pointer, {"value": ascii(text)[:40]})
