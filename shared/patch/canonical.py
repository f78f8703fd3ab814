"""One form for one meaning: what is hashed, stored and shown.

Keys are sorted and whatever has its default is left out, except the tags (`op`, `type`, …) that say what a part is. So
a document means the same hash however it was written down, and an optional key added to the language changes none.
"""

import datetime
import hashlib
from decimal import Decimal
from functools import cache
from typing import Any

import orjson
from pydantic import BaseModel

from shared.patch.plain import as_list, as_object
from shared.patch.text import Unsaid

TAGS = frozenset(("patch", "op", "type", "kind", "step", "action"))
# Told as they are.
_PLAIN = frozenset((str, int, bool, float, type(None)))


def document(value: Any) -> Any:
    """The plain JSON form of a part of the language."""
    if isinstance(value, BaseModel):
        return _parts(value)
    if (inner := as_object(value)) is not None:
        return {name: one if type(one) in _PLAIN else document(one) for name, one in inner.items()}
    if (items := as_list(value)) is not None:
        return [one if type(one) in _PLAIN else document(one) for one in items]
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return iso_duration(value)
    # A zero has no sign.
    return f"{value or abs(value):f}" if isinstance(value, Decimal) else value


def iso_duration(value: datetime.timedelta) -> str:
    """ISO 8601 in seconds alone: one spelling for every span. A fraction is refused, and so told apart."""
    seconds, rest = divmod(abs(value), datetime.timedelta(seconds=1))
    fraction = f".{rest.microseconds:06}" if rest else ""
    return f"{'-' if value < datetime.timedelta() else ''}PT{seconds}{fraction}S"


def digest(value: Any) -> str:
    """`sha256:…` over the canonical bytes."""
    return "sha256:" + hashlib.sha256(orjson.dumps(document(value), option=orjson.OPT_SORT_KEYS)).hexdigest()


def _parts(model: BaseModel) -> dict[str, Any]:
    inner, parts = model.__dict__, dict[str, Any]()
    for name, key, always, default in _keys(type(model)):
        value = inner[name]
        if always or (value is not default and (default is None or value != default)):
            parts[key] = value if type(value) in _PLAIN else document(value)
    return parts


@cache
def _keys(model: type[BaseModel]) -> tuple[tuple[str, str, bool, Any], ...]:
    """Of every part its name, its key in the document, whether it is told at all times, and its default."""
    keys: list[tuple[str, str, bool, Any]] = []
    for name, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True)
        always = field.is_required() or (name in TAGS and default is not Unsaid.UNSAID)
        keys.append((name, field.alias or name, always, default))
    return tuple(keys)
