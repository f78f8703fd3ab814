"""Operations that lean on one another: hops, lookups with conditions, effects, seeds that refer."""

import random
from typing import Any

from shared.patch import Manifest
from shared.patch.manifest import Entity
from tests.patch.drawing import NEW_NAMES, NUMBERS, Draw, Plain
from tests.patch.making import MAKERS


class Bold(Draw):
    """Draws what other entities hold as often as what the entity itself does."""

    def condition(self, entity: Entity) -> str:
        if (lines := self.fields(entity, "lines")) and self.chance.random() < 0.5:
            # The variable may be called as a field will be one day.
            name, entry = self.one(*NEW_NAMES), self.one(*lines)
            column = self.one(*[one.name for one in entry.definition.fields])
            return f"{entry.name}.exists({name}, {name}.{column} != null)"
        return super().condition(entity)

    def definition(self, entity: Entity, name: str | None = None) -> Plain:
        made = super().definition(entity, name)
        references = self.fields(entity, "ref")
        if not references or self.chance.random() < 0.6:
            return made
        entry = self.one(*references)
        target = self.manifest.visible_entities[entry.definition.target]
        number = self.field(target, *NUMBERS)
        return self.one(
            {"type": "decimal", "name": made["name"], "computed": f"{entry.name}.{number} + 1"},
            {"type": "text", "name": made["name"], "unique": True},
            {"type": "ref_any", "name": made["name"], "targets": [entity.name, target.name]},
            {"type": "lines", "name": made["name"], "fields": [{"type": "ref", "name": "to", "target": target.name}]},
        )

    def lookup(self, owner: Entity) -> Plain:
        other = self.entity()
        unique = [one for one in other.visible_fields.values() if one.definition.unique]
        by = self.one(self.field(other, "ref"), *(one.name for one in unique), *self.indexed(other))
        made: Plain = {"entity": other.name, "by": by, "find": "count", "where": self.condition(other)}
        if by not in {one.name for one in self.fields(other, "ref")}:
            made["equals"] = self.field(owner, "text")
        return made

    def indexed(self, entity: Entity) -> list[str]:
        return [one.index.fields[0] for one in entity.visible_indexes]


def _add_rule(draw: Bold) -> Plain:
    entity = draw.entity()
    rule: Plain = {"name": draw.one("r4", "r5"), "expression": "@n < 3", "lookups": {"n": draw.lookup(entity)}}
    return {"op": "add_rule", "entity": entity.name, "rule": {**rule, "message": draw.text()}}


def _add_trigger(draw: Bold) -> Plain:
    entity, other = draw.entity(), draw.entity()
    action: Plain = {
        "action": "update",
        "entity": other.name,
        "by": draw.field(other, "ref"),
        "where": draw.condition(other),
        "values": {draw.field(other, *NUMBERS): f"coalesce(this.{draw.field(entity, *NUMBERS)}, 1)"},
        "limit": 3,
    }
    trigger: Plain = {"name": draw.one("t3", "t4"), "on": ["update"], "actions": [action]}
    return {"op": "add_trigger", "entity": entity.name, "trigger": trigger}


def _extend_machine(draw: Bold) -> Plain:
    held = [one for one in draw.manifest.visible_entities.values() if one.machine is not None]
    entity: Entity = draw.one(*held or [draw.entity()])
    states = [entity.machine.initial] if entity.machine is not None else ["low"]
    other = draw.entity()
    effect = {"entity": other.name, "values": {draw.field(other, "text"): "'x'"}}
    step: Plain = {"source": states[0], "target": states[0], "effects": [effect], "guard": "@n > 0"}
    step |= {"sets": {draw.field(entity, "text"): "'y'"}, "lookups": {"n": draw.lookup(entity)}}
    return {"op": "extend_machine", "entity": entity.name, "transitions": [step]}


def _seed(draw: Bold) -> Plain:
    entity = draw.entity()
    values: Plain = {}
    for entry in draw.fields(entity):
        definition: Any = entry.definition
        if definition.required or draw.chance.random() < 0.3:
            values |= {entry.name: _seeded(draw, definition)}
    return {"op": "seed", "entity": entity.name, "rows": [{"name": draw.one("s1", "s2", "s3"), "values": values}]}


def _seeded(draw: Bold, definition: Any) -> Any:
    match definition.type:
        case "ref" | "ref_any" | "many_to_many":
            target = draw.one(*getattr(definition, "targets", None) or [definition.target])
            seed = {"$seed": f"{target}.{draw.one('s1', 's2', 's3')}"}
            return [seed] if definition.type == "many_to_many" else seed
        case "enum":
            return draw.one(*definition.options).value
        case "multi_enum":
            return [draw.one(*definition.options).value]
        case "lines":
            return [{one.name: _seeded(draw, one) for one in definition.fields if one.required or one.type == "ref"}]
        case _:
            return {"text": draw.one("a", "b"), "boolean": True}.get(definition.type, draw.one(1, 2))


def bold_operation(chance: random.Random, manifest: Manifest) -> Plain:
    draw = Bold(chance, manifest)
    if chance.random() < 0.25:
        return chance.choice((_add_rule, _add_trigger, _extend_machine, _seed))(draw)
    tag = chance.choice(sorted(MAKERS))
    return {"op": tag, **MAKERS[tag](draw)}
