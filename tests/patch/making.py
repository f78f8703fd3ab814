"""Random operations, most of which apply: one row per operation, drawn from what the manifest holds at that moment."""

import random
from collections.abc import Callable
from typing import Any, get_args

import orjson

from shared.patch import Manifest, Patch, Refusal, apply, parse, visible
from shared.patch.field_entry import FieldEntry
from shared.patch.manifest import Entity
from shared.patch.operations import Operation
from shared.patch.plain import as_list, as_object
from tests.patch.drawing import CHOICES, NEW_NAMES, NOTHING, NUMBERS, TEXT, Draw, Plain


def _add_entity(draw: Draw) -> Plain:
    entity = draw.entity()
    fields = [draw.definition(entity, name) for name in draw.some(list(NEW_NAMES), 2)]
    return {"entity": draw.one("Depot", "Truck"), "label": draw.text(), "fields": fields}


def _add_field(draw: Draw) -> Plain:
    entity = draw.entity()
    made: Plain = {"entity": entity.name, "field": draw.definition(entity), "list": draw.chance.random() < 0.5}
    if draw.chance.random() < 0.3:
        made["after"] = draw.field(entity)
    if draw.chance.random() < 0.2 and (lines := draw.fields(entity, "lines")):
        return {"entity": entity.name, "lines": draw.one(*lines).name, "field": {"type": "text", "name": draw.new()}}
    return made


def _change_field(draw: Draw) -> Plain:
    entity = draw.entity()
    changes: Plain = draw.one(
        {"required": True},
        {"label": draw.text()},
        {"max_length": draw.one(5, 300)},
        {"type": draw.one("long_text", "decimal")},
        {"hidden": True},
        {"unique": True},
        {"default": draw.one("x", None)},
        {"computed": draw.one(f"{draw.field(entity, *NUMBERS)} + 1", None)},
    )
    about = draw.column(entity) if draw.chance.random() < 0.15 else {"field": draw.field(entity)}
    return {"entity": entity.name, **about, "changes": changes}


def _remove_field(draw: Draw) -> Plain:
    entity = draw.entity()
    return {"entity": entity.name, **draw.one({"field": draw.field(entity)}, draw.column(entity))}


def _rename_field(draw: Draw) -> Plain:
    return {**_remove_field(draw), "to": draw.new()}


def _rename_entity(draw: Draw) -> Plain:
    return {"entity": draw.entity().name, "to": draw.one("Depot", "Truck", "Wagon")}


def _remove_entity(draw: Draw) -> Plain:
    return {"entity": draw.entity().name}


def _change_options(draw: Draw) -> Plain:
    entity = draw.entity()
    entry: FieldEntry = draw.one(*draw.fields(entity, *CHOICES) or draw.fields(entity))
    values = [one.value for one in getattr(entry.definition, "options", ())] or ["low"]
    change: Plain = draw.one(
        {"add": [{"value": draw.one("low", "middle", "high")}]},
        {"remove": [draw.one(*values)]},
        {"label": [{"value": draw.one(*values), "label": draw.text()}]},
    )
    return {"entity": entity.name, "field": entry.name, **change}


def _add_rule(draw: Draw) -> Plain:
    entity = draw.entity()
    rule: Plain = {"name": draw.one("r1", "r2", "r3"), "expression": draw.condition(entity), "message": draw.text()}
    if draw.chance.random() < 0.2:
        rule |= {"expression": "@found > 1", "lookups": {"found": _lookup(draw)}}
    return {"entity": entity.name, "rule": rule}


def _lookup(draw: Draw) -> Plain:
    """How many records of another entity refer to this one."""
    other = draw.entity()
    return {"entity": other.name, "by": draw.field(other, "ref"), "find": "count"}


def _machine(draw: Draw, entity: Entity) -> Plain:
    entry: FieldEntry = draw.one(*draw.fields(entity, "enum") or draw.fields(entity))
    values = [one.value for one in getattr(entry.definition, "options", ())] or ["low", "high"]
    transition: Plain = {"source": values[0], "target": values[-1]}
    if draw.chance.random() < 0.5:
        transition["guard"] = draw.condition(entity)
    return {"field": entry.name, "initial": values[0], "transitions": [transition]}


def _add_machine(draw: Draw) -> Plain:
    entity = draw.entity()
    return {"entity": entity.name, "machine": _machine(draw, entity)}


def _extend_machine(draw: Draw) -> Plain:
    held = [one for one in draw.manifest.visible_entities.values() if one.machine is not None]
    entity: Entity = draw.one(*held or [draw.entity()])
    entry = entity.visible_fields.get(entity.machine.field) if entity.machine is not None else None
    values = [one.value for one in getattr(entry.definition, "options", ())] if entry is not None else ["low"]
    one: Plain = {"source": draw.one(*values), "target": draw.one(*values), "guard": draw.condition(entity)}
    return {"entity": entity.name, **draw.one({"transitions": [one]}, {"states": [{"value": draw.one("low", "done")}]})}


def _add_trigger(draw: Draw) -> Plain:
    entity, other = draw.entity(), draw.entity()
    action: Plain = draw.one(
        {"action": "set", "values": {draw.field(entity, *NUMBERS): "1"}},
        {"action": "notify", "role": "manager", "message": draw.text()},
        {"action": "create", "entity": other.name, "values": {draw.field(other, "text"): "'x'"}},
        {
            "action": "update",
            "entity": other.name,
            "by": draw.field(other, "ref"),
            "values": {draw.field(other, *NUMBERS): "2"},
        },
    )
    trigger: Plain = {"name": draw.one("t1", "t2"), "on": [draw.one("create", "update")], "actions": [action]}
    if draw.chance.random() < 0.5:
        trigger["when"] = draw.condition(entity)
    return {"entity": entity.name, "trigger": trigger}


def _grant(draw: Draw) -> Plain:
    entity = draw.entity()
    made: Plain = {"entity": entity.name, "role": draw.one("sales", "manager"), "allow": draw.some(["view", "edit"], 2)}
    if draw.chance.random() < 0.3:
        made["field"] = draw.field(entity)
    elif draw.chance.random() < 0.3:
        made["where"] = draw.condition(entity)
    return made


def _add_index(draw: Draw) -> Plain:
    entity = draw.entity()
    fields = draw.some([one.name for one in draw.fields(entity)], 2)
    return {"entity": entity.name, "index": {"name": draw.one("i1", "i2"), "fields": fields}}


def _set_page(draw: Draw) -> Plain:
    entity = draw.entity()
    shown = draw.some([one.name for one in draw.fields(entity)], 3)
    page: Plain = draw.one({"kind": "list", "columns": shown}, {"kind": "form", "fields": shown})
    if (references := draw.fields(entity, "ref")) and draw.chance.random() < 0.3:
        page = {"kind": "timeline", "parent": draw.one(*references).name, "time": "createdAt", "title": shown[0]}
    return {"entity": entity.name, "page": page}


def _set_menu(draw: Draw) -> Plain:
    names = [one.name for one in draw.manifest.menus]
    made: Plain = {"menu": draw.one(*names, "extra", "more"), "label": draw.text()}
    made |= draw.one({}, {"entity": draw.entity().name}, {"hidden": True})
    return {**made, "after": draw.one(*names)} if names and draw.chance.random() < 0.3 else made


def _set_text(draw: Draw) -> Plain:
    entity = draw.entity()
    about: Plain = draw.one({}, {"field": draw.field(entity)}, draw.column(entity))
    return {"entity": entity.name, **about, "label": draw.text()}


def _seed(draw: Draw) -> Plain:
    entity = draw.entity()
    values: Plain = {draw.field(entity, "text"): draw.one("a", "b")}
    return {"entity": entity.name, "rows": [{"name": draw.one("s1", "s2"), "values": values}]}


def _remove_part(draw: Draw) -> Plain:
    entity = draw.entity()
    named: list[Plain] = [{"kind": "rule", "name": one.rule.name} for one in entity.visible_rules]
    named += [{"kind": "trigger", "name": one.trigger.name} for one in entity.visible_triggers]
    named += [{"kind": "index", "name": one.index.name} for one in entity.visible_indexes]
    named += [{"kind": "seed", "name": one.seed.name} for one in entity.visible_seeds]
    named += [{"kind": "grant", "role": one.grant.role, "field": one.grant.field} for one in entity.grants]
    if entity.machine is not None:
        step = draw.one(*entity.machine.transitions)
        named += [{"kind": "machine"}, {"kind": "transition", "source": step.source, "target": step.target}]
    named += [{"kind": "page"} for page in entity.pages if page.kind == "timeline"]
    return {"entity": entity.name, "part": draw.one(*named or [{"kind": "rule", "name": "r1"}])}


def _replace_part(draw: Draw) -> Plain:
    """What the other operations would add, in the place of what is there."""
    made = draw.one(_add_rule, _add_trigger, _add_index, _set_page, _add_machine, _replace_grant, _replace_transition)
    operation = made(draw)
    kind = next(one for one in operation if one != "entity")
    return {"entity": operation["entity"], "part": {"kind": kind, kind: operation[kind]}}


def _replace_grant(draw: Draw) -> Plain:
    granted = _grant(draw)
    return {"entity": granted.pop("entity"), "grant": granted}


def _replace_transition(draw: Draw) -> Plain:
    entity: Entity = draw.one(*[one for one in draw.manifest.visible_entities.values() if one.machine] or [NOTHING])
    transitions = entity.machine.transitions if entity.machine is not None else ()
    step = draw.one(*[{"source": one.source, "target": one.target} for one in transitions] or [{}])
    return {"entity": entity.name, "transition": {**step, "guard": draw.condition(entity)}}


MAKERS: dict[str, Callable[[Draw], Plain]] = {
    "add_entity": _add_entity,
    "rename_entity": _rename_entity,
    "remove_entity": _remove_entity,
    "add_field": _add_field,
    "rename_field": _rename_field,
    "change_field": _change_field,
    "remove_field": _remove_field,
    "change_options": _change_options,
    "add_rule": _add_rule,
    "add_machine": _add_machine,
    "extend_machine": _extend_machine,
    "add_trigger": _add_trigger,
    "grant": _grant,
    "add_index": _add_index,
    "set_page": _set_page,
    "set_menu": _set_menu,
    "set_text": _set_text,
    "seed": _seed,
    "replace_part": _replace_part,
    "remove_part": _remove_part,
}

OPERATIONS: list[Any] = list(get_args(get_args(Operation)[0]))
TAGS: list[str] = [one.model_fields["op"].default for one in OPERATIONS]


def document_of(module: str, *operations: Plain) -> Plain:
    return {"patch": "1", "module": {"name": module, "title": TEXT}, "operations": [*operations]}


def random_operation(chance: random.Random, manifest: Manifest) -> Plain:
    """One that may apply, if what was drawn happens to fit."""
    tag = chance.choice([one for one in TAGS if one in MAKERS])
    return {"op": tag, **MAKERS[tag](Draw(chance, manifest))}


def random_patch(chance: random.Random, manifest: Manifest, module: str, most: int = 3) -> Patch:
    """A patch of one to `most` operations that applies."""
    wanted, patch = chance.randint(1, most), parse(document_of(module))
    while len(patch.operations) < wanted:
        try:
            one = parse(document_of(module, random_operation(chance, manifest)))
            manifest = apply(one, manifest)
        except Refusal:
            continue
        patch = patch.having(operations=(*patch.operations, *one.operations))
    return patch


def unordered(manifest: Manifest) -> bytes:
    """What people see, but for the order in which parts stand."""

    def sorted_lists(part: Any) -> Any:
        if (inner := as_object(part)) is not None:
            return {name: sorted_lists(one) for name, one in inner.items()}
        if (items := as_list(part)) is not None:
            return sorted((sorted_lists(one) for one in items), key=told)
        return part

    return told(sorted_lists(visible(manifest)))


def told(part: Any) -> bytes:
    return orjson.dumps(part, option=orjson.OPT_SORT_KEYS)


def commute(a: Patch, b: Patch, manifest: Manifest) -> bool:
    """Both apply in both orders, and people see the same after both."""
    try:
        return unordered(apply(b, apply(a, manifest))) == unordered(apply(a, apply(b, manifest)))
    except Refusal:
        return False
