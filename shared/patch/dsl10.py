"""Import of Patch DSL 1.0 documents: one, a list, or a map `objects` for several entities.

Whatever is not understood is refused with the reason and its place; nothing is dropped silently. Who made a document
and when goes into the module's description.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from shared.patch.dsl10_fields import FIELD_KEYS, to_field
from shared.patch.dsl10_order import ordered
from shared.patch.errors import Problem, Refusal, escape, nearest
from shared.patch.parsing import parse
from shared.patch.patch import Patch
from shared.patch.plain import as_list, as_object, refuse_unplain

_KEYS = frozenset(
    (
        *("version", "patchId", "timestamp", "actor", "scope", "operation", "target", "payload"),
        *("dependsOn", "description", "objects"),
    )
)
_DEPTH_MAX = 32


@dataclass(slots=True)
class _Found:
    operations: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    # For every operation, where in the source it comes from.
    places: list[str] = field(default_factory=list[str])
    problems: list[Problem] = field(default_factory=list[Problem])


def import_dsl10(document: Any, name: str | None = None, title: dict[str, str] | None = None) -> Patch:
    """The patch that the documents make. Raises Refusal with all problems, their pointers into `document`."""
    refuse_unplain(document, _DEPTH_MAX)
    placed = _documents(document)
    if not placed:
        raise Refusal("dsl10_empty")
    found = _Found()
    for pointer, one in placed:
        found.problems += _shape(one, pointer)
    if found.problems:
        raise Refusal.of(found.problems)
    placed = ordered(placed)
    for pointer, one in placed:
        _read(one, pointer, found)
    if found.problems:
        raise Refusal.of(found.problems)
    return _patch(found, [one for _, one in placed], name, title)


def _documents(document: Any) -> list[tuple[str, dict[str, Any]]]:
    items = as_list(document)
    if items is None:
        items, prefix = [document], False
    else:
        prefix = True
    found: list[tuple[str, dict[str, Any]]] = []
    for number, one in enumerate(items):
        pointer, inner = f"/{number}" if prefix else "", as_object(one)
        if inner is None:
            raise Refusal("dsl10_not_document", pointer, {"reason": "an object is needed"})
        found.append((pointer, inner))
    return found


def _shape(document: dict[str, Any], pointer: str) -> Iterator[Problem]:
    if document.get("version") != "1.0":
        yield Problem("dsl10_not_document", f"{pointer}/version", {"reason": 'version must be "1.0"'}, "1.0")
    for key in sorted(document.keys() - _KEYS):
        params = {"key": key, "known": sorted(_KEYS)}
        yield Problem("key_unknown", pointer + escape(key), params, nearest(key, _KEYS))
    if "objects" in document:
        return
    for key in ("scope", "operation", "target", "payload"):
        if key not in document:
            yield Problem("key_missing", pointer + escape(key), {"key": key})
    if "target" in document and as_object(document["target"]) is None:
        yield Problem("dsl10_not_document", f"{pointer}/target", {"reason": "target must be an object"})


def _read(document: dict[str, Any], pointer: str, found: _Found) -> None:
    if "objects" in document:
        _read_objects(document, pointer, found)
        if "target" not in document:
            return
    target = as_object(document["target"]) or {}
    scope, operation, kind = document["scope"], document["operation"], target.get("type")
    if (scope, operation) != ("object", "add") or kind not in ("object", "field"):
        params = {"scope": scope, "operation": operation, "type": kind}
        found.problems.append(Problem("dsl10_unsupported", f"{pointer}/operation", params))
        return
    for key in sorted(target.keys() - {"type", "identifier", "path"}):
        params = {"key": key, "known": ["identifier", "path", "type"]}
        found.problems.append(Problem("key_unknown", f"{pointer}/target{escape(key)}", params))
    entity, _, name = str(target.get("identifier", "")).partition(".")
    path = str(target.get("path") or "").strip("/").replace(".", "/").removeprefix("fields").strip("/")
    if "/" in path or (name and path and name != path):
        params = {"key": "path", "field": entity}
        found.problems.append(Problem("dsl10_key", f"{pointer}/target/path", params))
        return
    for place, one in _fields(document["payload"], f"{pointer}/payload", found):
        _add(entity, one, name or path, place, found)


def _read_objects(document: dict[str, Any], pointer: str, found: _Found) -> None:
    objects = as_object(document["objects"])
    if objects is None:
        reason = {"reason": "`objects` must map entities to their fields"}
        found.problems.append(Problem("dsl10_not_document", f"{pointer}/objects", reason))
        return
    for entity, payload in objects.items():
        place = f"{pointer}/objects{escape(entity)}"
        for inner, one in _fields(payload, place, found):
            _add(entity, one, "", inner, found)


def _fields(payload: Any, pointer: str, found: _Found) -> Iterator[tuple[str, Any]]:
    """A field itself, `{field: …}`, `{fields: [...]}` or `{fields: {name: …}}`, or a list of fields."""
    inner = as_object(payload)
    if inner is None and as_list(payload) is None:
        found.problems.append(Problem("dsl10_not_document", pointer, {"reason": "payload must describe a field"}))
    elif inner is not None and "fields" not in inner and "field" not in inner:
        yield pointer, inner
    elif inner is not None:
        for key in sorted(inner.keys() - {"field", "fields"}):
            found.problems.append(Problem("dsl10_key", pointer + escape(key), {"key": key, "field": "payload"}))
        for key in ("field", "fields"):
            if key in inner:
                yield from _each(inner[key], f"{pointer}/{key}")
    else:
        yield from _each(payload, pointer)


def _each(fields: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    inner, items = as_object(fields), as_list(fields)
    if items is not None:
        yield from ((f"{pointer}/{number}", one) for number, one in enumerate(items))
    elif inner is None or inner.keys() & FIELD_KEYS:
        yield pointer, fields
    else:
        for name, one in inner.items():
            described = as_object(one)
            yield pointer + escape(name), one if described is None else {"name": name, **described}


def _add(entity: str, described: Any, name: str, pointer: str, found: _Found) -> None:
    definition, problems = to_field(described, name)
    found.problems += [problem.under(pointer) for problem in problems]
    found.operations.append({"op": "add_field", "entity": entity, "field": definition})
    found.places.append(pointer)


def _patch(found: _Found, documents: list[dict[str, Any]], name: str | None, title: dict[str, str] | None) -> Patch:
    first = str(documents[0].get("patchId") or "imported")
    said = next((str(one["description"]) for one in documents if one.get("description")), first)[:200]
    module = {
        "name": name or _slug(first),
        "title": title or {"en": said, "zh": said},
        "description": _origin(documents),
    }
    try:
        return parse({"patch": "1", "module": module, "operations": found.operations})
    except Refusal as refusal:
        raise Refusal.of([_placed(problem, found.places) for problem in refusal.problems]) from None


def _placed(problem: Problem, places: list[str]) -> Problem:
    """The problem at its place in the source."""
    match = re.fullmatch(r"/operations/([0-9]+)(?:/field)?(.*)", problem.pointer)
    if match is None:
        return problem
    return Problem(problem.code, places[int(match.group(1))] + match.group(2), problem.params, problem.suggestion)


def _slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:48]
    return slug if slug and slug[0].isalpha() else f"imported_{slug}".rstrip("_")[:48]


def _origin(documents: list[dict[str, Any]]) -> str:
    lines = ["Imported from Patch DSL 1.0."]
    for one in documents:
        told = [str(one[key]) for key in ("patchId", "actor", "timestamp", "description") if one.get(key)]
        lines += [" · ".join(told)] if told else []
    return "\n".join(lines)[:4000]
