"""Scope `menu` of Patch DSL 1.0: the items of the menu, which has one level."""

from collections.abc import Callable, Mapping

from shared.patch.dsl10.components import held
from shared.patch.dsl10.draft import Step, first
from shared.patch.dsl10.fields import text
from shared.patch.plain import as_list, as_object

_KEYS = ("name", ("label", "title"), ("object", "entity", "target"), "after", ("hidden", "visible"))


def _set(step: Step) -> None:
    parts = step.parts
    step.refuse_strange(parts, _KEYS)
    visible = parts.get("visible")
    hidden = parts.get("hidden", not visible if isinstance(visible, bool) else visible)
    step.put(
        "set_menu",
        menu=step.name,
        entity=first(parts, "object", "entity", "target"),
        label=text(first(parts, "label", "title")),
        after=parts.get("after"),
        hidden=None if hidden is False else hidden,
    )


def _remove(step: Step) -> None:
    step.refuse_strange(step.parts, ())
    step.put("set_menu", menu=step.name, hidden=True)


def _reorder(step: Step) -> None:
    """Each right behind the one before it; the first stays where it is."""
    parts = as_object(step.payload)
    if parts is not None and "after" in parts:
        step.refuse_strange(parts, ("after",))
        step.put("set_menu", menu=step.name, after=parts["after"])
        return
    key, order = next(
        ((one, (parts or {})[one]) for one in ("order", "items") if one in (parts or {})), held(parts or {})
    )
    names = as_list(step.payload if parts is None else order)
    if names is None:
        step.draft.refuse_document("the order must be a list of names", step.place)
        return
    step.refuse_strange(parts or {}, (key,))
    for number, name in enumerate(names[1:], start=1):
        step.put("set_menu", at=f"/{key}/{number}" if key else f"/{number}", menu=name, after=names[number - 1])


_HANDLERS = {"add": _set, "update": _set, "replace": _set, "remove": _remove, "reorder": _reorder}
MENUS: Mapping[str, Mapping[str, Callable[[Step], None]]] = dict.fromkeys(("menu", "item"), _HANDLERS)
