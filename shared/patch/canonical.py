"""One form for one meaning: what is hashed, stored and shown.

Keys are sorted and whatever has its default is left out, except the tags (`op`, `type`, …) that say what a part is. So
a document means the same hash however it was written down, and an optional key added to the language changes none.
"""

import datetime
import hashlib
from decimal import Decimal
from typing import Any

import orjson
from pydantic import BaseModel

from shared.patch.plain import as_list, as_object

TAGS = frozenset(("patch", "op", "type", "kind", "step", "action"))


def document(value: Any) -> Any:
    """The plain JSON form of a part of the language."""
    if isinstance(value, BaseModel):
        return _parts(value)
    if (inner := as_object(value)) is not None:
        return {name: document(one) for name, one in inner.items()}
    if (items := as_list(value)) is not None:
        return [document(one) for one in items]
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return iso_duration(value)
    return f"{value:f}" if isinstance(value, Decimal) else value


def iso_duration(value: datetime.timedelta) -> str:
    """ISO 8601 in seconds alone: one spelling for every span."""
    seconds = value // datetime.timedelta(seconds=1)
    return f"{'-' if seconds < 0 else ''}PT{abs(seconds)}S"


def digest(value: Any) -> str:
    """`sha256:…` over the canonical bytes."""
    return "sha256:" + hashlib.sha256(orjson.dumps(document(value), option=orjson.OPT_SORT_KEYS)).hexdigest()


def _parts(model: BaseModel) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if name in TAGS or field.is_required() or value != field.get_default(call_default_factory=True):
            parts[field.alias or name] = document(value)
    return parts
