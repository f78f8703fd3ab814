"""Every expression that a manifest holds, with what it is about: one list for checks, searches and renames."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from shared.patch.errors import Refusal
from shared.patch.expression import Expression, Kind, compile_expression
from shared.patch.expression.lexer import TokenKind, tokens
from shared.patch.fields import Field, LineField, RefField
from shared.patch.lookup import Lookup
from shared.patch.manifest import CreateEffect, Entity, Grant, Machine, Manifest, Rule, Transition
from shared.patch.trigger import CreateAction, SetAction, Trigger, UpdateAction

_NONE: Mapping[str, Lookup] = {}


@dataclass(frozen=True, slots=True)
class Said:
    """An expression over a record of `entity`, or (`within`) over a line of it; `this` names whose record `this` is.

    It answers the kind that is expected, or what the field that it is given to can hold; `into` names entity and field
    of that. One that is `nested` is part of a lookup, and is checked together with the expressions that may name the
    lookup.
    """

    where: str
    text: str
    entity: str
    expect: Kind | Field | LineField | None = None
    within: str | None = None
    lookups: Mapping[str, Lookup] = field(default_factory=dict[str, Lookup])
    this: str | None = None
    nested: bool = False
    into: tuple[str, str] | None = None


def reading(said: Said, manifest: Manifest, expect: Kind | Field | LineField | None = None) -> Expression:
    """What it says, whatever is expected of it unless that is asked, too. Raises Refusal."""
    return compile_expression(
        said.text,
        said.entity,
        manifest,
        expect=expect,
        within=said.within,
        lookups=said.lookups,
        this=said.this,
    )


def said_by(entity: Entity, manifest: Manifest) -> Iterator[Said]:
    """What the entity's own parts say; some of it is about records of other entities."""
    yield from computed(entity)
    for entry in entity.visible_rules:
        yield from said_by_rule(f"/rules/{entry.rule.name}", entry.rule, entity.name, manifest)
    for one in (entry.grant for entry in entity.grants if not entry.removed):
        yield from said_by_grant(f"/grants/{one.role}", one, entity.name, manifest)
    if entity.machine is not None:
        yield from said_by_machine("/machine", entity.machine, entity.name, manifest)
    for entry in entity.visible_triggers:
        yield from said_by_trigger(f"/triggers/{entry.trigger.name}", entry.trigger, entity.name, manifest)


@lru_cache(maxsize=4096)
def words(text: str, kind: TokenKind) -> frozenset[str]:
    """The names, lookups or texts in an expression; none in one that cannot be read, which is told where it stands."""
    try:
        return frozenset(one.text for one in tokens(text) if one.kind == kind)
    except Refusal:
        return frozenset()


def words_about_others(entity: Entity) -> frozenset[str]:
    """The names in what the entity's own parts say over records of other entities."""
    updates = [one for one in entity.writing if isinstance(one, UpdateAction)]
    texts = [one.where for one in (*entity.asked, *updates)] + [text for one in updates for text in one.values.values()]
    return frozenset(name for text in texts if text is not None for name in words(text, "name"))


def computed(entity: Entity, names: Iterable[str] | None = None) -> Iterator[Said]:
    """The computed fields, those of lines too; of some fields only, when they are named."""
    for name in entity.visible_fields if names is None else names:
        entry = entity.visible_fields.get(name)
        for definition, text, within in entry.formulas if entry is not None else ():
            where = f"/fields/{name}/{definition.name}/computed" if within else f"/fields/{name}/computed"
            yield Said(where, text, entity.name, definition, within=within, into=(entity.name, name))


def said_by_rule(where: str, one: Rule, entity: str, manifest: Manifest) -> Iterator[Said]:
    yield Said(f"{where}/expression", one.expression, entity, "boolean", lookups=one.lookups)
    yield from said_in_lookups(where, one.lookups, entity, manifest)


def said_by_grant(where: str, one: Grant, entity: str, manifest: Manifest) -> Iterator[Said]:
    if one.where is not None:
        yield Said(f"{where}/where", one.where, entity, "boolean", lookups=one.lookups)
    yield from said_in_lookups(where, one.lookups, entity, manifest)


def said_by_machine(where: str, machine: Machine, entity: str, manifest: Manifest) -> Iterator[Said]:
    for number, one in enumerate(machine.transitions):
        yield from said_by_transition(f"{where}/transitions/{number}", one, entity, manifest)
    yield from said_by_effects(f"{where}/effects", machine.effects, entity, manifest)


def said_by_transition(where: str, one: Transition, entity: str, manifest: Manifest) -> Iterator[Said]:
    if one.guard is not None:
        yield Said(f"{where}/guard", one.guard, entity, "boolean", lookups=one.lookups)
    yield from _values(f"{where}/sets", one.sets, entity, entity, manifest, one.lookups)
    yield from said_by_effects(f"{where}/effects", one.effects, entity, manifest, one.lookups)
    yield from said_in_lookups(where, one.lookups, entity, manifest)


def said_by_trigger(where: str, one: Trigger, entity: str, manifest: Manifest) -> Iterator[Said]:
    if one.when is not None:
        yield Said(f"{where}/when", one.when, entity, "boolean", lookups=one.lookups)
    for number, action in enumerate(one.actions):
        at = f"{where}/actions/{number}"
        match action:
            case SetAction(values=values):
                yield from _values(f"{at}/values", values, entity, entity, manifest, one.lookups)
            case CreateAction(entity=target, values=values):
                yield from _values(f"{at}/values", values, entity, target, manifest, one.lookups)
            case UpdateAction():
                yield from _update(at, action, entity, manifest, one.lookups)
            case _:
                pass
    yield from said_in_lookups(where, one.lookups, entity, manifest)


def said_in_lookups(where: str, lookups: Mapping[str, Lookup], entity: str, manifest: Manifest) -> Iterator[Said]:
    """What lookups ask: of this record, and of the others."""
    for name, one in lookups.items():
        at, key = f"{where}/lookups/{name}", _field(manifest, one.entity, one.by)
        yield Said(f"{at}/equals", one.equals, entity, key, nested=True)
        if one.where is not None:
            yield Said(f"{at}/where", one.where, one.entity, "boolean", this=entity, nested=True)


def _update(
    at: str, action: UpdateAction, entity: str, manifest: Manifest, lookups: Mapping[str, Lookup]
) -> Iterator[Said]:
    key = _field(manifest, action.entity, action.by)
    yield Said(f"{at}/equals", action.equals, entity, key, lookups=lookups)
    if action.where is not None:
        yield Said(f"{at}/where", action.where, action.entity, "boolean", lookups=lookups, this=entity)
    yield from _values(f"{at}/values", action.values, action.entity, action.entity, manifest, lookups, this=entity)


def said_by_effects(
    where: str,
    effects: tuple[CreateEffect, ...],
    entity: str,
    manifest: Manifest,
    lookups: Mapping[str, Lookup] = _NONE,
) -> Iterator[Said]:
    for number, effect in enumerate(effects):
        yield from _values(f"{where}/{number}/values", effect.values, entity, effect.entity, manifest, lookups)


def _values(
    where: str,
    values: Mapping[str, str],
    entity: str,
    target: str,
    manifest: Manifest,
    lookups: Mapping[str, Lookup],
    this: str | None = None,
) -> Iterator[Said]:
    """Expressions over a record of `entity`, each given to a field of `target`."""
    for name, text in values.items():
        expect = _field(manifest, target, name)
        yield Said(f"{where}/{name}", text, entity, expect, lookups=lookups, this=this, into=(target, name))


def _field(manifest: Manifest, entity: str, name: str) -> Field | None:
    """What is given to, or compared with, a field; None for one that is not there, which is found elsewhere."""
    found = manifest.visible_entities.get(entity)
    if found is None:
        return None
    entry = found.visible_fields.get(name)
    if entry is None:
        return RefField(name="id", target=entity) if name == "id" else None
    return entry.definition
