"""The patch document as language model providers take it: a smaller schema, and documents to and from its form.

Providers accept only a subset of JSON Schema, each another. So the reduced form has no `oneOf` with `discriminator`, no
`const`, `format`, `patternProperties` or `default`, nothing beside `$ref`, a `type` beside every `enum`, and:

- the property `required` is called `is_required`;
- a map whose values have a shape (`lookups`, `sets`, the `values` of an action) is a list of `{"name", "value"}`. Maps
  of free values (the `values` and `expect` of a scenario's step, of a seed) stay objects that may hold anything;
- what has no say in meaning is left out: titles, the pattern of names, `null` where it says the same as leaving it out,
  all but the first paragraph of a description.

The full form validates: what the reduced one lets through is refused there, with its place.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, get_args

from shared.patch.canonical import TAGS
from shared.patch.fields import Field, LineField
from shared.patch.plain import as_list, as_object
from shared.patch.schema import patch_schema
from shared.patch.text import IDENTIFIER

_DROPPED = frozenset(("$schema", "default", "discriminator", "format", "propertyNames", "title", "maxProperties"))
# What a model has no say in.
_KEPT_BACK = ("amends", "base")
# Here `null` takes something away, and leaving it out keeps it.
_NULL_SPEAKS = frozenset(("FieldChanges",))
# Said in several places, so named once.
_UNIONS = {"Field": Field, "LineField": LineField}
_EXPRESSION_LENGTH = 2000
_ENTRY = ("name", "value")
_REF = "#/$defs/"


def provider_schema() -> dict[str, Any]:
    """The schema of the reduced form; a model pays for it with every request, at about four characters a token."""
    whole = {name: one for name, one in _whole().items() if name != "$defs"}
    whole["properties"] = {name: one for name, one in whole["properties"].items() if name not in _KEPT_BACK}
    models = _whole()["$defs"].items()
    reduced = {name: _reduced(one, null_speaks=name in _NULL_SPEAKS) for name, one in models}
    reduced |= {name: {"anyOf": [{"$ref": one} for one in refs]} for name, refs in _unions().items()}
    top = _reduced(whole)
    return {**top, "$defs": _reachable(top, reduced)}


def from_provider(document: Any) -> Any:
    """The document as the language has it; one that is so already comes back the same."""
    return _turned(document, _whole(), _from)


def to_provider(document: Any) -> Any:
    """The plain form of a patch as a model would write it."""
    return _turned(document, _whole(), _to)


@cache
def _whole() -> dict[str, Any]:
    return patch_schema()


@cache
def _unions() -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(f"{_REF}{member.__name__}" for member in get_args(get_args(union)[0]))
        for name, union in _UNIONS.items()
    }


def _reduced(schema: dict[str, Any], *, null_speaks: bool = False) -> dict[str, Any]:
    """One schema and everything in it."""

    def inner(part: dict[str, Any]) -> dict[str, Any]:
        return _reduced(part, null_speaks=null_speaks)

    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    if (branches := schema.get("oneOf", schema.get("anyOf"))) is not None:
        return _choice([inner(one) for one in branches], null_speaks=null_speaks)
    if "patternProperties" in schema:
        return _map(next(iter(schema["patternProperties"].values())), inner)
    reduced = _plain(schema)
    if "items" in reduced:
        reduced["items"] = inner(reduced["items"])
    if "properties" in reduced:
        reduced["properties"] = {_theirs(name): inner(one) for name, one in reduced["properties"].items()}
        reduced["required"] = [_theirs(name) for name in reduced.get("required", [])]
    return reduced


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """The keywords that stay, of one schema without those inside it."""
    reduced = {name: part for name, part in schema.items() if name not in _DROPPED}
    if "const" in reduced:
        reduced["enum"] = [reduced.pop("const")]
    if reduced.get("pattern") == IDENTIFIER:
        del reduced["pattern"]
    if reduced.get("maxLength") == _EXPRESSION_LENGTH:
        del reduced["maxLength"], reduced["minLength"]
    if "description" in reduced:
        # What follows the first paragraph is for people who read the reference.
        reduced["description"] = " ".join(reduced["description"].split("\n\n")[0].split())
    return reduced


def _choice(branches: list[dict[str, Any]], *, null_speaks: bool) -> dict[str, Any]:
    if not null_speaks:
        branches = [one for one in branches if one.get("type") != "null"]
    refs = tuple(one.get("$ref") for one in branches)
    named = next((name for name, union in _unions().items() if union == refs), None)
    if named is not None:
        return {"$ref": f"{_REF}{named}"}
    return branches[0] if len(branches) == 1 else {"anyOf": branches}


def _map(values: dict[str, Any], inner: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    if not values:
        return {"type": "object", "additionalProperties": True}
    parts = {"name": {"type": "string"}, "value": inner(values)}
    entry = {"type": "object", "properties": parts, "required": [*_ENTRY], "additionalProperties": False}
    return {"type": "array", "items": entry}


def _theirs(name: str) -> str:
    return "is_required" if name == "required" else name


def _reachable(top: dict[str, Any], models: dict[str, Any]) -> dict[str, Any]:
    """Only definitions that something refers to."""
    found: dict[str, Any] = {}
    waiting: list[Any] = [top]
    while waiting:
        part = waiting.pop()
        inner = as_object(part)
        waiting += inner.values() if inner is not None else as_list(part) or ()
        name = str((inner or {}).get("$ref", "")).removeprefix(_REF)
        if name and name not in found:
            found[name] = models[name]
            waiting.append(found[name])
    return found


Turn = Callable[[Any, dict[str, Any]], Any]


def _turned(value: Any, schema: dict[str, Any], turn: Turn) -> Any:
    """`value` in the other form, read along the full schema; what fits nothing there stays for the parser to refuse."""
    schema = _meant(schema, value)
    if not schema:
        return value
    items = as_list(value)
    if "patternProperties" in schema:
        values = next(iter(schema["patternProperties"].values()))
        return turn(value, values) if values else value
    if items is not None:
        return [_turned(one, schema.get("items", {}), turn) for one in items]
    inner, known = as_object(value), schema.get("properties", {})
    if inner is None or not known:
        return value
    return {_named(name, known, turn): _turned(one, known.get(_ours(name), {}), turn) for name, one in inner.items()}


def _from(value: Any, values: dict[str, Any]) -> Any:
    """A list of entries as a map, if it is one."""
    parts, items = as_object(value), as_list(value)
    if items is not None:
        entries = [as_object(one) or {} for one in items]
        parts = {str(one["name"]): one["value"] for one in entries if one.keys() == {*_ENTRY}}
        if len(parts) < len(entries):
            return value
    return value if parts is None else {name: _turned(one, values, _from) for name, one in parts.items()}


def _to(value: Any, values: dict[str, Any]) -> Any:
    parts = as_object(value) or {}
    return [{"name": name, "value": _turned(one, values, _to)} for name, one in parts.items()]


def _named(name: str, known: dict[str, Any], turn: Turn) -> str:
    if turn is _to:
        return _theirs(name) if name in known else name
    return _ours(name) if _ours(name) in known else name


def _ours(name: str) -> str:
    return "required" if name == "is_required" else name


def _meant(schema: dict[str, Any], value: Any) -> dict[str, Any]:
    """The schema behind references and choices that speaks of `value`."""
    while True:
        if "$ref" in schema:
            schema = _whole()["$defs"][schema["$ref"].removeprefix(_REF)]
            continue
        branches: list[dict[str, Any]] = schema.get("oneOf", schema.get("anyOf", []))
        if not branches:
            return schema
        fitting = [one for one in map(_resolved, branches) if _fits(one, value)]
        if not fitting:
            return {}
        schema = fitting[0]


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    return _whole()["$defs"][schema["$ref"].removeprefix(_REF)] if "$ref" in schema else schema


def _fits(schema: dict[str, Any], value: Any) -> bool:
    """Whether its tags say so; a map or a list may come in either form."""
    inner = as_object(value)
    if inner is None:
        return as_list(value) is not None and ("items" in schema or "patternProperties" in schema)
    tags = {name: one for name, one in schema.get("properties", {}).items() if name in TAGS}
    may_be = {name: one.get("enum", [one.get("const")]) for name, one in tags.items() if {"enum", "const"} & one.keys()}
    return schema.get("type") == "object" and all(inner.get(name) in values for name, values in may_be.items())
