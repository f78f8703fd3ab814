"""What pydantic found, told in our own codes: JSON pointers without union tags, and what was probably meant."""

from collections.abc import Iterable, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from shared.patch.canonical import TAGS
from shared.patch.errors import Problem, escape, nearest
from shared.patch.plain import as_list, as_object
from shared.patch.text import IDENTIFIER

_TAG_CODES = {
    "op": "op_unknown",
    "type": "type_unknown",
    "kind": "kind_unknown",
    "step": "step_unknown",
    "action": "action_unknown",
}
# Raised by our own validators, under our own codes.
_OURS = frozenset(
    (
        "alias_taken",
        "alias_unknown",
        "changes_nothing",
        "field_without_fails",
        "name_reserved",
        "scenario_taken",
        "two_outcomes",
    )
)


def problems_of(error: ValidationError, document: Any, model: type[BaseModel]) -> list[Problem]:
    """A problem per finding, each at its place in `document`."""
    found = [dict(one) for one in error.errors(include_url=False)]
    return [_problem(one, document, model) for one in found if not _follows(one, found)]


def _follows(one: dict[str, Any], found: list[dict[str, Any]]) -> bool:
    """A list is also found too short because of the parts of it that do not fit."""
    place: tuple[str | int, ...] = one["loc"]
    if one["type"] != "too_short":
        return False
    return any(other["loc"] != place and other["loc"][: len(place)] == place for other in found)


def _problem(found: dict[str, Any], document: Any, model: type[BaseModel]) -> Problem:
    place: tuple[str | int, ...] = found["loc"]
    context: dict[str, Any] = found.get("ctx", {})
    pointer, key = _pointer(place, document), str(place[-1]) if place else ""
    params: dict[str, Any] = {"reason": found["msg"], "value": _shortened(found["input"])}
    match found["type"]:
        case "missing":
            problem = Problem("key_missing", pointer, {"key": key})
        case "extra_forbidden":
            known = _keys(place, model)
            problem = Problem("key_unknown", pointer, {"key": key, "known": known}, nearest(key, known))
        case "union_tag_not_found":
            problem = Problem("key_missing", pointer, {"key": _unquoted(context["discriminator"])})
        case "union_tag_invalid":
            problem = _tag(context, pointer)
        case "string_pattern_mismatch" if context.get("pattern") == IDENTIFIER:
            problem = Problem("name_invalid", pointer, {"name": params["value"]})
        case kind if kind in _OURS:
            problem = Problem(kind, pointer, context)
        case _:
            problem = Problem("value_invalid", pointer, params)
    return problem


def _tag(context: dict[str, Any], pointer: str) -> Problem:
    discriminator, tag = _unquoted(context["discriminator"]), str(context["tag"])
    known = [_unquoted(one) for one in str(context["expected_tags"]).split(", ")]
    params = {"name": _shortened(tag), "known": known}
    return Problem(_TAG_CODES[discriminator], pointer + escape(discriminator), params, nearest(tag, known))


def _pointer(place: Sequence[str | int], document: Any) -> str:
    """The place without the union tags that pydantic puts into it."""
    pointer, here = "", document
    for number, part in enumerate(place):
        inner, items = as_object(here), as_list(here)
        if inner is not None and part in inner:
            here = inner[str(part)]
        elif items is not None and isinstance(part, int) and part < len(items):
            here = items[part]
        elif inner is None or number < len(place) - 1 or any(inner.get(tag) == part for tag in TAGS):
            continue
        pointer += escape(part)
    return pointer


def _keys(place: Sequence[str | int], model: type[BaseModel]) -> list[str]:
    """The keys that could stand where the unknown one does."""
    models: list[type[BaseModel]] = [model]
    for part in place[:-1]:
        tagged = [one for one in models if any(_tag_of(one, tag) == part for tag in TAGS)]
        inner = [one for holder in models for one in _inside(holder, part)]
        models = tagged or inner or models
    return sorted({field.alias or name for one in models for name, field in one.model_fields.items()})


def _inside(holder: type[BaseModel], part: str | int) -> Iterable[type[BaseModel]]:
    for name, field in holder.model_fields.items():
        if part in (name, field.alias):
            yield from _models(field.annotation)


def _models(annotation: Any) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _tag_of(model: type[BaseModel], tag: str) -> Any:
    return model.model_fields[tag].default if tag in model.model_fields else None


def _unquoted(text: Any) -> str:
    return str(text).strip("'")


def _shortened(value: Any) -> str:
    return str(value)[:60]
