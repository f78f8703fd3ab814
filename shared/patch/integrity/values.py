"""What must hold of values that the CRM itself gives to fields: each may be given, none that is demanded is missing."""

from collections.abc import Iterator, Mapping

from shared.patch.errors import Problem, nearest
from shared.patch.fields import Field, LinesField, ManyToManyField, RefAnyField, RefField, SequenceField
from shared.patch.manifest import SYSTEM_FIELDS, Entity, Manifest


def given(
    target: Entity, values: Mapping[str, str], where: str, about: Entity, this: Entity | None = None
) -> Iterator[Problem]:
    """`values`, said of a record of `about` (and `this`), are given to fields of a record of `target`."""
    for name, text in values.items():
        entry = target.visible_fields.get(name)
        params = {"field": name, "entity": target.name}
        if name in SYSTEM_FIELDS:
            yield Problem("system_field", f"{where}/{name}", params)
        elif entry is None:
            yield unknown_field(name, f"{where}/{name}", target)
        elif target.machine is not None and target.machine.field == name:
            yield Problem("value_of_machine", f"{where}/{name}", params)
        elif (reason := _given_by(entry.definition)) is not None:
            yield Problem("value_given", f"{where}/{name}", {**params, "reason": reason})
        elif entry.definition.required and text.strip() == "null":
            yield Problem("value_required", f"{where}/{name}", params)
        else:
            yield from aimed(target, name, text, f"{where}/{name}", about, this)


def created(target: str, values: Mapping[str, str], where: str, about: Entity, manifest: Manifest) -> Iterator[Problem]:
    """`values` are all that a new record of `target` is given."""
    entity = manifest.visible_entities.get(target)
    if entity is None:
        yield unknown_entity(target, f"{where}/entity", manifest)
        return
    yield from given(entity, values, f"{where}/values", about)
    missing = [name for name in demanded(entity) if name not in values]
    if missing:
        yield Problem("required_missing", f"{where}/values", {"entity": target, "fields": missing})


def demanded(entity: Entity) -> Iterator[str]:
    """Fields without which no record can be created: nothing else gives them a value."""
    for name, entry in entity.visible_fields.items():
        definition = entry.definition
        machine = entity.machine is not None and entity.machine.field == name
        itself = machine or isinstance(definition, SequenceField) or getattr(definition, "computed", None) is not None
        if definition.required and not itself and getattr(definition, "default", None) is None:
            yield name


def aimed(
    target: Entity, name: str, text: str, where: str, about: Entity, this: Entity | None = None
) -> Iterator[Problem]:
    """A reference is given, or compared with, a record that it may refer to, as far as a plain name tells."""
    text = text.strip()
    if this is not None and text.startswith("this."):
        about, text = this, text.removeprefix("this.")
    targets, got = _targets(target, name), _targets(about, text)
    if targets and got and not set(got) <= set(targets):
        yield Problem("value_target", where, {"field": name, "target": list(targets), "got": list(got)})


def unknown_entity(name: str, where: str, manifest: Manifest) -> Problem:
    known = list(manifest.visible_entities)
    return Problem("entity_unknown", where, {"entity": name, "known": known}, nearest(name, known))


def unknown_field(name: str, where: str, entity: Entity) -> Problem:
    known = list(entity.visible_fields)
    return Problem("field_unknown", where, {"field": name, "entity": entity.name, "known": known}, nearest(name, known))


def _given_by(definition: Field) -> str | None:
    """Why nobody gives the field a value in an expression; None when one may."""
    if getattr(definition, "computed", None) is not None:
        return "it is computed"
    if isinstance(definition, SequenceField):
        return "it is numbered by the system"
    return "it holds more than one value" if isinstance(definition, LinesField | ManyToManyField) else None


def _targets(entity: Entity, name: str) -> tuple[str, ...]:
    """Of which entities the records are that a field holds; nothing for one that holds none."""
    entry = entity.visible_fields.get(name)
    match entry.definition if entry is not None else None:
        case RefField(target=target):
            return (target,)
        case RefAnyField(targets=targets):
            return targets
        case _:
            return (entity.name,) if name == "id" else ()
