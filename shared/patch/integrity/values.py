"""What must hold of values that the CRM itself gives to fields: each may be given, none that is demanded is missing."""

from collections.abc import Iterator, Mapping

from shared.patch.errors import Problem
from shared.patch.fields import Field, LinesField, ManyToManyField, SequenceField
from shared.patch.finding import meant
from shared.patch.manifest import SYSTEM_FIELDS, Entity, Manifest


def given(target: Entity, values: Mapping[str, str], where: str) -> Iterator[Problem]:
    """`values` are given to fields of a record of `target`."""
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


def created(target: str, values: Mapping[str, str], where: str, manifest: Manifest) -> Iterator[Problem]:
    """`values` are all that a new record of `target` is given."""
    entity = manifest.visible_entities.get(target)
    if entity is None:
        yield unknown_entity(target, f"{where}/entity", manifest)
        return
    yield from given(entity, values, f"{where}/values")
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


def unknown_entity(name: str, where: str, manifest: Manifest) -> Problem:
    known = {one.name: one.key for one in manifest.visible_entities.values()}
    return Problem("entity_unknown", where, {"entity": name, "known": list(known)}, meant(name, known))


def unknown_field(name: str, where: str, entity: Entity) -> Problem:
    known = {one.name: one.key for one in entity.visible_fields.values()}
    params = {"field": name, "entity": entity.name, "known": list(known)}
    return Problem("field_unknown", where, params, meant(name, known))


def _given_by(definition: Field) -> str | None:
    """Why nobody gives the field a value in an expression; None when one may."""
    if getattr(definition, "computed", None) is not None:
        return "it is computed"
    if isinstance(definition, SequenceField):
        return "it is numbered by the system"
    return "it holds more than one value" if isinstance(definition, LinesField | ManyToManyField) else None
