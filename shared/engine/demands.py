"""What a field's definition asks of its column, in SQL: the bounds of its values, and the value that old rows get."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

from shared.engine.naming import literal
from shared.patch.bounds import MONEY_DIGITS, MONEY_SCALE
from shared.patch.fields import Field, LineField
from shared.patch.formats import FORMATS
from shared.patch.spans import seconds

Demand = tuple[str, str]


def demands(definition: Field | LineField, column: str) -> Iterator[Demand]:
    """Code and condition of each bound; `column` is quoted."""
    yield from _DEMANDS.get(definition.type, _nothing)(definition, column)


def default_value(definition: Field | LineField) -> str | None:
    """The default as an expression; None without one."""
    default: Any = getattr(definition, "default", None)
    if default is None:
        return None
    say = _DEFAULTS.get(definition.type)
    return say(default, definition) if say is not None else literal(str(default))


def _nothing(_definition: Any, _column: str) -> Iterator[Demand]:
    yield from ()


def _text(definition: Any, column: str) -> Iterator[Demand]:
    yield "too_long", f"char_length({column}) <= {definition.max_length}"
    if getattr(definition, "min_length", 0):
        yield "too_short", f"char_length({column}) >= {definition.min_length}"
    if getattr(definition, "format", None):
        yield "bad_format", f"{column} ~ {literal(FORMATS[definition.format])}"


def _integer(definition: Any, column: str) -> Iterator[Demand]:
    yield "not_an_integer", f"{column} = trunc({column})"
    yield from _bounds(definition, column)


def _decimal(definition: Any, column: str) -> Iterator[Demand]:
    yield from _digits(definition, column, definition.precision, definition.scale)


def _money(definition: Any, column: str) -> Iterator[Demand]:
    yield from _digits(definition, column, MONEY_DIGITS, MONEY_SCALE)


def _digits(definition: Any, column: str, precision: int, scale: int) -> Iterator[Demand]:
    yield "too_many_decimals", f"{column} = round({column}, {scale})"
    yield "too_many_digits", f"abs({column}) < 1e{precision - scale}"
    yield from _bounds(definition, column)


def _bounds(definition: Any, column: str) -> Iterator[Demand]:
    if definition.min is not None:
        yield "too_small", f"{column} >= {_bound(definition.min)}"
    if definition.max is not None:
        yield "too_large", f"{column} <= {_bound(definition.max)}"


def _bound(value: Any) -> str:
    return _span(value) if isinstance(value, datetime.timedelta) else f"({value})"


def _enum(definition: Any, column: str) -> Iterator[Demand]:
    yield "not_an_option", f"{column} IN ({', '.join(literal(one.value) for one in definition.options)})"


def _choices(definition: Any, column: str) -> Iterator[Demand]:
    yield "not_an_option", f"{column} <@ {_array(one.value for one in definition.options)}"
    yield "too_many_choices", f"cardinality({column}) <= {definition.max_items}"


def _document(definition: Any, column: str) -> Iterator[Demand]:
    yield "too_many_bytes", f"octet_length({column}::text) <= {definition.max_bytes}"


def _file(definition: Any, column: str) -> Iterator[Demand]:
    yield "file_too_large", f"({column} ->> 'size')::bigint <= {definition.max_bytes}"
    if definition.accept:
        kind = f"{column} ->> 'media_type'"
        wide = f"split_part({kind}, '/', 1) || '/*'"
        accepted = _array(iter(definition.accept))
        yield "file_type", f"({kind} = ANY ({accepted}) OR {wide} = ANY ({accepted}))"


def _span(value: datetime.timedelta) -> str:
    return f"make_interval(secs => {seconds(value)})"


def _array(values: Iterator[str]) -> str:
    return f"ARRAY[{', '.join(map(literal, values))}]::text[]"


_DEMANDS: dict[str, Callable[[Any, str], Iterator[Demand]]] = {
    "text": _text,
    "long_text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "money": _money,
    "duration": _bounds,
    "enum": _enum,
    "multi_enum": _choices,
    "json": _document,
    "file": _file,
}
_DEFAULTS: dict[str, Callable[[Any, Any], str]] = {
    "integer": lambda value, _: f"({value})",
    "decimal": lambda value, _: f"({value})",
    "money": lambda value, _: f"({value})",
    "boolean": lambda value, _: "true" if value else "false",
    "date": lambda value, _: "CURRENT_DATE" if value == "today" else literal(value.isoformat()) + "::date",
    "datetime": lambda value, _: "now()" if value == "now" else literal(value.isoformat()) + "::timestamptz",
    "time": lambda value, _: literal(value.isoformat()) + "::time",
    "duration": lambda value, _: _span(value),
    "multi_enum": lambda value, one: _array(option.value for option in one.options if option.value in value),
}
