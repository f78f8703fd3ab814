"""What rules, machines, triggers and grants need to be as it is, as paths for footprints."""

from collections.abc import Iterable, Iterator, Mapping

from shared.patch.errors import Refusal
from shared.patch.fields import EnumField, LinesField, MultiEnumField, RefField
from shared.patch.footprint import Footprint, path
from shared.patch.integrity.events import Event, following, written
from shared.patch.integrity.said import Said, reading, words
from shared.patch.lookup import Lookup
from shared.patch.manifest import CreateEffect, Entity, Manifest, Transition
from shared.patch.trigger import CreateAction, SetAction, Trigger, UpdateAction


def said_needs(said: Iterable[Said], manifest: Manifest) -> frozenset[str]:
    """The fields that expressions name, with the options that they name."""
    return frozenset(one for each in said for one in _expression(each, manifest))


def lookup_needs(lookups: Mapping[str, Lookup], manifest: Manifest) -> frozenset[str]:
    """What lookups ask beside their expressions, and that it can be asked quickly."""
    found: set[str] = set()
    for one in lookups.values():
        found.add(path(one.entity, "exists"))
        found.update(_quick(one.entity, one.by, manifest))
        named = (one.value, one.sort.removeprefix("-") if one.sort else None)
        found.update(path(one.entity, "field", name, "type") for name in named if name is not None)
    return frozenset(found)


def machine_needs(
    effects: Iterable[CreateEffect], transitions: Iterable[Transition], entity: str, manifest: Manifest
) -> Footprint:
    """What a machine asks, sets and writes, and the events at which it meets triggers."""
    always, reads, written_once = list(effects), set[str](), list[CreateEffect]()
    for one in transitions:
        reads.update((*lookup_needs(one.lookups, manifest), *given_needs(entity, one.sets)))
        written_once += one.effects
    for effect in (*always, *written_once):
        reads.update((*_created(effect.entity), *given_needs(effect.entity, effect.values)))
    to: tuple[Event, ...] = ((entity, "create"),) if always else ()
    return Footprint(frozenset(reads)) | sets_off(to, written((*always, *written_once)), manifest)


def action_needs(trigger: Trigger, entity: str, manifest: Manifest) -> frozenset[str]:
    """What the actions write, and how they find it."""
    found: set[str] = set()
    for action in trigger.actions:
        match action:
            case SetAction(values=values):
                found.update(given_needs(entity, values))
            case CreateAction(entity=target, values=values):
                found.update((*_created(target), *given_needs(target, values)))
            case UpdateAction(entity=target, values=values):
                found.update((path(target, "exists"), *_quick(target, action.by, manifest)))
                found.update(given_needs(target, values))
            case _:
                pass
    return frozenset(found)


def given_needs(target: str, values: Mapping[str, str]) -> Iterator[str]:
    """That each field takes what it is given, and that no machine keeps its states in it."""
    for name, text in values.items():
        yield path(target, "stated", name)
        yield path(target, "field", name, "type")
        yield path(target, "field", name, "computed")
        yield from (path(target, "field", name, "options", one) for one in words(text, "text"))
        if text.strip() == "null":
            yield path(target, "field", name, "demands")


def stated(entity: str, field: str, manifest: Manifest) -> Footprint:
    """A machine comes to a field or leaves it: nobody gives it a value then, and a new record need not have one."""
    found = manifest.visible_entities.get(entity)
    entry = found.visible_fields.get(field) if found is not None else None
    demanded = (path(entity, "required"),) if entry is not None and entry.definition.required else ()
    writes = (path(entity, "machine"), path(entity, "stated", field))
    return Footprint(writes=frozenset(writes), touches=frozenset(demanded))


def sets_off(to: Iterable[Event], causes: Iterable[Event], manifest: Manifest) -> Footprint:
    """Two modules whose triggers set off one another meet at the event where one follows from the other."""
    touches = {path(one, "event", occasion) for one, occasion in to}
    reads = {path(one, "event", occasion) for one, occasion in following(causes, manifest)}
    return Footprint(frozenset(reads), touches=frozenset(touches))


def _created(target: str) -> tuple[str, ...]:
    """A new record needs every field that is demanded of it, so another one would be missing."""
    return (path(target, "exists"), path(target, "required"))


def _quick(entity: str, by: str, manifest: Manifest) -> Iterator[str]:
    yield path(entity, "field", by, "type")
    found = manifest.visible_entities.get(entity)
    entry = found.visible_fields.get(by) if found is not None else None
    if found is None or (entry is not None and isinstance(entry.definition, RefField)):
        return
    if entry is not None and entry.definition.unique:
        yield path(entity, "field", by, "demands")
    for one in found.visible_indexes:
        if one.index.fields[0] == by:
            yield path(entity, "index", one.index.name)


def _expression(said: Said, manifest: Manifest) -> Iterator[str]:
    about = (said.entity, said.this) if said.this is not None else (said.entity,)
    yield from (path(one, "exists") for one in about)
    if said.text.strip() == "null":
        return
    try:
        found = reading(said, manifest)
    except Refusal:
        # It reads what an earlier operation of the same patch makes, or is refused when it is applied.
        yield from (path(one, "field") for one in about)
        return
    # A field that is called like a variable of the text would stand in its way.
    yield from (path(said.entity, "field", name, "exists") for name in words(said.text, "name"))
    literals = words(said.text, "text")
    for one in found.mentions:
        name, _, column = one.field.partition(".")
        place = path(one.entity, "field", name)
        yield f"{place}/type"
        if column:
            place = path(place, "column", column)
            yield f"{place}/type"
        entity = manifest.visible_entities.get(one.entity)
        options = _options(entity, name, column) if entity is not None else set[str]()
        yield from (path(place, "options", option) for option in options & literals)


def _options(entity: Entity, name: str, column: str) -> set[str]:
    """The choices of a field, or of a column of its lines."""
    entry = entity.visible_fields.get(name)
    definition = entry.definition if entry is not None else None
    if column and isinstance(definition, LinesField):
        definition = next((one for one in definition.fields if one.name == column), None)
    if not isinstance(definition, EnumField | MultiEnumField):
        return set()
    return {option.value for option in definition.options}
