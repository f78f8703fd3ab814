"""Whether a field definition makes sense by itself, and which may take the place of which."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, get_args

from shared.patch.errors import Problem, Refusal, nearest
from shared.patch.fields import (
    DecimalField,
    EnumField,
    Field,
    IntegerField,
    LinesField,
    LongTextField,
    MoneyField,
    RefField,
    TextField,
)
from shared.patch.text import Closed

# A type may become another when every stored value has one reading in it.
WIDENINGS: dict[str, tuple[str, ...]] = {
    "text": ("long_text",),
    "enum": ("text", "long_text"),
    "integer": ("decimal", "money"),
    "money": ("decimal",),
    "date": (),
}
FIELD_MODELS: dict[str, type[Closed]] = {
    model.model_fields["type"].default: model for model in get_args(get_args(Field)[0])
}
_MONEY_SCALE = 2
_INTEGER_DIGITS = 16
_MONEY_DIGITS = 18


def refuse_senseless(definition: Field, pointer: str) -> None:
    """Refuses with every reason why no record could ever fit, or why a default would not."""
    problems = [problem.under(pointer) for problem in _problems(definition)]
    if problems:
        raise Refusal.of(problems)


def _problems(definition: Field) -> Iterator[Problem]:
    match definition:
        case TextField() | LongTextField():
            yield from _text(definition)
        case IntegerField() | DecimalField() | MoneyField():
            yield from _number(definition)
        case EnumField():
            yield from _choice(definition)
        case LinesField():
            yield from _lines(definition)
        case _:
            pass
    name = {"field": definition.name, "type": definition.type}
    if definition.unique and definition.type in ("long_text", "boolean", "lines"):
        yield Problem("unique_impossible", "/unique", name)
    if definition.unique and getattr(definition, "default", None) is not None:
        yield Problem("unique_default", "/default", name)
    if definition.type == "ref" and _sets_null_though_required(definition):
        yield Problem("required_set_null", "/on_delete", name, "restrict")


def _sets_null_though_required(definition: Field) -> bool:
    return isinstance(definition, RefField) and definition.required and definition.on_delete == "set_null"


def _text(definition: TextField | LongTextField) -> Iterator[Problem]:
    shortest = definition.min_length if isinstance(definition, TextField) else 0
    if shortest > definition.max_length:
        yield _bounds(definition, "/min_length", shortest, definition.max_length)
    if definition.default is not None and not shortest <= len(definition.default) <= definition.max_length:
        yield _default(definition, definition.default)


def _number(definition: IntegerField | DecimalField | MoneyField) -> Iterator[Problem]:
    if definition.min is not None and definition.max is not None and definition.min > definition.max:
        yield _bounds(definition, "/min", definition.min, definition.max)
    if isinstance(definition, DecimalField) and definition.scale > definition.precision:
        yield _bounds(definition, "/scale", definition.scale, definition.precision)
    default = definition.default
    if default is None:
        return
    below = definition.min is not None and default < definition.min
    if below or (definition.max is not None and default > definition.max) or not _fits(definition, Decimal(default)):
        yield _default(definition, str(default))
    if definition.computed is not None:
        yield Problem("computed_default", "/default", {"field": definition.name})


def _fits(definition: IntegerField | DecimalField | MoneyField, value: Decimal) -> bool:
    if isinstance(definition, IntegerField) or not value.is_finite():
        return value.is_finite()
    digits, scale = _room(definition)
    return -int(value.normalize().as_tuple().exponent) <= scale and value.adjusted() < digits


def _room(definition: DecimalField | MoneyField | IntegerField) -> tuple[int, int]:
    """Digits before the point, and after it."""
    match definition:
        case DecimalField():
            return definition.precision - definition.scale, definition.scale
        case MoneyField():
            return _MONEY_DIGITS - _MONEY_SCALE, _MONEY_SCALE
        case IntegerField():
            return _INTEGER_DIGITS, 0


def _choice(definition: EnumField) -> Iterator[Problem]:
    values = [option.value for option in definition.options]
    for number, value in enumerate(values):
        if value in values[:number]:
            yield Problem("option_taken", f"/options/{number}/value", {"option": value, "field": definition.name})
    if definition.default is not None and definition.default not in values:
        params = {"option": definition.default, "field": definition.name, "known": values}
        yield Problem("option_unknown", "/default", params, nearest(definition.default, values))


def _lines(definition: LinesField) -> Iterator[Problem]:
    names: set[str] = set()
    for number, line in enumerate(definition.fields):
        if line.name.casefold() in names:
            params = {"name": line.name, "other": line.name, "entity": definition.name}
            yield Problem("field_taken", f"/fields/{number}/name", params)
        names.add(line.name.casefold())
        yield from (problem.under(f"/fields/{number}") for problem in _problems(line))


def _bounds(definition: Field, pointer: str, low: object, high: object) -> Problem:
    return Problem("bounds_crossed", pointer, {"field": definition.name, "min": str(low), "max": str(high)})


def _default(definition: Field, value: str) -> Problem:
    return Problem("default_misfit", "/default", {"field": definition.name, "default": value})


def refuse_incompatible(before: Field, after: Field, pointer: str) -> None:
    """The column of `before` must be able to hold `after`, with every value that it has."""
    if before.type != after.type and after.type not in WIDENINGS.get(before.type, ()):
        params = {"field": before.name, "type": before.type, "to": after.type}
        allowed = WIDENINGS.get(before.type, ())
        raise Refusal("type_incompatible", f"{pointer}/type", params, allowed[0] if allowed else None)
    if isinstance(before, RefField) and isinstance(after, RefField) and before.target != after.target:
        params = {"field": before.name, "target": before.target, "to": after.target}
        raise Refusal("target_fixed", f"{pointer}/target", params, before.target)
    if isinstance(before, LinesField) and isinstance(after, LinesField) and before.fields != after.fields:
        raise Refusal("lines_fixed", f"{pointer}/fields", {"field": before.name})
    if isinstance(after, DecimalField) and isinstance(before, IntegerField | DecimalField | MoneyField):
        digits, scale = _room(before)
        room_digits, room_scale = _room(after)
        if room_digits < digits or room_scale < scale:
            params = {"field": before.name, "precision": digits + scale, "scale": scale}
            raise Refusal("precision_narrowed", f"{pointer}/precision", params)


def widened(before: Field, kind: str) -> dict[str, Any]:
    """The attributes of `before` that a field of type `kind` has too, and room for all its values; the rest at rest."""
    model = FIELD_MODELS[kind]
    values = {name: getattr(before, name, default.default) for name, default in model.model_fields.items()}
    values["type"] = kind
    if kind == before.type:
        return values
    if model is DecimalField and isinstance(before, IntegerField | MoneyField):
        values["precision"] = _room(before)[0] + values["scale"]
    return values
