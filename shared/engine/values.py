"""What a value of each field type may be: from JSON to Python and back, and whether it keeps the field's bounds."""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import partial
from typing import Any, Literal
from uuid import UUID

from shared.patch.fields import DecimalField, Field, LineField, MoneyField
from shared.patch.formats import PATTERNS

Storage = Literal["text", "numeric", "boolean", "date", "timestamptz", "uuid"]
MONEY_SCALE = 2
MONEY_DIGITS = 18
# A longer text, or an exponent beyond any field's digits, would cost time and memory before the bounds are looked at.
TEXT_DIGITS_MAX = 100
EXPONENT_MAX = 60
_DATE: Callable[[Any], datetime.date] = datetime.date.fromisoformat
_MOMENT: Callable[[Any], datetime.datetime] = datetime.datetime.fromisoformat
# PostgreSQL holds no NUL, and half of a surrogate pair is no character.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Enough digits that nothing a field can hold is rounded by accident.
_EXACT = Context(prec=100)
_CENT = Decimal(1).scaleb(-MONEY_SCALE)


@dataclass(frozen=True, slots=True)
class Unfit(Exception):
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
    return _READERS.get(definition.type, _text)


def checker(definition: Field | LineField) -> Callable[[Any], None]:
    """Whether a Python value of this type keeps the field's own bounds. Raises Unfit."""
    match definition.type:
        case "text":
            return partial(_check_text, least=definition.min_length, most=definition.max_length, form=definition.format)
        case "long_text":
            return partial(_check_text, least=0, most=definition.max_length, form=None)
        case "integer":
            return partial(_check_bounds, least=definition.min, most=definition.max)
        case "decimal" | "money":
            return partial(_check_decimal, digits=_digits(definition), least=definition.min, most=definition.max)
        case "enum":
            return partial(_check_option, options=[option.value for option in definition.options])
        case _:
            return lambda _: None


def writer(definition: Field | LineField) -> Callable[[Any], Any]:
    """From a Python value to what JSON carries: numbers with a fraction as text, moments in ISO 8601, UTC."""
    return _WRITERS.get(definition.type, _same)


def loader(definition: Field | LineField) -> Callable[[Any], Any]:
    """From what a column holds to the Python value of this type."""
    return int if definition.type == "integer" else _same


def rounder(definition: Field | LineField) -> Callable[[Any], Any]:
    """What a computed value becomes in this field."""
    match definition.type:
        case "integer":
            step = Decimal(1)
        case "money":
            step = _CENT
        case "decimal":
            step = Decimal(1).scaleb(-definition.scale)
        case _:
            return _same
    whole = definition.type == "integer"

    def rounded(value: Decimal | int) -> Decimal | int:
        exact = Decimal(value).quantize(step, ROUND_HALF_UP, _EXACT)
        return int(exact) if whole else exact

    return rounded


def moment(value: datetime.datetime) -> str:
    return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")


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
    if form is not None and not PATTERNS[form].fullmatch(value):
        raise Unfit("bad_format", {"format": form})


def _check_bounds(value: Decimal | int, least: Decimal | int | None, most: Decimal | int | None) -> None:
    if least is not None and value < least:
        raise Unfit("too_small", {"min": str(least)})
    if most is not None and value > most:
        raise Unfit("too_large", {"max": str(most)})


def _check_decimal(value: Decimal, digits: tuple[int, int], least: Decimal | None, most: Decimal | None) -> None:
    precision, scale = digits
    _check_bounds(value, least, most)
    if value != value.quantize(Decimal(1).scaleb(-scale), context=_EXACT):
        raise Unfit("too_many_decimals", {"max": scale})
    if value and value.adjusted() + 1 > precision - scale:
        raise Unfit("too_many_digits", {"max": precision - scale})


def _check_option(value: str, options: list[str]) -> None:
    if value not in options:
        raise Unfit("not_an_option", {"options": options})


def _digits(definition: DecimalField | MoneyField) -> tuple[int, int]:
    if isinstance(definition, DecimalField):
        return definition.precision, definition.scale
    return MONEY_DIGITS, MONEY_SCALE


def _money(value: Decimal) -> str:
    return str(value.quantize(_CENT, ROUND_HALF_UP, _EXACT))


def _iso(value: datetime.date) -> str:
    return value.isoformat()


def _same(value: Any) -> Any:
    return value


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_READERS: dict[str, Callable[[Any], Any]] = {
    "integer": _integer,
    "decimal": _decimal,
    "money": _decimal,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "ref": _reference,
}
_WRITERS: dict[str, Callable[[Any], Any]] = {
    "integer": int,
    "decimal": _plain,
    "money": _money,
    "date": _iso,
    "datetime": moment,
    "ref": str,
}
