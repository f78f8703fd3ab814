"""Whether a Python value of a field's type keeps the field's own bounds."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Context, Decimal
from functools import partial
from typing import Any

from shared.patch.attachment import Attachment
from shared.patch.fields import DecimalField, EnumField, Field, LineField, MoneyField, MultiEnumField
from shared.patch.formats import PATTERNS
from shared.patch.spans import written

MONEY_SCALE = 2
MONEY_DIGITS = 18
# Enough digits that nothing a field can hold is rounded by accident.
EXACT = Context(prec=100)


@dataclass(frozen=True, slots=True)
class Unfit(Exception):
    code: str
    params: dict[str, Any]


def checker(definition: Field | LineField) -> Callable[[Any], None]:
    """The check for one definition. It raises Unfit."""
    make = _CHECKS.get(definition.type)
    return make(definition) if make is not None else lambda _: None


def document_text(value: Any) -> str:
    """A JSON document as PostgreSQL writes it."""
    return json.dumps(value, ensure_ascii=False)


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


def _check_span(value: timedelta, least: timedelta | None, most: timedelta | None) -> None:
    if least is not None and value < least:
        raise Unfit("too_small", {"min": written(least)})
    if most is not None and value > most:
        raise Unfit("too_large", {"max": written(most)})


def _check_decimal(value: Decimal, digits: tuple[int, int], least: Decimal | None, most: Decimal | None) -> None:
    precision, scale = digits
    _check_bounds(value, least, most)
    if value != value.quantize(Decimal(1).scaleb(-scale), context=EXACT):
        raise Unfit("too_many_decimals", {"max": scale})
    if value and value.adjusted() + 1 > precision - scale:
        raise Unfit("too_many_digits", {"max": precision - scale})


def _check_option(value: str, options: list[str]) -> None:
    if value not in options:
        raise Unfit("not_an_option", {"options": options})


def _check_choices(value: Sequence[str], options: list[str], most: int) -> None:
    for one in value:
        _check_option(one, options)
    if len(value) > most:
        raise Unfit("too_many_choices", {"max": most})


def _check_document(value: Any, most: int) -> None:
    weight = len(document_text(value).encode())
    if weight > most:
        raise Unfit("too_many_bytes", {"max": most, "bytes": weight})


def _check_file(value: Attachment, most: int, accept: Sequence[str]) -> None:
    if value.size is None:
        raise Unfit("file_missing", {"digest": value.digest})
    if value.size > most:
        raise Unfit("file_too_large", {"max": most, "bytes": value.size})
    if accept and value.media_type not in accept and f"{value.media_type.partition('/')[0]}/*" not in accept:
        raise Unfit("file_type", {"media_type": value.media_type, "accept": list(accept)})


def _options(definition: EnumField | MultiEnumField) -> list[str]:
    return [option.value for option in definition.options]


def _digits(definition: DecimalField | MoneyField) -> tuple[int, int]:
    if isinstance(definition, DecimalField):
        return definition.precision, definition.scale
    return MONEY_DIGITS, MONEY_SCALE


def _decimal(one: DecimalField | MoneyField) -> Callable[[Any], None]:
    return partial(_check_decimal, digits=_digits(one), least=one.min, most=one.max)


_CHECKS: dict[str, Callable[[Any], Callable[[Any], None]]] = {
    "text": lambda one: partial(_check_text, least=one.min_length, most=one.max_length, form=one.format),
    "long_text": lambda one: partial(_check_text, least=0, most=one.max_length, form=None),
    "integer": lambda one: partial(_check_bounds, least=one.min, most=one.max),
    "decimal": _decimal,
    "money": _decimal,
    "duration": lambda one: partial(_check_span, least=one.min, most=one.max),
    "enum": lambda one: partial(_check_option, options=_options(one)),
    "multi_enum": lambda one: partial(_check_choices, options=_options(one), most=one.max_items),
    "json": lambda one: partial(_check_document, most=one.max_bytes),
    "file": lambda one: partial(_check_file, most=one.max_bytes, accept=one.accept),
}
