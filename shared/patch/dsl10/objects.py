"""Scope `object` of Patch DSL 1.0: entities and their fields."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.patch.dsl10.changes import change
from shared.patch.dsl10.draft import Draft, Step, first
from shared.patch.dsl10.fields import FIELD_KEYS, text, to_field
from shared.patch.dsl10.pages import reorder_form
from shared.patch.errors import Problem, escape
from shared.patch.plain import as_list, as_object

_PLURALS = ("plural", "pluralLabel")
_TITLES = ("title", "titleField", "displayField")
_ENTITY_KEYS = (("name", "identifier"), "label", _PLURALS, _TITLES, "fields")
_UPDATE_KEYS = (("newName", "name"), "label", _PLURALS, "fields")


def add_object(draft: Draft, entity: str, payload: Any, place: str) -> None:
    """A new entity when the payload gives it a label or nobody knows it; else fields for the one that is there."""
    parts = as_object(payload)
    unknown = draft.manifest is not None and draft.entity(entity) is None
    is_field = parts is None or "type" in parts or "field" in parts
    if parts is None or is_field or not ("label" in parts or unknown):
        _add_fields(draft, entity, (), payload, place)
        return
    draft.refuse_strange(parts, _ENTITY_KEYS, place, entity)
    fields: list[dict[str, Any]] = []
    for pointer, one in _each(parts.get("fields", []), f"{place}/fields"):
        definition, problems = to_field(one, "")
        draft.problems += [problem.under(pointer) for problem in problems]
        fields.append(definition)
    told = {
        "label": text(parts.get("label", entity)),
        "plural": text(first(parts, *_PLURALS)),
        "title": first(parts, *_TITLES),
        "fields": fields,
    }
    given = {name: one for name, one in told.items() if one is not None}
    draft.put(place, "add_entity", entity=str(first(parts, "name", "identifier") or entity), **given)


def _add(step: Step) -> None:
    add_object(step.draft, step.name, step.payload, step.place)


def _update(step: Step) -> None:
    parts = step.parts
    step.refuse_strange(parts, _UPDATE_KEYS)
    texts = {"label": text(parts.get("label")), "plural": text(first(parts, *_PLURALS))}
    known = step.draft.entity(step.name)
    texts = {
        name: one for name, one in texts.items() if one and (known is None or getattr(known, name).model_dump() != one)
    }
    if texts:
        step.put("set_text", entity=step.name, **texts)
    for pointer, one in _each(parts.get("fields", []), f"{step.place}/fields"):
        name = str(first(as_object(one) or {}, "name", "key", "id", "identifier") or "")
        change(step, one, (name,), pointer)
    called = first(parts, "newName", "name")
    if called not in (None, step.name):
        step.put("rename_entity", entity=step.name, to=called)


def _remove(step: Step) -> None:
    step.refuse_strange(step.parts, ())
    step.put("remove_entity", entity=step.name)


def _replace(step: Step) -> None:
    step.refuse("an entity has records, so it is changed or removed but never exchanged")


def _add_field(step: Step) -> None:
    _add_fields(step.draft, step.name, step.path, step.payload, step.place)


def _change_field(step: Step) -> None:
    change(step, step.payload, step.path, step.place)


def _remove_field(step: Step) -> None:
    step.refuse_strange(step.parts, ())
    lines, name = _split(step.path)
    step.put("remove_field", entity=step.name, lines=lines, field=name)


def _add_fields(draft: Draft, entity: str, path: tuple[str, ...], payload: Any, place: str) -> None:
    for pointer, one in _fields(draft, payload, place):
        inner = as_object(one) or {}
        # Of `Order.items.discount` the last is the field, unless the payload names it and it stands for the lines.
        named = first(inner, "name", "key", "id", "identifier")
        lines, name = (path[0], "") if len(path) == 1 and _has_lines(draft, entity, path[0]) else _split(path)
        definition, problems = to_field(one, name if name or named is None else "")
        draft.problems += [problem.under(pointer) for problem in problems]
        told = {"lines": lines, "after": inner.get("after"), "list": inner.get("showInList") or None}
        parts = {key: value for key, value in told.items() if value is not None}
        draft.put(pointer, "add_field", entity=entity, field=definition, **parts)


def _has_lines(draft: Draft, entity: str, name: str) -> bool:
    known = draft.entity(entity)
    entry = known.visible_fields.get(name) if known is not None else None
    return entry is not None and entry.definition.type == "lines"


def _split(path: tuple[str, ...]) -> tuple[str | None, str]:
    """The lines field, if any, and the field."""
    path = tuple(dict.fromkeys(path))
    return (".".join(path[:-1]) or None, path[-1]) if path else (None, "")


def _fields(draft: Draft, payload: Any, place: str) -> Iterator[tuple[str, Any]]:
    """A field itself, a list of fields or a map of them by name, or one of these under `field` or `fields`."""
    inner = as_object(payload)
    if inner is None and as_list(payload) is None:
        draft.problems.append(Problem("dsl10_not_document", place, {"reason": "payload must describe a field"}))
    elif inner == {}:
        yield place, inner
    elif inner is None or ("fields" not in inner and "field" not in inner):
        yield from _each(payload, place)
    else:
        for key in sorted(inner.keys() - {"field", "fields"}):
            draft.problems.append(Problem("dsl10_key", place + escape(key), {"key": key, "field": "payload"}))
        for key in ("field", "fields"):
            if key in inner:
                yield from _each(inner[key], f"{place}/{key}")


def _each(fields: Any, place: str) -> Iterator[tuple[str, Any]]:
    inner, items = as_object(fields), as_list(fields)
    if items is not None:
        yield from ((f"{place}/{number}", one) for number, one in enumerate(items))
    elif inner is None or inner.keys() & FIELD_KEYS:
        yield place, fields
    else:
        for name, one in inner.items():
            described = as_object(one)
            yield place + escape(name), one if described is None else {"name": name, **described}


OBJECTS: Mapping[str, Mapping[str, Callable[[Step], None]]] = {
    "object": {"add": _add, "update": _update, "remove": _remove, "reorder": reorder_form, "replace": _replace},
    "field": {
        "add": _add_field,
        "update": _change_field,
        "remove": _remove_field,
        "reorder": reorder_form,
        "replace": _change_field,
    },
}
