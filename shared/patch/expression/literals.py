"""Constants and columns as PostgreSQL, each of a type that no setting of the database changes."""

import datetime
from decimal import Decimal
from typing import Any

from shared.patch.expression.kinds import Kind

TYPES: dict[Kind, str] = {
    "number": "numeric",
    "text": "text",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamptz",
    "time": "time",
    "duration": "interval",
    "reference": "uuid",
    "choices": "text[]",
    "opaque": "text",
}


def collated(sql: str, kind: Kind) -> str:
    """Texts are compared by code point."""
    return f'({sql} COLLATE "C")' if kind == "text" else sql


def cast(column: str, kind: Kind) -> str:
    """A column, whatever its own type is."""
    return column if kind == "opaque" else collated(f"({column})::{TYPES[kind]}", kind)


def literal(value: Any, kind: Kind) -> str:
    """A constant of the language, quoted."""
    match value:
        case None:
            said = f"NULL::{TYPES[kind]}"
        case bool():
            said = "TRUE" if value else "FALSE"
        case Decimal():
            said = f"{value:f}::numeric"
        case tuple():
            texts: list[Any] = [*value]
            said = f"ARRAY[{', '.join(quoted(one) for one in texts)}]::text[]"
        case datetime.timedelta():
            rest = value - datetime.timedelta(days=value.days)
            # Every sign is said: a style of the database takes the first for all of them.
            said = f"interval '{value.days:+} days {rest.seconds:+} seconds {rest.microseconds:+} microseconds'"
        case datetime.date() | datetime.time():
            said = f"{quoted(value.isoformat())}::{TYPES[kind]}"
        case _:
            said = collated(f"{quoted(str(value))}::{TYPES[kind]}", kind)
    return said


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'"
