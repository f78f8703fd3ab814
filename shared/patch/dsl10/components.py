"""What stands on a page of Patch DSL 1.0, as names of fields: how a field is shown follows from its type."""

from typing import Any

from shared.patch.dsl10.draft import Step, first
from shared.patch.errors import Problem, escape, nearest
from shared.patch.plain import as_list, as_object

_TEXT = ("text", "long_text")
_NUMBER = ("integer", "decimal", "money")
_CHOICE = ("enum", "boolean", "ref")
# Their widget, the types of field that are shown so here; none: all.
_WIDGETS: dict[str, tuple[str, ...]] = {
    "field": (),
    "label": (),
    "textinput": (*_TEXT, *_NUMBER, "sequence"),
    "input": (*_TEXT, *_NUMBER, "sequence"),
    "text": (*_TEXT, *_NUMBER, "sequence"),
    "textarea": _TEXT,
    "number": _NUMBER,
    "numberinput": _NUMBER,
    "email": ("text",),
    "select": (*_CHOICE, "multi_enum"),
    "multiselect": ("multi_enum", "many_to_many"),
    "radio": _CHOICE,
    "checkbox": ("boolean",),
    "switch": ("boolean",),
    "date": ("date", "datetime"),
    "datepicker": ("date", "datetime"),
    "datetime": ("date", "datetime"),
    "datetimepicker": ("date", "datetime"),
    "relation": ("ref", "many_to_many", "ref_any"),
    "lookup": ("ref", "many_to_many", "ref_any"),
    "file": ("file",),
    "upload": ("file",),
    "subtable": ("lines",),
}
_HOLDERS = ("table", "form", "list")
_REFUSED = {
    "chart": "pages show records, not charts",
    "button": "what people may do follows from permissions and from the state machine",
    "html": "pages show fields, never code",
    "script": "pages show fields, never code",
    "iframe": "pages show fields, never code",
    "password": "a secret does not belong into a business record; let people sign in instead",
}
NAMES = ("field", "bind", "name", "identifier")


def names_of(step: Step, components: Any, at: str) -> list[str]:
    """The fields that the components stand for, in order; what has no place is refused."""
    items = as_list(components)
    if items is None:
        step.draft.refuse_document("components must be a list", step.place + at)
        return []
    return [name for number, one in enumerate(items) for name in _names(step, one, f"{at}/{number}")]


def held(parts: Any) -> tuple[str, Any]:
    """The key under which a page or a table holds what it shows, and what that is."""
    return next(((key, parts[key]) for key in ("columns", "fields", "components") if key in parts), ("", None))


def _names(step: Step, component: Any, at: str) -> list[str]:
    parts = as_object(component)
    if isinstance(component, str):
        return [component]
    if parts is None:
        step.draft.refuse_document("a component must be an object or a name", step.place + at)
        return []
    kind = str(parts.get("type", "field"))
    folded = "".join(one for one in kind.lower() if one.isalpha())
    if folded in _HOLDERS:
        key, inner = held(parts)
        step.refuse_strange(parts, ("type", key), at, named=kind)
        return names_of(step, inner, at + escape(key))
    name = widget(step, parts, at)
    return [] if name is None else [name]


def widget(step: Step, parts: dict[str, Any], at: str, *more: tuple[str, ...]) -> str | None:
    """The field that one component shows; `more` are keys that may stand beside it."""
    kind, name = str(parts.get("type", "field")), first(parts, *NAMES)
    folded = "".join(one for one in kind.lower() if one.isalpha())
    if folded not in _WIDGETS:
        reason = _REFUSED.get(folded, "pages show fields")
        params = {"component": kind, "reason": reason, "known": sorted((*_WIDGETS, *_HOLDERS))}
        problem = Problem("dsl10_component", f"{step.place}{at}/type", params, nearest(kind, (*_WIDGETS, *_HOLDERS)))
        step.draft.problems.append(problem)
        return None
    step.refuse_strange(parts, ("type", NAMES, *more), at, named=kind)
    if name is None:
        step.draft.problems.append(Problem("key_missing", f"{step.place}{at}/field", {"key": "field"}))
        return None
    entity = step.draft.entity(step.name)
    entry = entity.visible_fields.get(str(name)) if entity is not None else None
    if entry is not None and _WIDGETS[folded] and entry.definition.type not in _WIDGETS[folded]:
        params = {"component": kind, "field": name, "type": entry.definition.type}
        step.draft.problems.append(Problem("dsl10_widget", f"{step.place}{at}/type", params))
    return str(name)
