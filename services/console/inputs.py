"""One input of a record's form: from the value that the CRM keeps to what stands in it, and from what was typed back.

A text that cannot be understood stays as typed: the CRM says what is wrong with it, beside the field.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from shared.patch.errors import Refusal
from shared.patch.parsing import read_json

_MINUTES = len("2026-01-01T10:00")
# More digits than any field holds.
_WHOLE = re.compile(r"-?[0-9]{1,30}", re.ASCII)
_CLOCK = re.compile(r"(-?)([0-9]{1,6}):([0-5][0-9])(?::([0-5][0-9]))?", re.ASCII)
_SPAN = re.compile(r"(-?)P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?", re.ASCII)
# These are given several at a time.
SEVERAL = ("multi_enum", "many_to_many")


def typed(field: dict[str, Any], value: Any) -> Any:
    """What stands in the input of a field that holds `value`."""
    if value is None or isinstance(value, str):
        return clock(value) if value and field["type"] == "duration" else value
    if field["type"] == "file":
        return value["name"]
    if field["type"] == "json":
        return json.dumps(value, ensure_ascii=False, indent=2)
    if field["type"] == "ref_any":
        return f"{value['entity']}/{value['id']}"
    return [str(one) for one in value] if field["type"] in SEVERAL else value


def meant(field: dict[str, Any], sent: Sequence[object]) -> Any:
    """The value that the form sent for a field, as the CRM takes it; an empty box is no value."""
    texts = [text for text in (str(one).strip() for one in sent) if text]
    if field["type"] in SEVERAL:
        return texts
    if field["type"] == "boolean":
        return "on" in texts
    return _one(field["type"], texts[0]) if texts else None


def clock(span: str) -> str:
    """`PT26H30M` as `26:30`; what is no such span as it is."""
    match = _SPAN.fullmatch(span)
    if match is None:
        return span
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    minutes += seconds // 60
    hours += 24 * days + minutes // 60
    rest = f":{seconds % 60:02}" if seconds % 60 else ""
    return f"{match[1]}{hours}:{minutes % 60:02}{rest}"


def _one(kind: str, text: str) -> Any:
    match kind:
        case "integer":
            return int(text) if _WHOLE.fullmatch(text) else text
        case "datetime":
            return text + ":00Z" if len(text) == _MINUTES else text
        case "duration":
            found = _CLOCK.fullmatch(text)
            return f"{found[1]}PT{int(found[2])}H{int(found[3])}M{int(found[4] or 0)}S" if found else text
        case "json":
            try:
                return read_json(text)
            except Refusal:
                return text
        case _:
            return text
