"""What pydantic found, told in our own codes: JSON pointers without union tags, and what was probably meant."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from shared.patch.canonical import TAGS
from shared.patch.errors import PROBLEMS_MAX, Problem, bounded, escape, nearest
from shared.patch.plain import as_list, as_object
from shared.patch.sentences import SENTENCES
from shared.patch.text import IDENTIFIER

TAG_CODES = {
    "op": "op_unknown",
    "type": "type_unknown",
    "kind": "kind_unknown",
    "step": "step_unknown",
    "action": "action_unknown",
}
# By the finding: our code, and what holds the limit that was missed.
LIMITS = {
    "string_too_long": ("value_too_long", "max_length"),
    "string_too_short": ("value_too_short", "min_length"),
    "too_long": ("list_too_long", "max_length"),
    "too_short": ("list_too_short", "min_length"),
    "greater_than_equal": ("value_too_small", "ge"),
    "less_than_equal": ("value_too_large", "le"),
    "decimal_max_digits": ("digits_too_many", "max_digits"),
    "decimal_whole_digits": ("digits_too_many", "whole_digits"),
    "decimal_max_places": ("decimals_too_many", "decimal_places"),
}
# By how the finding begins: what is needed instead.
_EXPECTED = {
    "string": "a text",
    "int": "a whole number",
    "bool": "true or false",
    "decimal": "a number",
    "float": "a number",
    "finite": "a number",
    "tuple": "a list",
    "dict": "an object",
    "model": "an object",
    "datetime": "a date and time such as 2026-03-31T09:00:00Z",
    "date": "a date such as 2026-03-31",
    "time_delta": "a duration such as PT90M",
    "time": "a time such as 09:30:00",
}
# What one of several things that may stand somewhere is found not to be.
_NO_FIT = frozenset(("wrong_type", "value_unknown", "form_wrong"))
_BEGINS = re.compile(rf"({'|'.join(_EXPECTED)})_")
# By the pattern: the form that is asked for.
FORMS = {
    r"^[a-z][a-z0-9_]{0,47}$": "a small letter, then small letters, digits and _, at most 48",
    r"^[a-z][a-z0-9_]{0,59}$": "a small letter, then small letters, digits and _, at most 60",
    r"^[a-z][a-z0-9_]{0,79}$": "a small letter, then small letters, digits and _, at most 80",
    r"^[A-Za-z0-9][A-Za-z0-9_ -]{0,59}$": "letters, digits, spaces, _ and -, beginning with one of the first two",
    r"^[a-z]+/(\*|[a-z0-9][a-z0-9.+-]{0,79})$": "a media type such as image/png or image/*",
    r"^[A-Z0-9-]{0,12}$": "capital letters, digits and -, at most 12",
    r"^-?[A-Za-z][A-Za-z0-9_]{0,47}$": "the name of a field, with - before it for descending order",
    r"^[+-]?P[0-9DHMSTW.]+$": "a duration such as PT90M",
    r"^sha256:[0-9a-f]{64}$": "sha256: and 64 hexadecimal digits",
}


def problems_of(error: ValidationError, document: Any, model: type[BaseModel]) -> list[Problem]:
    """A problem per finding, each at its place in `document`."""
    found = [dict(one) for one in error.errors(include_url=False)]
    told = [one for one in found if not _follows(one)]
    problems = [_problem(one, document, model) for one in told[:PROBLEMS_MAX]]
    return list(_united(bounded(problems, len(told))))


def _follows(found: Mapping[str, Any]) -> bool:
    """A list is also found too short because of the parts of it that do not fit."""
    items = as_list(found["input"])
    return found["type"] == "too_short" and items is not None and len(items) >= found["ctx"]["min_length"]


def _united(problems: Iterable[Problem]) -> Iterator[Problem]:
    """One problem where a value is none of several things that may stand there."""
    for _, alike in groupby(problems, lambda one: (one.pointer, one.code in _NO_FIT or one.code)):
        first, *others = alike
        if not others or first.code not in _NO_FIT:
            yield from (first, *others)
        else:
            expected = [word for one in (first, *others) for word in _wanted(one)]
            params = {"value": first.params["value"], "expected": list(dict.fromkeys(expected))}
            yield Problem("wrong_type", first.pointer, params, first.suggestion)


def _wanted(problem: Problem) -> list[str]:
    known = problem.params.get("known")
    return known or [problem.params.get("expected") or problem.params["form"]]


def _problem(found: dict[str, Any], document: Any, model: type[BaseModel]) -> Problem:
    place: tuple[str | int, ...] = found["loc"]
    context: dict[str, Any] = found.get("ctx", {})
    pointer, key = _pointer(place, document, absent=found["type"] == "missing"), str(place[-1]) if place else ""
    match found["type"]:
        case "missing":
            return Problem("key_missing", pointer, {"key": key})
        case "extra_forbidden":
            known = _keys(place, model)
            return Problem("key_unknown", pointer, {"key": _shortened(key), "known": known}, nearest(key, known))
        case "union_tag_not_found":
            return Problem("key_missing", pointer, {"key": _unquoted(context["discriminator"])})
        case "union_tag_invalid":
            return _tag(context, pointer)
        case kind if kind in SENTENCES:
            return Problem(kind, pointer, context, context.pop("suggestion", None))
        case kind:
            return _misfit(kind, context, found, pointer)


def _misfit(kind: str, context: dict[str, Any], found: dict[str, Any], pointer: str) -> Problem:
    """A value that does not fit where it stands."""
    value = _shortened(found["input"])
    if kind in LIMITS:
        code, limit = LIMITS[kind]
        return Problem(code, pointer, {"value": value, "limit": _shortened(context[limit])})
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", context["expected"])
        return Problem("value_unknown", pointer, {"value": value, "known": known}, nearest(value, known))
    if kind == "string_pattern_mismatch":
        if context["pattern"] == IDENTIFIER:
            return Problem("name_invalid", pointer, {"name": value})
        return Problem(
            "form_wrong", pointer, {"value": value, "form": FORMS.get(context["pattern"], context["pattern"])}
        )
    if begins := _BEGINS.match(kind):
        return Problem("wrong_type", pointer, {"value": value, "expected": _EXPECTED[begins[1]]})
    return Problem("value_invalid", pointer, {"value": value, "reason": found["msg"]})


def _tag(context: dict[str, Any], pointer: str) -> Problem:
    discriminator, tag = _unquoted(context["discriminator"]), str(context["tag"])
    known = [_unquoted(one) for one in str(context["expected_tags"]).split(", ")]
    params = {"name": _shortened(tag), "known": known}
    return Problem(TAG_CODES[discriminator], pointer + escape(discriminator), params, nearest(tag, known))


def _pointer(place: Sequence[str | int], document: Any, *, absent: bool) -> str:
    """The place without the tags of unions and the names of types that pydantic puts into it.

    Nothing of it may be missing in the document, but for its last part where that is what is `absent`.
    """
    pointer, here = "", document
    for number, part in enumerate(place):
        inner, items = as_object(here), as_list(here)
        if inner is not None and part in inner:
            here = inner[str(part)]
        elif items is not None and isinstance(part, int) and part < len(items):
            here = items[part]
        elif not absent or inner is None or number < len(place) - 1:
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
    """What fits into a sentence."""
    if as_object(value) is not None or as_list(value) is not None:
        return "an object" if as_object(value) is not None else "a list"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)[:60]
