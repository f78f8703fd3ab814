"""Every expression that a manifest holds, with what it is about: one list for checks, searches and renames."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from shared.patch.expression import Kind
from shared.patch.expression.naming import KINDS
from shared.patch.fields import LinesField
from shared.patch.lookup import Lookup
from shared.patch.manifest import CreateEffect, Entity, Machine, Manifest, Transition


@dataclass(frozen=True, slots=True)
class Said:
    """An expression over a record of `entity`, or (`within`) over a line of it; `this` names whose record `this` is."""

    where: str
    text: str
    entity: str
    expect: Kind | None = None
    within: str | None = None
    lookups: Mapping[str, Lookup] = field(default_factory=dict[str, Lookup])
    this: str | None = None


def said_by(entity: Entity, manifest: Manifest) -> Iterator[Said]:
    """What the entity's own parts say; some of it is about records of other entities."""
    yield from computed(entity)
    for entry in entity.visible_rules:
        rule = entry.rule
        yield Said(f"/rules/{rule.name}/expression", rule.expression, entity.name, "boolean", lookups=rule.lookups)
    if entity.machine is not None:
        yield from _machine(entity, entity.machine, manifest)


def computed(entity: Entity) -> Iterator[Said]:
    """The computed fields, those of lines too."""
    for name, entry in entity.visible_fields.items():
        definition = entry.definition
        text: str | None = getattr(definition, "computed", None)
        if text is not None:
            yield Said(f"/fields/{name}/computed", text, entity.name, KINDS[definition.type])
        for line in definition.fields if isinstance(definition, LinesField) else ():
            text = getattr(line, "computed", None)
            if text is not None:
                where = f"/fields/{name}/{line.name}/computed"
                yield Said(where, text, entity.name, KINDS[line.type], within=name)


def _machine(entity: Entity, machine: Machine, manifest: Manifest) -> Iterator[Said]:
    for number, one in enumerate(machine.transitions):
        yield from _transition(f"/machine/transitions/{number}", one, entity, manifest)
    yield from _effects("/machine/effects", machine.effects, entity)


def _transition(where: str, one: Transition, entity: Entity, manifest: Manifest) -> Iterator[Said]:
    assert manifest
    if one.guard is not None:
        yield Said(f"{where}/guard", one.guard, entity.name, "boolean", lookups=one.lookups)
    yield from _effects(f"{where}/effects", one.effects, entity)


def _effects(where: str, effects: tuple[CreateEffect, ...], entity: Entity) -> Iterator[Said]:
    for number, effect in enumerate(effects):
        for name, text in effect.values.items():
            yield Said(f"{where}/{number}/values/{name}", text, entity.name)
