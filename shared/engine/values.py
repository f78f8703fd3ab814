"""What a value of each field type may be: from JSON to Python and back, and whether it keeps the field's bounds."""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any, Literal
from uuid import UUID

from shared.patch.fields import Field, LineField

Storage = Literal["text", "numeric", "boolean", "date", "timestamptz", "uuid"]
MONEY_SCALE = 2
MONEY_DIGITS = 18
FORMATS = {
    "email": r"^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$",
    "phone": r"^[+(]?[0-9][0-9 ()./-]{2,39}$",
    "url": r"^https?://[^[:space:]/]+[^[:space:]]*$",
}
_PATTERNS = {name: re.compile(pattern.replace("[:space:]", r"\s")) for name, pattern in FORMATS.items()}
# Enough digits that nothing a field can hold is rounded by accident.
_EXACT = Context(prec=100)


@dataclass(frozen=True, slots=True)
class Unfit(Exception):  # noqa: N818
    code: str
    params: dict[str, Any]


def storage(definition: Field | LineField) -> Storage | None:
    """How a value is kept; nothing for lines, which are a table of their own. All numbers share one kind, and all
    texts another, so that most changes of a field's type touch no stored value."""
    kinds: dict[str, Storage] = {
        "integer": "numeric",
        "decimal": "numeric",
        "money": "numeric",
        "boolean": "boolean",
        "date": "date",
        "datetime": "timestamptz",
        "ref": "uuid",
    }
    return None if definition.type == "lines" else kinds.get(definition.type, "text")


def reader(definition: Field | LineField) -> Callable[[Any], Any]:
    """From a JSON value to the Python value of this type. Raises Unfit."""
    match definition.type:
        case "integer":
            return _integer
        case "decimal" | "money":
            return _decimal
        case "boolean":
            return _boolean
        case "date":
            return _date
        case "datetime":
            return _datetime
        case "ref":
            return _reference
        case _:
            return _text


def checker(definition: Field | LineField) -> Callable[[Any], None]:
    """Whether a Python value of this type keeps the field's own bounds. Raises Unfit."""
    match definition.type:
        case "text":
            return lambda value: _check_text(value, definition.min_length, definition.max_length, definition.format)
        case "long_text":
            return lambda value: _check_text(value, 0, definition.max_length, None)
        case "integer":
            return lambda value: _check_bounds(value, definition.min, definition.max)
        case "decimal":
            return lambda value: _check_decimal(
                value, definition.precision, definition.scale, definition.min, definition.max
            )
        case "money":
            return lambda value: _check_decimal(value, MONEY_DIGITS, MONEY_SCALE, definition.min, definition.max)
        case "enum":
            options = [option.value for option in definition.options]
            return lambda value: _check_option(value, options)
        case _:
            return lambda _: None


def writer(definition: Field | LineField) -> Callable[[Any], Any]:
    """From a Python value to what JSON carries: numbers with a fraction as text, moments in ISO 8601, UTC."""
    match definition.type:
        case "integer":
            return int
        case "money":
            return lambda value: str(value.quantize(Decimal("0.01"), ROUND_HALF_UP, _EXACT))
        case "decimal":
            return _plain
        case "date":
            return lambda value: value.isoformat()
        case "datetime":
            return moment
        case "ref":
            return str
        case _:
            return lambda value: value


def loader(definition: Field | LineField) -> Callable[[Any], Any]:
    """From what a column holds to the Python value of this type."""
    return int if definition.type == "integer" else lambda value: value


def rounder(definition: Field | LineField) -> Callable[[Any], Any]:
    """What a computed value becomes in this field."""
    match definition.type:
        case "integer":
            step = Decimal(1)
        case "money":
            step = Decimal(1).scaleb(-MONEY_SCALE)
        case "decimal":
            step = Decimal(1).scaleb(-definition.scale)
        case _:
            return lambda value: value
    whole = definition.type == "integer"

    def rounded(value: Decimal | int) -> Decimal | int:
        exact = Decimal(value).quantize(step, ROUND_HALF_UP, _EXACT)
        return int(exact) if whole else exact

    return rounded


def moment(value: datetime.datetime) -> str:
    return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")


def _text(value: Any) -> str | None:
    if not isinstance(value, str) or "\x00" in value:
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
    if isinstance(value, str) and len(value) > 100:
        raise Unfit("not_a_number", {})
    try:
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except (InvalidOperation, ValueError):
        raise Unfit("not_a_number", {}) from None
    # An exponent beyond any field's digits would cost memory before the bounds are looked at.
    if not number.is_finite() or abs(number.adjusted()) > 60:
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
        return datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unfit("not_a_date", {}) from None


def _datetime(value: Any) -> datetime.datetime:
    try:
        parsed = value if isinstance(value, datetime.datetime) else datetime.datetime.fromisoformat(value)
        if parsed.tzinfo is None:
            raise Unfit("not_a_datetime", {})
        return parsed.astimezone(datetime.UTC)
    except (TypeError, ValueError, OverflowError):
        raise Unfit("not_a_datetime", {}) from None


def _reference(value: Any) -> UUID:
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value)
    except (TypeError, ValueError, AttributeError):
        raise Unfit("not_a_reference", {}) from None


def _check_text(value: str, least: int, most: int, form: str | None) -> None:
    if len(value) > most:
        raise Unfit("too_long", {"max": most, "length": len(value)})
    if len(value) < least:
        raise Unfit("too_short", {"min": least, "length": len(value)})
    if form is not None and not _PATTERNS[form].match(value):
        raise Unfit("bad_format", {"format": form})


def _check_bounds(value: Decimal | int, least: Decimal | int | None, most: Decimal | int | None) -> None:
    if least is not None and value < least:
        raise Unfit("too_small", {"min": str(least)})
    if most is not None and value > most:
        raise Unfit("too_large", {"max": str(most)})


def _check_decimal(value: Decimal, precision: int, scale: int, least: Decimal | None, most: Decimal | None) -> None:
    _check_bounds(value, least, most)
    if value != value.quantize(Decimal(1).scaleb(-scale), context=_EXACT):
        raise Unfit("too_many_decimals", {"max": scale})
    if value and value.adjusted() + 1 > precision - scale:
        raise Unfit("too_many_digits", {"max": precision - scale})


def _check_option(value: str, options: list[str]) -> None:
    if value not in options:
        raise Unfit("not_an_option", {"options": options})


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
