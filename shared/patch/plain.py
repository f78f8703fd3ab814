"""What is plain JSON that PostgreSQL can keep: no NUL, no half characters, no infinity, no numbers beyond 64 bits."""

import math
from typing import Any, cast

from shared.patch.errors import Refusal, escape

_INTEGER_MAX = 2**63 - 1
# More than fit into the largest document; a value built in Python may hold one part many times over.
_PARTS_MAX = 4 * 1024 * 1024


def refuse_unplain(value: Any, depth_max: int) -> None:
    """Refuses with the place; walks without recursion, so that a document that holds itself ends too."""
    waiting: list[tuple[str, Any, int]] = [("", value, 1)]
    seen = 0
    while waiting:
        pointer, one, depth = waiting.pop()
        seen += 1
        inner = as_object(one)
        parts: list[tuple[Any, Any]] = list(inner.items()) if inner is not None else list(enumerate(as_list(one) or ()))
        if inner is None and as_list(one) is None:
            _refuse_value(one, pointer)
        elif depth > depth_max:
            raise Refusal("document_too_deep", "", {"limit": depth_max})
        elif seen + len(parts) > _PARTS_MAX:
            raise Refusal("document_too_large", "", {"limit": _PARTS_MAX})
        for key, part in parts:
            if inner is not None:
                _refuse_text(key, pointer)
            waiting.append((pointer + escape(key), part, depth + 1))


def as_object(value: Any) -> dict[str, Any] | None:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def as_list(value: Any) -> list[Any] | tuple[Any, ...] | None:
    return cast("list[Any]", value) if isinstance(value, list | tuple) else None


def _refuse_value(value: Any, pointer: str) -> None:
    if isinstance(value, str):
        _refuse_text(value, pointer)
    elif value is None or isinstance(value, bool) or (isinstance(value, float) and math.isfinite(value)):
        return
    elif not isinstance(value, int) or abs(value) > _INTEGER_MAX:
        raise Refusal("not_json", pointer, {"value": repr(value)[:40]})


def _refuse_text(text: Any, pointer: str) -> None:
    if not isinstance(text, str) or "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
        raise Refusal("not_json", pointer, {"value": ascii(text)[:40]})
