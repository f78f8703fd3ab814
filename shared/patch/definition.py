"""Whether a field definition makes sense by itself: some record can fit it, and its default does."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from functools import cache
from typing import Any

from shared.patch.errors import Problem, nearest
from shared.patch.fields import (
    DURATION_MAX,
    ENUM_OPTIONS_MAX,
    DatetimeField,
    DecimalField,
    DurationField,
    EnumField,
    Field,
    FileField,
    IntegerField,
    LinesField,
    LongTextField,
    MoneyField,
    MultiEnumField,
    RefAnyField,
    RefField,
    TextField,
    TimeField,
)
from shared.patch.finding import name_problems
from shared.patch.formats import LENGTHS, PATTERNS

NEVER_UNIQUE = frozenset(("long_text", "boolean", "lines", "json", "file", "multi_enum", "many_to_many"))
INTEGER_DIGITS = 16
MONEY_DIGITS, MONEY_SCALE = 18, 2
_EXACT = Context(prec=100)
_SECOND = datetime.timedelta(seconds=1)
# Every zone still has the moment.
_EARLIEST = datetime.datetime(1, 1, 2, tzinfo=datetime.UTC)
_LATEST = datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC)


def senseless(definition: Field, pointer: str, *, within: str | None = None) -> list[Problem]:
    """Every reason; `within` names the lines field of which the definition is a column."""
    found = [*_BY_TYPE.get(definition.type, _nothing)(definition), *_flags(definition)]
    if within is not None and definition.unique:
        found.append(Problem("unique_in_lines", "/unique", {"field": definition.name, "lines": within}))
    return [problem.under(pointer) for problem in found]


def room(definition: DecimalField | MoneyField | IntegerField) -> tuple[int, int]:
    """Digits before the point, and after it."""
    match definition:
        case DecimalField():
            return definition.precision - definition.scale, definition.scale
        case MoneyField():
            return MONEY_DIGITS - MONEY_SCALE, MONEY_SCALE
        case IntegerField():
            return INTEGER_DIGITS, 0


def twins(values: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Places of options that people would take for an earlier one, and that one."""
    first: dict[str, int] = {}
    for number, value in enumerate(values):
        earlier = first.setdefault(value.casefold().rstrip(), number)
        if earlier < number:
            yield number, values[earlier]


def _flags(definition: Field) -> Iterator[Problem]:
    """Demands that contradict one another, whatever the type."""
    default, computed = getattr(definition, "default", None), getattr(definition, "computed", None)
    name = {"field": definition.name, "type": definition.type}
    if definition.unique and definition.type in NEVER_UNIQUE:
        yield Problem("unique_impossible", "/unique", name)
    if definition.unique and default is not None:
        yield Problem("unique_default", "/default", name)
    if computed is not None and default is not None:
        yield Problem("computed_default", "/default", name)
    if computed is not None and definition.required:
        yield Problem("computed_required", "/required", name)
    closed = "read_only" if definition.read_only else "hidden" if definition.hidden else None
    given = default is not None or computed is not None or definition.type == "sequence"
    if definition.required and closed is not None and not given:
        yield Problem("required_unreachable", "/required", {**name, "flag": closed})


def _nothing(_definition: Field) -> Iterator[Problem]:
    yield from ()


def _text(definition: TextField | LongTextField) -> Iterator[Problem]:
    shortest, longest, pattern = 0, definition.max_length, None
    if isinstance(definition, TextField):
        shortest, pattern = definition.min_length, PATTERNS.get(definition.format or "")
        least, most = LENGTHS.get(definition.format or "", (0, None))
        shortest, longest = max(shortest, least), min(longest, most or longest)
    if shortest > longest:
        yield _crossed(
            definition, "/min_length" if longest == definition.max_length else "/max_length", shortest, longest
        )
    default = definition.default
    if default is None:
        return
    # What is empty on a form counts as no value, so it can be no default.
    if not default.strip() or not shortest <= len(default) <= longest or (pattern and not pattern.fullmatch(default)):
        yield _misfit(definition, default)


def _number(definition: IntegerField | DecimalField | MoneyField) -> Iterator[Problem]:
    if isinstance(definition, DecimalField) and definition.scale > definition.precision:
        yield _crossed(definition, "/scale", definition.scale, definition.precision)
        return
    most, step = _largest(*room(definition))
    low, high = -most, most
    if definition.min is not None:
        low = max(low, Decimal(definition.min).quantize(step, ROUND_CEILING, _EXACT))
    if definition.max is not None:
        high = min(high, Decimal(definition.max).quantize(step, ROUND_FLOOR, _EXACT))
    if low > high:
        least, largest = definition.min, definition.max
        pointer = "/max" if least is None else "/min"
        yield _crossed(definition, pointer, low if least is None else least, high if largest is None else largest)
    elif definition.default is not None:
        default = Decimal(definition.default)
        if not low <= default <= high or default != default.quantize(step, context=_EXACT):
            yield _misfit(definition, str(definition.default))


@cache
def _largest(digits: int, scale: int) -> tuple[Decimal, Decimal]:
    """With so many digits before the point and after it, and the step from one number to the next."""
    step = Decimal(1).scaleb(-scale)
    return Decimal(10) ** digits - step, step


def _datetime(definition: DatetimeField) -> Iterator[Problem]:
    default = definition.default
    if isinstance(default, datetime.datetime) and default.tzinfo is None:
        yield Problem("default_without_zone", "/default", _named(definition, default))
    elif isinstance(default, datetime.datetime) and not _EARLIEST <= default <= _LATEST:
        yield _misfit(definition, str(default))


def _time(definition: TimeField) -> Iterator[Problem]:
    default = definition.default
    if default is not None and (default.tzinfo is not None or default.microsecond):
        yield Problem("default_not_plain_time", "/default", _named(definition, default))


def _duration(definition: DurationField) -> Iterator[Problem]:
    spans = {"min": definition.min, "max": definition.max, "default": definition.default}
    amiss = False
    for name, span in spans.items():
        if span is not None and span % _SECOND:
            amiss = True
            yield Problem("duration_fraction", f"/{name}", {"field": definition.name, "value": str(span)})
        elif span is not None and abs(span) > DURATION_MAX:
            amiss = True
            yield Problem("duration_too_long", f"/{name}", {"field": definition.name, "limit": DURATION_MAX.days})
    if amiss:
        return
    low = -DURATION_MAX if definition.min is None else definition.min
    high = DURATION_MAX if definition.max is None else definition.max
    if low > high:
        yield _crossed(definition, "/min", low, high)
    elif definition.default is not None and not low <= definition.default <= high:
        yield _misfit(definition, str(definition.default))


def _options(definition: EnumField | MultiEnumField) -> Iterator[Problem]:
    values = [option.value for option in definition.options]
    for number, other in twins(values):
        params = {"option": values[number], "other": other, "field": definition.name}
        yield Problem("option_taken", f"/options/{number}/value", params)
    default = definition.default
    chosen = (default,) if isinstance(default, str) else default or ()
    for one in chosen:
        if one not in values:
            params = {"option": one, "field": definition.name, "known": values}
            yield Problem("option_unknown", "/default", params, nearest(one, values))


def _choices(definition: MultiEnumField) -> Iterator[Problem]:
    yield from _options(definition)
    most, default = definition.max_items, definition.default
    # Without a bound of its own it holds as many as there are.
    if len(definition.options) < most < ENUM_OPTIONS_MAX:
        params = {"field": definition.name, "max": most, "options": len(definition.options)}
        yield Problem("more_than_options", "/max_items", params)
    if default is not None and not 1 <= len(set(default)) == len(default) <= most:
        yield _misfit(definition, ", ".join(default))


def _file(definition: FileField) -> Iterator[Problem]:
    yield from _twice(definition, definition.accept, "/accept")


def _ref(definition: RefField) -> Iterator[Problem]:
    if definition.required and definition.on_delete == "set_null":
        yield Problem("required_set_null", "/on_delete", {"field": definition.name}, "restrict")


def _ref_any(definition: RefAnyField) -> Iterator[Problem]:
    yield from _twice(definition, definition.targets, "/targets")


def _lines(definition: LinesField) -> Iterator[Problem]:
    names: list[str] = []
    for number, line in enumerate(definition.fields):
        where = f"/fields/{number}"
        yield from (problem.under(f"{where}/name") for problem in name_problems(line.name, definition.name, names))
        yield from senseless(line, where, within=definition.name)
        names.append(line.name)


def _twice(definition: Field, parts: Sequence[str], pointer: str) -> Iterator[Problem]:
    for number, one in enumerate(parts):
        if one in parts[:number]:
            yield Problem("listed_twice", f"{pointer}/{number}", {"value": one, "field": definition.name})


def _crossed(definition: Field, pointer: str, low: object, high: object) -> Problem:
    return Problem("bounds_crossed", pointer, {"field": definition.name, "min": str(low), "max": str(high)})


def _misfit(definition: Field, value: str) -> Problem:
    return Problem("default_misfit", "/default", {"field": definition.name, "default": value})


def _named(definition: Field, default: object) -> dict[str, str]:
    return {"field": definition.name, "default": str(default)}


_BY_TYPE: dict[str, Callable[[Any], Iterator[Problem]]] = {
    "text": _text,
    "long_text": _text,
    "integer": _number,
    "decimal": _number,
    "money": _number,
    "datetime": _datetime,
    "time": _time,
    "duration": _duration,
    "enum": _options,
    "multi_enum": _choices,
    "file": _file,
    "ref": _ref,
    "ref_any": _ref_any,
    "lines": _lines,
}
