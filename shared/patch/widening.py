"""Which definition may take the place of which: every stored value must have exactly one reading in the new one."""

from typing import Any, get_args

from shared.patch.definition import room
from shared.patch.errors import Problem, Refusal
from shared.patch.fields import (
    DecimalField,
    EnumField,
    Field,
    IntegerField,
    ManyToManyField,
    MoneyField,
    MultiEnumField,
    RefAnyField,
    RefField,
)
from shared.patch.text import Closed

# What becomes a date and a time, or a text from a number, would have several readings; a reference to one of several
# entities is kept otherwise than a reference to one.
WIDENINGS: dict[str, tuple[str, ...]] = {
    "text": ("long_text",),
    "enum": ("text", "long_text", "multi_enum"),
    "sequence": ("text", "long_text"),
    "integer": ("decimal", "money"),
    "money": ("decimal",),
}
# By which of its attributes a field is narrower than another.
_FLAGS = ("required", "unique", "read_only", "hidden")
_MEANINGS = ("on_delete", "computed")
_LEAST = ("min", "min_length")
_MOST = ("max", "max_length", "max_items", "max_bytes")
FIELD_MODELS: dict[str, type[Closed]] = {
    model.model_fields["type"].default: model for model in get_args(get_args(Field)[0])
}


def refuse_incompatible(before: Field, after: Field, pointer: str) -> None:
    """The column of `before` must be able to hold `after`, with every value that it has."""
    if problems := incompatible(before, after, pointer):
        raise Refusal.of(problems)


def incompatible(before: Field, after: Field, pointer: str) -> list[Problem]:
    name = before.name
    if before.type != after.type and after.type not in WIDENINGS.get(before.type, ()):
        allowed = WIDENINGS.get(before.type, ())
        params = {"field": name, "type": before.type, "to": after.type}
        return [Problem("type_incompatible", f"{pointer}/type", params, allowed[0] if allowed else None)]
    problems: list[Problem] = []
    match before, after:
        case (RefField(), RefField()) | (ManyToManyField(), ManyToManyField()) if before.target != after.target:
            params = {"field": name, "target": before.target, "to": after.target}
            problems.append(Problem("target_fixed", f"{pointer}/target", params, before.target))
        case RefAnyField(), RefAnyField() if gone := [one for one in before.targets if one not in after.targets]:
            params = {"field": name, "targets": gone}
            problems.append(Problem("targets_narrowed", f"{pointer}/targets", params))
        case IntegerField() | DecimalField() | MoneyField(), DecimalField():
            problems += _narrowed(before, after, pointer)
        case _:
            pass
    was, becomes = getattr(before, "computed", None), getattr(after, "computed", None)
    # People's values would be written over; the other way round, the last computed ones stay.
    if was is None and becomes is not None:
        problems.append(Problem("computed_overwrites", f"{pointer}/computed", {"field": name}))
    if was is not None and "computed" not in type(after).model_fields:
        problems.append(Problem("computed_type", f"{pointer}/type", {"field": name, "to": after.type}))
    return problems


def _narrowed(before: IntegerField | DecimalField | MoneyField, after: DecimalField, pointer: str) -> list[Problem]:
    (digits, scale), (room_digits, room_scale) = room(before), room(after)
    if room_digits >= digits and room_scale >= scale:
        return []
    params = {"field": before.name, "precision": digits + scale, "scale": scale}
    return [Problem("precision_narrowed", f"{pointer}/precision", params)]


def widened(before: Field, kind: str) -> dict[str, Any]:
    """The attributes of `before` that a field of type `kind` has too, and room for all its values; the rest at rest."""
    model = FIELD_MODELS[kind]
    values = {
        name: getattr(before, name, default.get_default(call_default_factory=True))
        for name, default in model.model_fields.items()
    }
    values["type"] = kind
    if kind != before.type and isinstance(before, IntegerField | MoneyField) and model is DecimalField:
        values["precision"] = room(before)[0] + values["scale"]
    if isinstance(before, EnumField) and model is MultiEnumField and before.default is not None:
        values["default"] = (before.default,)
    return values


def opens(before: Field, after: Field) -> bool:
    """People see or write what they did not."""
    return (before.hidden and not after.hidden) or (before.read_only and not after.read_only)


def narrows(before: Field, after: Field) -> bool:
    """Something that was allowed before is not any longer or is not seen, or stored values become others."""
    if before.type != after.type or any(getattr(after, flag) > getattr(before, flag) for flag in _FLAGS):
        return True

    def both(name: str) -> tuple[Any, Any]:
        return getattr(before, name, None), getattr(after, name, None)

    if any(old != new for old, new in map(both, _MEANINGS)):
        return True
    if any(new is not None and (old is None or new > old) for old, new in map(both, _LEAST)):
        return True
    if any(new is not None and (old is None or new < old) for old, new in map(both, _MOST)):
        return True
    # No format, and no media type, lets everything through.
    old, new = both("accept")
    return bool(new and (not old or not set(old) <= set(new))) or both("format")[1] not in (None, both("format")[0])
