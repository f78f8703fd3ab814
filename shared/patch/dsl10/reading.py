"""Import of Patch DSL 1.0 documents: one, a list, or a map `objects` for several entities.

Whatever is not understood is refused with the reason and its place; nothing is dropped silently. Who made a document
and when goes into the module's description.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.patch.dsl10.draft import Draft, Step
from shared.patch.dsl10.menus import MENUS
from shared.patch.dsl10.objects import OBJECTS, add_object
from shared.patch.dsl10.order import ordered
from shared.patch.dsl10.pages import PAGES
from shared.patch.dsl10.permissions import PERMISSIONS
from shared.patch.dsl10.states import STATES
from shared.patch.errors import Problem, Refusal, escape, nearest
from shared.patch.manifest import Manifest
from shared.patch.parsing import parse
from shared.patch.patch import OPERATIONS_MAX, Patch
from shared.patch.plain import as_list, as_object, refuse_unplain

_KEYS = frozenset(
    (
        *("version", "patchId", "timestamp", "actor", "scope", "operation", "target", "payload"),
        *("dependsOn", "description", "objects"),
    )
)
_DEPTH_MAX = 32
# scope → type of target → operation → who reads it.
_SCOPES: dict[str, Mapping[str, Mapping[str, Callable[[Step], None]]]] = {
    "object": OBJECTS,
    "page": PAGES,
    "permission": PERMISSIONS,
    "state": STATES,
    "menu": MENUS,
}
_OPERATIONS = ("add", "update", "remove", "reorder", "replace")
_ACTORS = ("ai", "human")
# Words for the kind of thing whose name follows.
_CONTAINERS = frozenset(("fields", "components", "columns", "states", "transitions", "pages", "permissions", "items"))


def import_dsl10(
    document: Any, name: str | None = None, title: dict[str, str] | None = None, manifest: Manifest | None = None
) -> Patch:
    """The patch that the documents make. Raises Refusal with all problems, their pointers into `document`.

    With `manifest`, the CRM that it is meant for, a full description of what is there already becomes a change of what
    is different, and a part of a page or machine is put into what the page or machine is now.
    """
    refuse_unplain(document, _DEPTH_MAX)
    placed = _documents(document)
    if not placed:
        raise Refusal("dsl10_empty")
    if len(placed) > OPERATIONS_MAX:
        raise Refusal("too_many_operations", "", {"count": len(placed), "limit": OPERATIONS_MAX})
    problems = [problem for pointer, one in placed for problem in _shape(one, pointer)]
    if problems:
        raise Refusal.of(problems)
    placed = ordered(placed)
    module = name or _slug(str(placed[0][1].get("patchId") or "imported"))
    draft = Draft(document, manifest, module)
    for pointer, one in placed:
        _read(one, pointer, draft)
    if draft.problems:
        raise Refusal.of(draft.problems)
    return _patch(draft, [one for _, one in placed], title)


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
    yield from _unknown(document, _KEYS, pointer)
    if "actor" in document and str(document["actor"]) not in _ACTORS:
        yield _word("actor", document["actor"], _ACTORS, pointer)
    if "objects" in document:
        if as_object(document["objects"]) is None:
            reason = {"reason": "`objects` must map entities to their fields"}
            yield Problem("dsl10_not_document", f"{pointer}/objects", reason)
        if "target" not in document:
            return
    yield from _words(document, pointer)


def _words(document: dict[str, Any], pointer: str) -> Iterator[Problem]:
    """The four keys that say what is asked for."""
    needed = ["scope", "operation", "target", *(["payload"] if document.get("operation") != "remove" else [])]
    for key in needed:
        if key not in document:
            yield Problem("key_missing", pointer + escape(key), {"key": key})
    for key, known in (("scope", tuple(_SCOPES)), ("operation", _OPERATIONS)):
        if key in document and str(document[key]) not in known:
            yield _word(key, document[key], known, pointer)
    target = as_object(document.get("target"))
    if target is not None:
        yield from _unknown(target, ("identifier", "path", "type"), f"{pointer}/target")
    elif "target" in document:
        yield Problem("dsl10_not_document", f"{pointer}/target", {"reason": "target must be an object"})


def _unknown(parts: Mapping[str, Any], known: Any, pointer: str) -> Iterator[Problem]:
    for key in sorted(parts.keys() - set(known)):
        params = {"key": key, "known": sorted(known)}
        yield Problem("key_unknown", pointer + escape(key), params, nearest(key, known))


def _word(key: str, value: Any, known: tuple[str, ...], pointer: str) -> Problem:
    params = {"key": key, "value": str(value)[:60], "known": list(known)}
    return Problem("dsl10_word", pointer + escape(key), params, nearest(str(value), known))


def _read(document: dict[str, Any], pointer: str, draft: Draft) -> None:
    for entity, payload in (as_object(document.get("objects")) or {}).items():
        add_object(draft, entity, payload, f"{pointer}/objects{escape(entity)}")
    if "target" not in document:
        return
    target = as_object(document["target"]) or {}
    kind, operation = str(target.get("type")), str(document["operation"])
    path = [one for one in re.split(r"[./]", str(target.get("path") or "")) if one]
    path = [*(one for one in path[:-1] if one not in _CONTAINERS), *path[-1:]]
    names = [one for one in str(target.get("identifier") or "").split(".") if one] + path
    step = Step(
        draft=draft,
        scope=str(document["scope"]),
        operation=operation,
        kind=kind,
        name=names[0] if names else "",
        path=tuple(names[1:]),
        payload=document.get("payload"),
        pointer=pointer,
    )
    kinds = _SCOPES[step.scope]
    if kind not in kinds:
        draft.problems.append(_word("type", kind, tuple(kinds), f"{pointer}/target"))
    elif operation not in kinds[kind]:
        step.refuse("it has no like in the language")
    elif not step.name:
        draft.problems.append(Problem("key_missing", f"{pointer}/target/identifier", {"key": "identifier"}))
    else:
        kinds[kind][operation](step)


def _patch(draft: Draft, documents: list[dict[str, Any]], title: dict[str, str] | None) -> Patch:
    said = next((str(one["description"]) for one in documents if one.get("description")), "")
    said = (said or str(documents[0].get("patchId") or "imported"))[:200]
    module = {"name": draft.module, "title": title or {"en": said, "zh": said}, "description": _origin(documents)}
    try:
        return parse({"patch": "1", "module": module, "operations": draft.operations})
    except Refusal as refusal:
        raise Refusal.of([draft.placed(problem) for problem in refusal.problems]) from None


def _slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:48]
    return slug if slug and slug[0].isalpha() else f"imported_{slug}".rstrip("_")[:48]


def _origin(documents: list[dict[str, Any]]) -> str:
    lines = ["Imported from Patch DSL 1.0."]
    for one in documents:
        told = [str(one[key]) for key in ("patchId", "actor", "timestamp", "description") if one.get(key)]
        lines += [" · ".join(told)] if told else []
    return "\n".join(lines)[:4000]
