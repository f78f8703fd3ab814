"""Scope `permission` of Patch DSL 1.0: what a role may do with an object, or with one field of it."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.patch.dsl10.draft import Step, first
from shared.patch.errors import Problem, nearest
from shared.patch.plain import as_list

_ACTS = {
    "view": "view",
    "read": "view",
    "create": "create",
    "add": "create",
    "edit": "edit",
    "update": "edit",
    "write": "edit",
    "delete": "delete",
    "remove": "delete",
}
_ENTITIES = ("object", "entity", "resource")
_ACTIONS = ("actions", "allow", "operations")
_FIELDS = ("field", "fields")
_CONDITIONS = ("condition", "where")
_KEYS = (("role", "roles"), _ENTITIES, _ACTIONS, _FIELDS, _CONDITIONS)
_UNKNOWN = "what is there now is not known here; import it with the CRM at hand"


def _add(step: Step) -> None:
    for entity, grant in _grants(step, _acts(step)):
        step.put("grant", entity=entity, **grant)


def _replace(step: Step) -> None:
    for entity, grant in _grants(step, _acts(step)):
        step.put("replace_part", entity=entity, part={"kind": "grant", "grant": grant})


def _remove(step: Step) -> None:
    """All that the role is granted there; with actions, only these."""
    acts = _acts(step) if any(key in step.parts for key in _ACTIONS) else []
    for entity, grant in _grants(step, acts):
        held = _held(step, entity, grant)
        if acts and held is None:
            step.refuse(_UNKNOWN)
            return
        left = [one for one in held or () if one not in acts] if acts else []
        if left:
            step.put("replace_part", entity=entity, part={"kind": "grant", "grant": {**grant, "allow": left}})
        else:
            about = {"kind": "grant", **{name: grant[name] for name in ("role", "field") if name in grant}}
            step.put("remove_part", entity=entity, part=about)


def _grants(step: Step, acts: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """Entity and grant for every role and field that is meant."""
    parts = step.parts
    step.refuse_strange(parts, _KEYS)
    is_role = step.kind == "role"
    entity = str(first(parts, *_ENTITIES) or ("" if is_role else step.name))
    roles = [step.name] if is_role and "role" not in parts else _several(first(parts, "role", "roles"))
    fields: list[str | None] = [*_several(first(parts, *_FIELDS)), *step.path[:1]] or [None]
    if not entity or not roles:
        key = "role" if entity else "object"
        step.draft.problems.append(Problem("key_missing", f"{step.place}/{key}", {"key": key}))
        return []
    where = first(parts, *_CONDITIONS)
    told = {"allow": acts, "where": where}
    return [
        (entity, {name: one for name, one in {"role": role, "field": field, **told}.items() if one is not None})
        for role in roles
        for field in fields
    ]


def _held(step: Step, entity: str, grant: Mapping[str, Any]) -> list[str] | None:
    """What the role is granted there now; None when that is not known."""
    known = step.draft.entity(entity)
    if known is None:
        return None
    grants = [one.grant for one in known.grants if not one.removed]
    mine = [one for one in grants if (one.role, one.field) == (grant["role"], grant.get("field"))]
    return list(dict.fromkeys(act for one in mine for act in one.allow))


def _acts(step: Step) -> list[str]:
    key = next((one for one in _ACTIONS if one in step.parts), _ACTIONS[0])
    acts: list[str] = []
    for number, one in enumerate(_several(step.parts.get(key))):
        if one in _ACTS:
            acts.append(_ACTS[one])
        else:
            params = {"key": key, "value": one, "known": list(_ACTS)}
            pointer = f"{step.place}/{key}/{number}"
            step.draft.problems.append(Problem("dsl10_word", pointer, params, nearest(one, _ACTS)))
    return list(dict.fromkeys(acts))


def _several(value: Any) -> list[str]:
    items = as_list(value)
    return [str(one) for one in items] if items is not None else [] if value is None else [str(value)]


_HANDLERS = {"add": _add, "update": _replace, "replace": _replace, "remove": _remove}
PERMISSIONS: Mapping[str, Mapping[str, Callable[[Step], None]]] = dict.fromkeys(
    ("permission", "object", "field", "role"), _HANDLERS
)
