"""Finding parts of a manifest by name, and refusing with a suggestion what is not there or must not be touched."""

from collections.abc import Iterable, Iterator, Mapping

from shared.patch.errors import Problem, Refusal, nearest
from shared.patch.field_entry import ColumnEntry, FieldEntry
from shared.patch.fields import Field, LinesField, ManyToManyField, RefAnyField, RefField
from shared.patch.keys import first_name
from shared.patch.manifest import SYSTEM_FIELDS, Entity, Manifest
from shared.patch.physical import column_name

FIELDS_MAX = 200
_SYSTEM = frozenset(one.casefold() for one in SYSTEM_FIELDS)
# What expressions, documents and addresses already mean by these words.
RESERVED = frozenset(
    (
        "true",
        "false",
        "null",
        "in",
        "today",
        "now",
        "user",
        "old",
        "this",
        "size",
        "key",
        "removed",
        "transition",
        "import",
    )
)
# Beside them, what the addresses of records already mean.
RESERVED_ENTITIES = RESERVED | {"files"}


def find_entity(manifest: Manifest, name: str, pointer: str = "/entity") -> Entity:
    found = manifest.visible_entities.get(name)
    if found is None:
        known = {one.name: one.key for one in manifest.visible_entities.values()}
        raise Refusal("entity_unknown", pointer, {"entity": name, "known": list(known)}, meant(name, known))
    return found


def meant(name: str, keys: Mapping[str, str]) -> str | None:
    """Which of the names was probably meant: one that was called so before, as its key tells, or the most similar."""
    former = (now for now, key in keys.items() if first_name(key).casefold() == name.casefold())
    return next(former, None) or nearest(name, keys)


def find_field(entity: Entity, name: str, pointer: str) -> FieldEntry:
    """A visible field. System fields are none that a patch may touch."""
    refuse_system(entity, name, pointer)
    found = entity.visible_fields.get(name)
    if found is None:
        raise unknown_field(entity, name, pointer)
    return found


def unknown_field(entity: Entity, name: str, pointer: str) -> Refusal:
    known = {one.name: one.key for one in entity.visible_fields.values()}
    params = {"field": name, "entity": entity.name, "known": list(known)}
    return Refusal("field_unknown", pointer, params, meant(name, known))


def refuse_system(entity: Entity, name: str, pointer: str) -> None:
    if _is_system(name):
        raise Refusal("system_field", pointer, {"field": name, "entity": entity.name})


def name_problems(name: str, owner: str, taken: Iterable[str]) -> Iterator[Problem]:
    """Why a field cannot be called so: the system's own, a word of expressions, or taken among `taken`."""
    if _is_system(name):
        yield Problem("system_field", "", {"field": name, "entity": owner})
    if name in RESERVED:
        yield Problem("name_reserved", "", {"name": name}, f"{name}Value")
    folded = name.casefold()
    for other in taken:
        if other.casefold() == folded:
            yield Problem("field_taken", "", {"name": name, "other": other, "entity": owner})


def _is_system(name: str) -> bool:
    return name.casefold() in _SYSTEM


def refuse_taken(name: str, taken: Iterable[str], code: str, pointer: str, owner: str) -> None:
    """Names that differ only in upper and lower case are the same to people."""
    for other in taken:
        if other.casefold() == name.casefold():
            raise Refusal(code, pointer, {"name": name, "other": other, "entity": owner})


def refuse_reserved(name: str, pointer: str) -> None:
    if name in RESERVED_ENTITIES:
        raise Refusal("name_reserved", pointer, {"name": name}, f"{name}Value")


def find_lines(entity: Entity, name: str, pointer: str) -> FieldEntry:
    entry = find_field(entity, name, pointer)
    if not isinstance(entry.definition, LinesField):
        known = [one.name for one in entity.visible_fields.values() if isinstance(one.definition, LinesField)]
        params = {"field": name, "entity": entity.name, "type": entry.definition.type}
        raise Refusal("not_lines", pointer, params, nearest(name, known))
    return entry


def find_column(entity: Entity, lines: str, name: str) -> tuple[FieldEntry, ColumnEntry]:
    """A lines field and a visible column of it, as `lines` and `field` of an operation name them."""
    entry = find_lines(entity, lines, "/lines")
    columns = {one.definition.name: one for one in entry.line_columns if not one.removed}
    if name not in columns:
        params = {"field": name, "entity": f"{entity.name}.{lines}", "known": list(columns)}
        raise Refusal("field_unknown", "/field", params, meant(name, {one: columns[one].key for one in columns}))
    return entry, columns[name]


def field_problems(manifest: Manifest, entity: Entity, key: str, name: str) -> Iterator[Problem]:
    """Why a field that is made, or comes back, under this key cannot be called `name`."""
    other = entity.names.get(name.casefold())
    yield from name_problems(name, entity.name, () if other is None else (other,))
    if key not in entity.fields_by_key and len(entity.visible_fields) >= FIELDS_MAX:
        yield Problem("too_many_fields", "", {"entity": entity.name, "limit": FIELDS_MAX})
    if key in entity.fields_by_key or column_name(entity.key, key) in entity.column_names:
        known = [(one.key, one.definition.name) for one in entity.fields if one.key != key or not one.removed]
        yield from key_problems(entity.name, entity.key, key, name, known)
    yield from kept_elsewhere(manifest, entity.key, key, name)


def kept_elsewhere(manifest: Manifest, owner_key: str, key: str, name: str) -> Iterator[Problem]:
    """An entity that had the owner's name when it got the field has the key."""
    for one in manifest.entities if key in manifest.lent else ():
        if one.key != owner_key and key in one.fields_by_key:
            yield Problem("former_name", "", {"name": name, "other": name, "entity": one.name})


def key_problems(
    owner: str, owner_key: str, key: str, name: str, known: Iterable[tuple[str, str]]
) -> Iterator[Problem]:
    """Why nothing new can have this key: another part has it though it is called otherwise, or its physical name."""
    physical = column_name(owner_key, key)
    for other_key, other in known:
        if other_key == key and other.casefold() != name.casefold():
            yield Problem("former_name", "", {"name": name, "other": other, "entity": owner})
        elif other_key != key and column_name(owner_key, other_key) == physical:
            yield Problem("physical_name_taken", "", {"name": name, "other": other, "entity": owner})


def target_problems(manifest: Manifest, definition: Field, itself: str | None = None) -> Iterator[Problem]:
    """Every reference, also one in a line, leads to an entity; `itself` is one that is just being made."""
    for pointer, target in targets(definition):
        if target != itself and target not in manifest.visible_entities:
            known = [*manifest.visible_entities, *([itself] if itself else [])]
            yield Problem("entity_unknown", pointer, {"entity": target, "known": known}, nearest(target, known))


def targets(definition: Field) -> Iterator[tuple[str, str]]:
    """Where a definition names entities, and which."""
    match definition:
        case RefField() | ManyToManyField():
            yield "/target", definition.target
        case RefAnyField():
            yield from ((f"/targets/{number}", one) for number, one in enumerate(definition.targets))
        case LinesField():
            for number, line in enumerate(definition.fields):
                yield from ((f"/fields/{number}{pointer}", one) for pointer, one in targets(line))
        case _:
            pass
