"""Values as they come in: from a database row, from JSON, from a person. What does not fit its kind is unknown.

The engine refuses a misfit before any rule is asked; here it must only never raise and never be taken for a value.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from shared.patch.expression.typed import Kind

_NUMBER = re.compile(r"-?[0-9]{1,60}(\.[0-9]{1,60})?")
# No column holds a number beyond that (numeric of 38 digits).
_MAGNITUDE = 60


@dataclass(frozen=True, slots=True)
class Moment:
    """The day, the moment and who acts, given by the caller: the language has no clock. `old` is the record before."""

    today: datetime.date | None = None
    now: datetime.datetime | None = None
    user_id: str | None = None
    user_name: str | None = None
    old: Mapping[str, Any] | None = None


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
    """A point in time; without an offset it is UTC."""
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime.datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=datetime.UTC)


def reference(value: Any) -> str | None:
    if isinstance(value, UUID):
        return str(value)
    return value.lower() if isinstance(value, str) else None


READERS: dict[Kind, Callable[[Any], Any]] = {
    "number": number,
    "text": text,
    "boolean": boolean,
    "date": date,
    "datetime": moment,
    "reference": reference,
}
