"""A field as Patch DSL 1.0 describes it, as a field of ours."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.patch.errors import Problem, escape, nearest
from shared.patch.plain import as_list, as_object

TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "text"},
    "number": {"type": "decimal"},
    "email": {"type": "text", "format": "email"},
    "select": {"type": "enum"},
    "multiselect": {"type": "multi_enum"},
    "checkbox": {"type": "boolean"},
    "date": {"type": "date"},
    "datetime": {"type": "datetime"},
    "textarea": {"type": "long_text"},
    "relation": {"type": "ref"},
    "file": {"type": "file"},
}
_REFUSED = {"password": "a secret does not belong into a business record; let people sign in instead"}
_NAMES = ("name", "key", "id", "identifier")
# Their key, ours.
OUR_NAMES = {
    "required": "required",
    "unique": "unique",
    "readOnly": "read_only",
    "readonly": "read_only",
    "hidden": "hidden",
    "default": "default",
    "defaultValue": "default",
    "min": "min",
    "max": "max",
    "minLength": "min_length",
    "maxLength": "max_length",
    "precision": "precision",
    "scale": "scale",
    "maxItems": "max_items",
    "maxSize": "max_bytes",
    "accept": "accept",
    "target": "target",
    "relatedObject": "target",
    "reference": "target",
    "onDelete": "on_delete",
    "label": "label",
    "description": "help",
    "help": "help",
    "helpText": "help",
    "options": "options",
    "type": "type",
}
_TEXTS = frozenset(("label", "help"))
# What a field says besides what it is: where it stands.
PLACES = frozenset(("after", "showInList"))
FIELD_KEYS = frozenset((*_NAMES, *OUR_NAMES, *PLACES, "multiple", "validation"))


def to_field(described: Any, name: str) -> tuple[dict[str, Any], list[Problem]]:
    """A definition for the language to check, and what of the description has no place in it."""
    inner = flat(described)
    if inner is None:
        return {}, [Problem("dsl10_not_document", "", {"reason": "a field must be an object"})]
    called, problems = name_of(inner, name)
    kind = str(inner.get("type", ""))
    problems += type_problems(inner, called)
    if problems and problems[-1].code == "dsl10_field_type":
        return {}, problems
    told = attributes(inner)
    if kind == "relation" and inner.get("multiple") is True:
        told["type"] = "many_to_many"
    return {**TYPES[kind], **told, "name": called}, [*problems, *strange(inner, called)]


def flat(described: Any) -> dict[str, Any] | None:
    """The description with what stands under `validation` beside the rest."""
    inner = as_object(described)
    return None if inner is None else {**(as_object(inner.get("validation")) or {}), **inner}


def name_of(inner: Mapping[str, Any], name: str) -> tuple[str, list[Problem]]:
    """What the field is called; a problem when two places disagree."""
    given = [str(inner[key]) for key in _NAMES if key in inner]
    called = next(iter(given), name)
    if len({*given, *([name] if name else [])}) > 1:
        return called, [Problem("dsl10_key", "/name", {"key": "name", "field": called})]
    return called, []


def type_problems(inner: Mapping[str, Any], called: str) -> list[Problem]:
    kind = str(inner.get("type", ""))
    if kind in TYPES:
        return []
    reason = _REFUSED.get(kind, f"use one of: {', '.join(TYPES)}")
    return [
        Problem("dsl10_field_type", "/type", {"type": kind, "field": called, "reason": reason}, nearest(kind, TYPES))
    ]


def attributes(inner: Mapping[str, Any]) -> dict[str, Any]:
    """Everything said of the field but its name, in our words."""
    told: dict[str, Any] = {}
    for key, value in inner.items():
        ours = OUR_NAMES.get(key)
        if ours == "type":
            told |= TYPES.get(str(value), {})
        elif ours == "options":
            options = as_list(value)
            told["options"] = value if options is None else [_option(one) for one in options]
        elif ours is not None:
            told[ours] = text(value) if ours in _TEXTS else value
    return told


def strange(inner: Mapping[str, Any], called: str) -> Iterator[Problem]:
    """Keys without a place here, and those that say again, otherwise, what another says."""
    bounds = as_object(inner.get("validation"))
    if bounds is None and "validation" in inner:
        yield Problem("dsl10_key", "/validation", {"key": "validation", "field": called})
    for key in bounds or ():
        if inner[key] != (bounds or {})[key]:
            yield Problem("dsl10_key", f"/validation{escape(key)}", {"key": key, "field": called})
    said: set[str] = set()
    for key in inner:
        if key not in FIELD_KEYS:
            yield Problem("dsl10_key", escape(key), {"key": key, "field": called}, nearest(key, FIELD_KEYS))
        elif OUR_NAMES.get(key) in said:
            yield Problem("dsl10_key", escape(key), {"key": key, "field": called})
        said |= {OUR_NAMES[key]} if key in OUR_NAMES else set()
    if inner.get("multiple") not in (None, False) and (inner["multiple"], inner.get("type")) != (True, "relation"):
        yield Problem("dsl10_key", "/multiple", {"key": "multiple", "field": called})


def text(value: Any) -> Any:
    """One language stands for both; `{en, zh}` is taken as it is."""
    return {"en": value, "zh": value} if isinstance(value, str) else value


def _option(value: Any) -> Any:
    inner = as_object(value)
    if inner is None:
        return {"value": value}
    return {name: text(one) if name == "label" else one for name, one in inner.items()}
