"""Scope `state` of Patch DSL 1.0: the state machine of an object, its states and its transitions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from shared.patch.canonical import document
from shared.patch.dsl10.changes import change
from shared.patch.dsl10.draft import Step, first
from shared.patch.dsl10.fields import text
from shared.patch.errors import Problem
from shared.patch.manifest import Machine
from shared.patch.plain import as_list, as_object

_MACHINE_KEYS = ("field", "initial", "states", "transitions")
_VALUES = ("value", "name", "key")
_STATE_KEYS = (_VALUES, "label", "initial")
_TRANSITION_KEYS = (("from", "source"), ("to", "target"), ("roles", "role"), ("guard", "condition"))
_UNKNOWN = "what is there now is not known here; import it with the CRM at hand"


def _add_machine(step: Step) -> None:
    parts = step.parts
    step.refuse_strange(parts, _MACHINE_KEYS)
    states = list(_states(step, parts.get("states"), "/states"))
    initial = [one["value"] for one in states if one.pop("initial", False)]
    machine = {
        "field": parts.get("field"),
        "initial": parts.get("initial", initial[0] if initial else None),
        "transitions": list(_transitions(step, parts.get("transitions", []), "/transitions")),
    }
    machine = {name: one for name, one in machine.items() if one is not None}
    _options(step, states, machine)
    step.put("add_machine", entity=step.name, machine=machine)


def _options(step: Step, states: list[dict[str, Any]], machine: dict[str, Any]) -> None:
    """The states become the choices of the field, which is made if it is not there."""
    entity, field = step.draft.entity(step.name), str(machine.get("field", ""))
    if not states:
        return
    if entity is not None and field not in entity.visible_fields:
        definition = {"type": "enum", "name": field, "options": states}
        step.put("add_field", at="/states", entity=step.name, field=definition)
    elif entity is not None:
        change(step, {"options": states}, (field,), f"{step.place}/states")
    else:
        told = [machine.get("initial"), *(one[end] for one in machine["transitions"] for end in ("source", "target"))]
        if any("label" in one or one["value"] not in told for one in states):
            step.refuse(_UNKNOWN, at="/states")


def _update_machine(step: Step) -> None:
    """What is new extends it, what is otherwise takes the place of what it was; what is not named stays."""
    parts, machine = step.parts, _machine(step)
    step.refuse_strange(parts, _MACHINE_KEYS)
    for name in ("field", "initial"):
        if name in parts and (machine is None or getattr(machine, name) != parts[name]):
            step.refuse("field and initial state stay; replace the whole machine", at=f"/{name}")
    known = set(_values(step, machine))
    states = [one for one in _states(step, parts.get("states", []), "/states") if one["value"] not in known]
    present = {_ends(one): one for one in (document(machine)["transitions"] if machine is not None else ())}
    given = list(_transitions(step, parts.get("transitions", []), "/transitions"))
    for one in given:
        if _ends(one) in present and present[_ends(one)] != one:
            step.put("replace_part", entity=step.name, part={"kind": "transition", "transition": one})
    _extend(step, states, [one for one in given if _ends(one) not in present])


def _remove_machine(step: Step) -> None:
    step.refuse_strange(step.parts, ())
    step.put("remove_part", entity=step.name, part={"kind": "machine"})


def _replace_machine(step: Step) -> None:
    step.put("remove_part", entity=step.name, part={"kind": "machine"})
    _add_machine(step)


def _add_state(step: Step) -> None:
    parts = step.parts
    step.refuse_strange(parts, (*_STATE_KEYS, "after", "transitions"))
    state = {key: one for key, one in parts.items() if key in (*_VALUES, "label", "initial")}
    named = any(one in parts for one in _VALUES) or not step.inner
    states = list(_states(step, [state if named else {"value": step.inner, **state}], ""))
    _extend(step, states, list(_transitions(step, parts.get("transitions", []), "/transitions")), parts.get("after"))


def _update_state(step: Step) -> None:
    machine, value = _machine(step), step.inner or str(first(step.parts, *_VALUES))
    step.refuse_strange(step.parts, (_VALUES, "label"))
    if machine is None:
        step.refuse(_UNKNOWN)
        return
    step.put("set_text", entity=step.name, field=machine.field, option=value, label=text(step.parts.get("label")))


def _remove_state(step: Step) -> None:
    """With the transitions that lead to it and from it."""
    machine, value = _machine(step), step.inner or str(first(step.parts, *_VALUES))
    step.refuse_strange(step.parts, (_VALUES,))
    if machine is None:
        step.refuse(_UNKNOWN)
        return
    for one in machine.transitions:
        if value in (one.source, one.target):
            part = {"kind": "transition", "source": one.source, "target": one.target}
            step.put("remove_part", entity=step.name, part=part)
    step.put("change_options", entity=step.name, field=machine.field, remove=[value])


def _add_transition(step: Step) -> None:
    _extend(step, [], list(_transitions(step, [step.payload], "")))


def _replace_transition(step: Step) -> None:
    for one in _transitions(step, [step.payload], ""):
        step.put("replace_part", entity=step.name, part={"kind": "transition", "transition": one})


def _remove_transition(step: Step) -> None:
    for one in _transitions(step, [step.payload or {}], ""):
        step.put("remove_part", entity=step.name, part={"kind": "transition", **one})


def _extend(step: Step, states: list[dict[str, Any]], transitions: list[dict[str, Any]], after: Any = None) -> None:
    """One operation for what several documents in a row add, as a new state needs transitions that lead to it."""
    for one in states:
        if one.pop("initial", False):
            step.refuse("field and initial state stay; replace the whole machine", at="/initial")
    told: dict[str, Any] = {"states": states, "transitions": transitions, "after": after}
    parts = {name: one for name, one in told.items() if one}
    last = step.draft.operations[-1] if step.draft.operations else {}
    if parts and last.get("op") == "extend_machine" and last["entity"] == step.name and "after" not in parts:
        last["states"] = [*last.get("states", ()), *states]
        last["transitions"] = [*last.get("transitions", ()), *transitions]
        step.draft.again()
    elif parts:
        step.put("extend_machine", entity=step.name, **parts)


def _machine(step: Step) -> Machine | None:
    entity = step.draft.entity(step.name)
    return entity.machine if entity is not None else None


def _values(step: Step, machine: Machine | None) -> list[str]:
    entity = step.draft.entity(step.name)
    entry = entity.visible_fields.get(machine.field) if entity is not None and machine is not None else None
    return [one.value for one in getattr(entry.definition, "options", ())] if entry is not None else []


def _ends(transition: Mapping[str, Any]) -> tuple[Any, Any]:
    return transition.get("source"), transition.get("target")


def _states(step: Step, states: Any, at: str) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(_listed(step, states, at)):
        parts = {"value": one} if isinstance(one, str) else as_object(one) or {}
        if not isinstance(first(parts, *_VALUES), str):
            place = f"{step.place}{at}/{number}/value" if at else f"{step.place}/value"
            step.draft.problems.append(Problem("key_missing", place, {"key": "value"}))
            continue
        step.refuse_strange(parts, _STATE_KEYS, f"{at}/{number}" if at else "", named="state")
        told = {"value": first(parts, *_VALUES), "label": text(parts.get("label"))}
        yield {name: one for name, one in {**told, "initial": parts.get("initial") or None}.items() if one is not None}


def _transitions(step: Step, transitions: Any, at: str) -> Iterator[dict[str, Any]]:
    """One for every state that it may be taken from."""
    for number, one in enumerate(_listed(step, transitions, at)):
        parts, place = as_object(one) or {}, f"{at}/{number}" if at else ""
        step.refuse_strange(parts, _TRANSITION_KEYS, place, named="transition")
        ends = (first(parts, "from", "source"), first(parts, "to", "target"))
        if not at and len(step.path) > 1:
            ends = (ends[0] or step.path[0], ends[1] or step.path[1])
        for key, end in zip(("from", "to"), ends, strict=True):
            if end is None:
                step.draft.problems.append(Problem("key_missing", f"{step.place}{place}/{key}", {"key": key}))
        roles = first(parts, "roles", "role")
        told = {"guard": first(parts, "guard", "condition"), "roles": [roles] if isinstance(roles, str) else roles}
        for source in as_list(ends[0]) or [ends[0]]:
            yield {
                "source": str(source),
                "target": str(ends[1]),
                **{key: value for key, value in told.items() if value is not None},
            }


def _listed(step: Step, value: Any, at: str) -> Sequence[Any]:
    items = as_list(value)
    if items is None and value is not None:
        step.draft.refuse_document("states and transitions must be lists", step.place + at)
    return items or ()


_ALIKE = {"add": _add_transition, "update": _replace_transition, "replace": _replace_transition}
STATES: Mapping[str, Mapping[str, Callable[[Step], None]]] = {
    "machine": {
        "add": _add_machine,
        "update": _update_machine,
        "remove": _remove_machine,
        "replace": _replace_machine,
    },
    "state": {"add": _add_state, "update": _update_state, "remove": _remove_state},
    "transition": {**_ALIKE, "remove": _remove_transition},
}
