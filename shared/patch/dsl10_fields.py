"""A field as Patch DSL 1.0 describes it, as a field of ours."""

from typing import Any

from shared.patch.errors import Problem, escape, nearest
from shared.patch.plain import as_list, as_object

TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "text"},
    "number": {"type": "decimal"},
    "email": {"type": "text", "format": "email"},
    "select": {"type": "enum"},
    "checkbox": {"type": "boolean"},
    "date": {"type": "date"},
    "datetime": {"type": "datetime"},
    "textarea": {"type": "long_text"},
    "relation": {"type": "ref"},
}
_REFUSED = {
    "password": "a secret does not belong into a business record; let people sign in instead",
    "multiselect": "the language has no field of several choices yet; add one yes-or-no field per choice",
    "file": "the language has no file field yet; add a text field of format url",
}
_NAMES = ("name", "key", "id", "identifier")
# Their key, ours.
_PLAIN = {
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
    "target": "target",
    "relatedObject": "target",
    "reference": "target",
    "onDelete": "on_delete",
}
_TEXTS = {"label": "label", "description": "help", "help": "help", "helpText": "help"}
FIELD_KEYS = frozenset((*_NAMES, *_PLAIN, *_TEXTS, "type", "options", "validation"))


def to_field(described: Any, name: str) -> tuple[dict[str, Any], list[Problem]]:
    """A definition for the language to check, and what of the description has no place in it."""
    inner = as_object(described)
    if inner is None:
        return {}, [Problem("dsl10_not_document", "", {"reason": "a field must be an object"})]
    inner = {**inner, **(as_object(inner.get("validation")) or {})}
    given = [str(inner[key]) for key in _NAMES if key in inner]
    called = next(iter(given), name)
    problems: list[Problem] = []
    if len({*given, *([name] if name else [])}) > 1:
        problems.append(Problem("dsl10_key", "/name", {"key": "name", "field": called}))
    kind = str(inner.get("type", ""))
    if kind not in TYPES:
        reason = _REFUSED.get(kind, f"use one of: {', '.join(TYPES)}")
        params = {"type": kind, "field": called, "reason": reason}
        return {}, [*problems, Problem("dsl10_field_type", "/type", params, nearest(kind, TYPES))]
    definition: dict[str, Any] = {**TYPES[kind], "name": called}
    for key, value in inner.items():
        if key in _PLAIN:
            definition[_PLAIN[key]] = value
        elif key in _TEXTS:
            definition[_TEXTS[key]] = _text(value)
        elif key == "options":
            definition["options"] = [_option(one) for one in as_list(value) or ()]
        elif key not in FIELD_KEYS:
            problems.append(Problem("dsl10_key", escape(key), {"key": key, "field": called}))
    return definition, problems


def _text(value: Any) -> Any:
    """One language stands for both; `{en, zh}` is taken as it is."""
    return {"en": value, "zh": value} if isinstance(value, str) else value


def _option(value: Any) -> Any:
    inner = as_object(value)
    if inner is None:
        return {"value": value}
    return {name: _text(one) if name == "label" else one for name, one in inner.items()}
