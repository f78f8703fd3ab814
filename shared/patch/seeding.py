"""What a seed may say: each value as somebody would send it to the engine, references by the names of other seeds."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.patch.bounds import Unfit, checker
from shared.patch.errors import Problem, nearest
from shared.patch.fields import Field, LineField, LinesField, ManyToManyField, RefAnyField, RefField
from shared.patch.plain import as_list, as_object
from shared.patch.readings import reader

# From a JSON value to something that is equal for equal values; raises Unfit.
Reading = Callable[[Any], Any]
# Why a value cannot be kept; with the limit that `Unfit` tells behind it, where there is one.
_REASONS = {
    "not_text": "it is no text",
    "not_an_integer": "it is no whole number",
    "not_a_number": "it is no number",
    "not_a_boolean": "it is neither true nor false",
    "not_a_date": "it is no date such as 2026-01-31",
    "not_a_datetime": "it has no time zone as in 2026-01-31T09:30:00Z",
    "not_a_time": "it is no time such as 09:30",
    "not_a_duration": "it is no span of time such as PT90M",
    "not_choices": "it is no list of options",
    "chosen_twice": "an option stands in it twice",
    "not_json": "it is no JSON object or list",
    "not_lines": "it is no list of lines",
    "not_seed": 'it is no seed such as {"$seed": "Territory.north"}',
    "not_seeds": "it is no list of seeds",
    "referred_twice": "a seed stands in it twice",
    "other_target": "it refers to records of another entity",
    "bad_format": "it is not written like its format",
    "a_file": "files are attached by people",
}
_LIMITS = {
    "too_long": ("its greatest length is", "max"),
    "too_short": ("its least length is", "min"),
    "too_small": ("the least is", "min"),
    "too_large": ("the greatest is", "max"),
    "too_many_decimals": ("its decimals are at most", "max"),
    "too_many_digits": ("its digits before the point are at most", "max"),
    "too_many_choices": ("its choices are at most", "max"),
    "too_many_bytes": ("its bytes are at most", "max"),
    "too_many_lines": ("its lines are at most", "max"),
    "too_many_references": ("its references are at most", "max"),
}


def fits(definition: Field, value: Any) -> Problem | None:
    """Why no seed can give this value to the field; None when one can."""
    try:
        reading(definition)(value)
    except Unfit as unfit:
        return misfit(definition, value, unfit)
    return None


def reading(definition: Field | LineField) -> Reading:
    """The check of one field, made once for many values. Lines are only found to be some: each is like a record."""
    match definition:
        case RefField(target=target):
            return lambda value: _reference(value, (target,))
        case RefAnyField(targets=targets):
            return lambda value: _reference(value, targets)
        case ManyToManyField():
            return lambda value: _references(value, definition)
        case LinesField():
            return lambda value: _lines(value, definition)
        case _ if definition.type == "file":
            return _refused
        case _:
            return _plain(definition)


def misfit(definition: Field, value: Any, unfit: Unfit) -> Problem:
    params = {"field": definition.name, "value": str(value)[:60]}
    if unfit.code == "not_an_option":
        known = unfit.params["options"]
        return Problem("option_unknown", "", {**params, "option": value, "known": known}, nearest(str(value), known))
    if unfit.code in _LIMITS:
        reason, limit = _LIMITS[unfit.code]
        return Problem("value_beyond", "", {**params, "reason": reason, "limit": unfit.params[limit]})
    return Problem("value_misfit", "", {**params, "reason": _REASONS[unfit.code]})


def seed_name(value: Any) -> tuple[str, str] | None:
    """Entity and name, if the value stands for the record of a seed."""
    inner = as_object(value)
    if inner is None or inner.keys() != {"$seed"}:
        return None
    entity, dot, name = str(inner["$seed"]).partition(".")
    return (entity, name) if dot and name else None


def referred(definition: Field | LineField, value: Any) -> Iterator[tuple[str, tuple[str, str]]]:
    """The seeds that a value stands for, each with the pointer to where it does."""
    match definition:
        case RefField() | RefAnyField():
            found = seed_name(value)
            if found is not None:
                yield "", found
        case ManyToManyField():
            for number, one in enumerate(as_list(value) or ()):
                found = seed_name(one)
                if found is not None:
                    yield f"/{number}", found
        case LinesField(fields=columns):
            references = [one for one in columns if isinstance(one, RefField)]
            for number, row in enumerate(as_list(value) or () if references else ()):
                for one in references:
                    inner = (as_object(row) or {}).get(one.name)
                    yield from ((f"/{number}/{one.name}", found) for _, found in referred(one, inner))
        case _:
            pass


def _plain(definition: Field | LineField) -> Reading:
    read, check = reader(definition), checker(definition)

    def plain(value: Any) -> Any:
        native = read(value)
        if native is not None:
            check(native)
        return native

    return plain


def _refused(_value: Any) -> Any:
    raise Unfit("a_file", {})


def _reference(value: Any, targets: tuple[str, ...]) -> tuple[str, str]:
    found = seed_name(value)
    if found is None:
        raise Unfit("not_seed", {})
    if found[0] not in targets:
        raise Unfit("other_target", {})
    return found


def _references(value: Any, definition: ManyToManyField) -> list[tuple[str, str]]:
    items = as_list(value)
    if items is None:
        raise Unfit("not_seeds", {})
    found = [_reference(one, (definition.target,)) for one in items]
    if len(set(found)) < len(found):
        raise Unfit("referred_twice", {})
    if len(found) > definition.max_items:
        raise Unfit("too_many_references", {"max": definition.max_items})
    return found


def _lines(value: Any, definition: LinesField) -> list[Mapping[str, Any]]:
    items = as_list(value)
    if items is None or any(as_object(row) is None for row in items):
        raise Unfit("not_lines", {})
    if len(items) > definition.max_items:
        raise Unfit("too_many_lines", {"max": definition.max_items})
    return [as_object(row) or {} for row in items]
