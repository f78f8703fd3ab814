"""JSON Schema of the patch document: the full one, and the reduced one that language model providers accept.

Providers take only a subset: no `oneOf` with `discriminator`, no `format`, no `default` beside `$ref`, no property
called `required`. That property is `is_required` for them; `from_provider` turns their answer back. The full form
validates.
"""

from typing import Any

from shared.patch.canonical import TAGS
from shared.patch.patch import Patch
from shared.patch.plain import as_list, as_object

_DROPPED = frozenset(("default", "discriminator", "format", "propertyNames", "title"))
# What a model has no say in.
_KEPT_BACK = ("amends", "base")
_MAPS = frozenset(("$defs", "properties"))


def patch_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the whole document."""
    schema = Patch.model_json_schema()
    for model in schema["$defs"].values():
        _demand_tags(model)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def provider_schema() -> dict[str, Any]:
    """The same, within what providers accept."""
    schema = patch_schema()
    del schema["$schema"]
    for name in _KEPT_BACK:
        del schema["properties"][name]
    reduced = _reduced(schema)
    return {**reduced, "$defs": _reachable(reduced)}


def from_provider(document: Any) -> Any:
    """The document as the language has it; one that is so already comes back the same."""
    whole = as_object(document)
    if whole is None:
        return document
    operations = as_list(whole.get("operations"))
    return {**whole, "operations": [_renamed(one) for one in operations]} if operations is not None else document


def _renamed(part: Any) -> Any:
    inner, items = as_object(part), as_list(part)
    if items is not None:
        return [_renamed(one) for one in items]
    if inner is None:
        return part
    return {"required" if name == "is_required" else name: _renamed(one) for name, one in inner.items()}


def _demand_tags(model: dict[str, Any]) -> None:
    """Without its tag nobody can tell what a part is."""
    tags = [name for name in model.get("properties", {}) if name in TAGS and "const" in model["properties"][name]]
    if tags:
        model["required"] = sorted({*model.get("required", []), *tags})


def _reduced(schema: Any) -> Any:
    inner, items = as_object(schema), as_list(schema)
    if items is not None:
        return [_reduced(one) for one in items]
    if inner is None:
        return schema
    reduced: dict[str, Any] = {}
    for name, part in inner.items():
        if name in _MAPS:
            reduced[name] = {_property(one): _reduced(each) for one, each in part.items()}
        elif name == "required":
            reduced[name] = [_property(one) for one in part]
        elif name == "oneOf":
            reduced["anyOf"] = _reduced(part)
        elif name == "const":
            reduced["enum"] = [part]
        elif name not in _DROPPED:
            reduced[name] = _reduced(part)
    return reduced


def _property(name: str) -> str:
    return "is_required" if name == "required" else name


def _reachable(schema: dict[str, Any]) -> dict[str, Any]:
    """Only definitions that something refers to."""
    found: dict[str, Any] = {}
    waiting: list[Any] = [schema["properties"]]
    while waiting:
        part = waiting.pop()
        inner = as_object(part)
        waiting += inner.values() if inner is not None else as_list(part) or ()
        name = str((inner or {}).get("$ref", "")).removeprefix("#/$defs/")
        if name and name not in found:
            found[name] = schema["$defs"][name]
            waiting.append(found[name])
    return found
