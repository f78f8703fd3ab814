"""From a JSON value to the Python value of a field's type, or Unfit.

| type | in JSON | in Python |
|---|---|---|
| text, long_text, enum | a text; an empty one is no value | str |
| integer, decimal, money | a number, or a text of digits | int, Decimal |
| boolean | true or false | bool |
| date, datetime | ISO 8601; a datetime with its zone | date, datetime in UTC |
| time | `09:30` or `09:30:15` | time |
| duration | ISO 8601 in whole seconds, such as `PT90M` | timedelta |
| multi_enum | a list of options; an empty one is no value | tuple of str, in the order of the options |
| json | an object or a list | dict, list |
| file | `{"name", "media_type", "content"}` in base64, or with the `digest` of a file sent before | Attachment |
| ref | the id of a record | UUID |
| ref_any | `{"entity": "Order", "id": "…"}` or `Order/…` | the latter |
| many_to_many | a list of ids | list of UUID |
"""

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, cast
from uuid import UUID

from shared.patch.attaching import attachment
from shared.patch.bounds import Unfit
from shared.patch.errors import Refusal
from shared.patch.expression.values import duration
from shared.patch.fields import DURATION_MAX, Field, LineField, MultiEnumField
from shared.patch.plain import refuse_unplain
from shared.patch.spans import written

# A longer text, or an exponent beyond any field's digits, would cost time and memory before the bounds are looked at.
TEXT_DIGITS_MAX = 100
EXPONENT_MAX = 60
DOCUMENT_DEPTH_MAX = 32
_DATE: Callable[[Any], datetime.date] = datetime.date.fromisoformat
_MOMENT: Callable[[Any], datetime.datetime] = datetime.datetime.fromisoformat
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?", re.ASCII)
# PostgreSQL holds no NUL, and half of a surrogate pair is no character.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def reader(definition: Field | LineField) -> Callable[[Any], Any]:
    if isinstance(definition, MultiEnumField):
        return partial(_choices, options=[option.value for option in definition.options])
    return _READERS.get(definition.type, _text)


def _text(value: Any) -> str | None:
    if not isinstance(value, str) or _UNSTORABLE.search(value):
        raise Unfit("not_text", {})
    # An empty input of a form means that nothing was said.
    return value if value.strip() else None


def _integer(value: Any) -> int:
    number = _decimal(value)
    if number != number.to_integral_value():
        raise Unfit("not_an_integer", {})
    return int(number)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise Unfit("not_a_number", {})
    if isinstance(value, str) and len(value) > TEXT_DIGITS_MAX:
        raise Unfit("not_a_number", {})
    try:
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except (InvalidOperation, ValueError):
        raise Unfit("not_a_number", {}) from None
    if not number.is_finite() or abs(number.adjusted()) > EXPONENT_MAX:
        raise Unfit("not_a_number", {})
    return number


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("not_a_boolean", {})
    return value


def _date(value: Any) -> datetime.date:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    try:
        return _DATE(value)
    except (TypeError, ValueError):
        raise Unfit("not_a_date", {}) from None


def _datetime(value: Any) -> datetime.datetime:
    try:
        parsed = value if isinstance(value, datetime.datetime) else _MOMENT(value)
        if parsed.tzinfo is None:
            raise Unfit("not_a_datetime", {})
        return parsed.astimezone(datetime.UTC)
    except (TypeError, ValueError, OverflowError):
        raise Unfit("not_a_datetime", {}) from None


def _time(value: Any) -> datetime.time:
    if isinstance(value, datetime.time) and value.tzinfo is None:
        return value.replace(microsecond=0)
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise Unfit("not_a_time", {})
    return datetime.time.fromisoformat(value)


def _span(value: Any) -> datetime.timedelta:
    found = duration(value)
    if found is None or found.microseconds:
        raise Unfit("not_a_duration", {})
    if abs(found) > DURATION_MAX:
        raise Unfit("too_large", {"max": written(DURATION_MAX)})
    return found


def _choices(value: Any, options: list[str]) -> tuple[str, ...] | None:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in cast("list[object]", value)):
        raise Unfit("not_choices", {})
    chosen = cast("list[str]", value)
    twice = [one for number, one in enumerate(chosen) if one in chosen[:number]]
    if twice:
        raise Unfit("chosen_twice", {"option": twice[0]})
    order = {one: number for number, one in enumerate(options)}
    return tuple(sorted(chosen, key=lambda one: order.get(one, len(order)))) or None


def _document(value: Any) -> Any:
    if not isinstance(value, list | dict):
        raise Unfit("not_json", {})
    try:
        refuse_unplain(value, DOCUMENT_DEPTH_MAX)
    except Refusal:
        raise Unfit("not_json", {}) from None
    return cast("object", value)


def _reference(value: Any) -> UUID:
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value)
    except (TypeError, ValueError, AttributeError):
        raise Unfit("not_a_reference", {}) from None


def _references(value: Any) -> list[UUID]:
    if not isinstance(value, list | tuple):
        raise Unfit("not_references", {})
    found = [_reference(one) for one in cast("list[object]", value)]
    if len(set(found)) < len(found):
        raise Unfit("referred_twice", {})
    return found


def _somewhere(value: Any) -> str:
    entity: Any = None
    record_id: Any = None
    if isinstance(value, str):
        entity, _, record_id = value.partition("/")
    elif isinstance(value, Mapping):
        parts = cast("Mapping[str, object]", value)
        entity, record_id = parts.get("entity"), parts.get("id")
    if not isinstance(entity, str):
        raise Unfit("not_somewhere", {})
    try:
        return f"{entity}/{_reference(record_id)}"
    except Unfit:
        raise Unfit("not_somewhere", {}) from None


_READERS: dict[str, Callable[[Any], Any]] = {
    "integer": _integer,
    "decimal": _decimal,
    "money": _decimal,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "duration": _span,
    "json": _document,
    "file": attachment,
    "ref": _reference,
    "many_to_many": _references,
    "ref_any": _somewhere,
}
