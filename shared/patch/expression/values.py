"""Values as they come in: from a database row, from JSON, from a person. What does not fit its kind is unknown.

The engine refuses a misfit before any rule is asked; here it must only never raise and never be taken for a value.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from shared.patch.expression.kinds import Kind

_NUMBER = re.compile(r"-?[0-9]{1,60}(\.[0-9]{1,60})?")
_DURATION = re.compile(
    r"(-)?P(?=[0-9T])(?:([0-9]{1,9})W)?(?:([0-9]{1,9})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,6})?)S)?)?"
)
# No column holds a number beyond that (numeric of 38 digits).
_MAGNITUDE = 60


@dataclass(frozen=True, slots=True)
class Moment:
    """What the caller brings along: the language has no clock and reads no other record.

    `old` is the record that is written, as it was before; `this` the one that `this.x` is about. `related` are records
    at the end of references by their id, `lookups` what lookups found by their name.
    """

    today: datetime.date | None = None
    now: datetime.datetime | None = None
    user_id: str | None = None
    user_name: str | None = None
    user_roles: tuple[str, ...] | None = None
    old: Mapping[str, Any] | None = None
    this: Mapping[str, Any] | None = None
    related: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    lookups: Mapping[str, Any] = field(default_factory=dict[str, Any])


def number(value: Any) -> Decimal | None:
    found: Decimal | None = None
    if isinstance(value, Decimal):
        found = value
    elif isinstance(value, int) and not isinstance(value, bool):
        found = Decimal(value)
    elif isinstance(value, float):
        found = Decimal(repr(value))
    elif isinstance(value, str) and _NUMBER.fullmatch(value):
        found = Decimal(value)
    if found is None or not found.is_finite():
        return None
    return found if not found or -_MAGNITUDE <= found.adjusted() <= _MAGNITUDE else None


def text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def date(value: Any) -> datetime.date | None:
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime) else None


def moment(value: Any) -> datetime.datetime | None:
    """A point in time, told in UTC, which it also is without an offset; unknown outside of the years 1 to 9999."""
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime.datetime):
        return None
    try:
        return value.astimezone(datetime.UTC) if value.tzinfo else value.replace(tzinfo=datetime.UTC)
    except (OverflowError, ValueError):
        return None


def time(value: Any) -> datetime.time | None:
    if isinstance(value, str):
        try:
            value = datetime.time.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime.time) and value.tzinfo is None else None


def duration(value: Any) -> datetime.timedelta | None:
    """ISO 8601 in weeks, days, hours, minutes and seconds."""
    if isinstance(value, datetime.timedelta):
        return value
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    sign, *parts = found.groups(default="0")
    weeks, days, hours, minutes, seconds = (Decimal(one) for one in parts)
    exact = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds
    try:
        span = datetime.timedelta(microseconds=int(exact * 1_000_000))
    except OverflowError:
        return None
    return -span if sign == "-" else span


def reference(value: Any) -> str | None:
    if isinstance(value, UUID):
        return str(value)
    return value.lower() if isinstance(value, str) else None


def choices(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list | tuple):
        return None
    found: list[Any] = [*value]
    return tuple(one for one in found if isinstance(one, str))


def opaque(value: Any) -> Any:
    return value


READERS: dict[Kind, Callable[[Any], Any]] = {
    "number": number,
    "text": text,
    "boolean": boolean,
    "date": date,
    "datetime": moment,
    "time": time,
    "duration": duration,
    "reference": reference,
    "choices": choices,
    "opaque": opaque,
}
# Constants that are written as a text.
CONSTANTS: dict[str, tuple[Callable[[str], Any], Kind, str]] = {
    "date": (date, "date", "date('2026-03-31')"),
    "datetime": (moment, "datetime", "datetime('2026-03-31T09:30:00Z')"),
    "time": (time, "time", "time('09:30')"),
    "duration": (duration, "duration", "duration('PT2H')"),
}
