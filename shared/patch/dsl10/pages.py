"""Scope `page` of Patch DSL 1.0: an entity's list, form and timeline, and what stands on them."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.patch.canonical import document
from shared.patch.dsl10.components import NAMES, held, names_of, widget
from shared.patch.dsl10.draft import Step, first
from shared.patch.errors import Problem, nearest
from shared.patch.plain import as_object

# Under which key each kind holds the fields that it shows.
_HELD = {"list": "columns", "form": "fields", "timeline": "details"}
_KINDS = {"list": "list", "table": "list", "form": "form", "detail": "form", "timeline": "timeline"}
_PAGE_KEYS = (("type", "kind"), ("object", "entity"), ("columns", "fields", "components"), ("sort", "orderBy"))
_TIMELINE_KEYS = ("parent", "time", "title", "details")
_ORDER_KEYS = ("order", "columns", "fields", "components")
_MOVES = ("after", "before", "position", "index")
_UNKNOWN = "what is there now is not known here; import it with the CRM at hand"


def reorder_form(step: Step) -> None:
    """The order of an entity's fields is the order of its form."""
    _reorder(step, "form")


def _set(step: Step) -> None:
    parts, kind = step.parts, _kind(step)
    if kind is None:
        return
    step.refuse_strange(parts, (*_PAGE_KEYS, *(_TIMELINE_KEYS if kind == "timeline" else ())))
    page: dict[str, Any] = {"kind": kind}
    key, components = held(parts)
    if key:
        page[_HELD[kind]] = names_of(step, components, f"/{key}")
    page |= {name: parts[name] for name in _TIMELINE_KEYS if name in parts and kind == "timeline"}
    sort = first(parts, "sort", "orderBy")
    if sort is not None:
        page["sort"] = sort
    present = _present(step, kind) if step.operation == "update" else None
    step.put("set_page", entity=_entity(step), page={**(present or {}), **page})


def _remove(step: Step) -> None:
    step.refuse_strange(step.parts, (("type", "kind"), ("object", "entity")))
    kind = _kind(step)
    if kind == "timeline":
        step.put("remove_part", entity=_entity(step), part={"kind": "page"})
    elif kind is not None:
        step.refuse("every entity has a list and a form; take what leads to it off the menu")


def _reorder_page(step: Step) -> None:
    kind = _kind(step)
    if kind is not None:
        _reorder(step, kind)


def _reorder(step: Step, kind: str) -> None:
    """A list of names comes first, the rest behind it; or one name moves."""
    parts, present = as_object(step.payload), _present(step, kind)
    shown = list((present or {}).get(_HELD[kind], []))
    if parts is not None and not any(key in parts for key in _ORDER_KEYS):
        _move(step, kind, step.path[-1] if step.path else "", parts)
        return
    key = next((one for one in _ORDER_KEYS if one in (parts or {})), "")
    step.refuse_strange(parts or {}, (key,))
    order = names_of(step, parts[key] if parts is not None else step.payload, f"/{key}" if key else "")
    page = {**(present or {"kind": kind}), _HELD[kind]: [*order, *(one for one in shown if one not in order)]}
    step.put("set_page", entity=_entity(step), page=page)


def _put_component(step: Step) -> None:
    parts, kind = step.parts, _component_kind(step)
    at_hand = {key: one for key, one in parts.items() if key in _MOVES}
    named = any(one in parts for one in NAMES) or not _inner(step)
    name = widget(step, parts if named else {"field": _inner(step), **parts}, "", _MOVES)
    if name is None:
        return
    if step.operation == "replace" and _inner(step) not in ("", name):
        _swap(step, kind, _inner(step), name)
        return
    _move(step, kind, name, at_hand, new=True)


def _remove_component(step: Step) -> None:
    step.refuse_strange(step.parts, ("type", "field"))
    kind, name = _component_kind(step), _inner(step) or str(step.parts.get("field", ""))
    page = _known(step, kind, name)
    if page is not None:
        page[_HELD[kind]] = [one for one in page[_HELD[kind]] if one != name]
        step.put("set_page", entity=_entity(step), page=page)


def _reorder_component(step: Step) -> None:
    _reorder(step, _component_kind(step))


def _swap(step: Step, kind: str, old: str, name: str) -> None:
    page = _known(step, kind, old)
    if page is not None:
        page[_HELD[kind]] = [name if one == old else one for one in page[_HELD[kind]] if one != name]
        step.put("set_page", entity=_entity(step), page=page)


def _move(step: Step, kind: str, name: str, parts: Mapping[str, Any], *, new: bool = False) -> None:
    """`name` behind or before another, at a position, or at the end."""
    step.refuse_strange(parts, (_MOVES,))
    page = _known(step, kind, "" if new else name)
    if page is None:
        return
    shown = [one for one in page[_HELD[kind]] if one != name]
    at, anchor = len(shown), first(parts, "after", "before")
    number = first(parts, "position", "index")
    if isinstance(number, int):
        at = max(0, number)
    elif number is not None:
        step.draft.refuse_document("a position must be a whole number", step.place)
    elif anchor in shown:
        at = shown.index(str(anchor)) + ("after" in parts)
    elif anchor is not None:
        where = "/after" if "after" in parts else "/before"
        step.draft.problems.append(_not_shown(step, kind, str(anchor), shown, step.place + where))
        return
    page[_HELD[kind]] = [*shown[:at], name, *shown[at:]]
    step.put("set_page", entity=_entity(step), page=page)


def _known(step: Step, kind: str, name: str) -> dict[str, Any] | None:
    """The page as it is, with `name` on it; else it is refused."""
    page = _present(step, kind)
    if page is None:
        step.refuse(_UNKNOWN)
        return None
    shown = page.setdefault(_HELD[kind], [])
    if name and name not in shown:
        step.draft.problems.append(_not_shown(step, kind, name, shown, f"{step.pointer}/target"))
        return None
    return page


def _not_shown(step: Step, kind: str, name: str, shown: list[str], pointer: str) -> Problem:
    params = {"field": name, "page": kind, "entity": _entity(step), "known": shown}
    return Problem("dsl10_not_shown", pointer, params, nearest(name, shown))


def _present(step: Step, kind: str) -> dict[str, Any] | None:
    entity = step.draft.entity(_entity(step))
    page = next((one for one in entity.pages if one.kind == kind), None) if entity is not None else None
    return None if page is None else document(page)


def _entity(step: Step) -> str:
    return str(first(as_object(step.payload) or {}, "object", "entity") or step.name)


def _kind(step: Step) -> str | None:
    """Which of the three pages; refused when nothing says, or the payload says otherwise than the target."""
    parts = as_object(step.payload) or {}
    meant = next((_KINDS[one] for one in (step.kind, *step.path) if one in _KINDS), None)
    said = first(parts, "type", "kind")
    kind = meant if said is None else _KINDS.get(str(said))
    if kind is not None and meant in (None, kind):
        return kind
    place = f"{step.pointer}/target/type" if said is None else f"{step.place}/{'type' if 'type' in parts else 'kind'}"
    params = {"key": "type", "value": str(said or step.kind), "known": list(_KINDS)}
    step.draft.problems.append(Problem("dsl10_word", place, params, nearest(str(said), _KINDS)))
    return None


def _component_kind(step: Step) -> str:
    """The form, if the path does not name another page."""
    return next((_KINDS[one] for one in step.path if one in _KINDS), "form")


def _inner(step: Step) -> str:
    """What of the path names a field."""
    return next((one for one in step.path if one not in _KINDS), "")


_PAGE = {"add": _set, "update": _set, "replace": _set, "remove": _remove, "reorder": _reorder_page}
PAGES: Mapping[str, Mapping[str, Callable[[Step], None]]] = {
    **dict.fromkeys(("page", *_KINDS), _PAGE),
    "component": {
        "add": _put_component,
        "update": _put_component,
        "replace": _put_component,
        "remove": _remove_component,
        "reorder": _reorder_component,
    },
}
