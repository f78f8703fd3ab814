"""Finding parts of a manifest by name, and refusing with a suggestion what is not there or must not be touched."""

from collections.abc import Iterable, Iterator

from shared.patch.errors import Problem, Refusal, nearest
from shared.patch.fields import LinesField
from shared.patch.keys import field_key
from shared.patch.manifest import SYSTEM_FIELDS, Entity, FieldEntry, Manifest

FIELDS_MAX = 200
# What expressions, documents and addresses already mean by these words.
RESERVED = frozenset(
    ("true", "false", "null", "in", "today", "now", "user", "old", "size", "key", "removed", "transition", "import")
)


def find_entity(manifest: Manifest, name: str, pointer: str = "/entity") -> Entity:
    found = manifest.visible_entities.get(name)
    if found is None:
        known = list(manifest.visible_entities)
        raise Refusal("entity_unknown", pointer, {"entity": name, "known": known}, nearest(name, known))
    return found


def find_field(entity: Entity, name: str, pointer: str) -> FieldEntry:
    """A visible field. System fields are none that a patch may touch."""
    refuse_system(entity, name, pointer)
    found = entity.visible_fields.get(name)
    if found is None:
        raise unknown_field(entity, name, pointer)
    return found


def unknown_field(entity: Entity, name: str, pointer: str) -> Refusal:
    known = list(entity.visible_fields)
    return Refusal(
        "field_unknown", pointer, {"field": name, "entity": entity.name, "known": known}, nearest(name, known)
    )


def refuse_system(entity: Entity, name: str, pointer: str) -> None:
    if _is_system(name):
        raise Refusal("system_field", pointer, {"field": name, "entity": entity.name})


def name_problems(name: str, owner: str, taken: Iterable[str]) -> Iterator[Problem]:
    """Why a field cannot be called so: the system's own, a word of expressions, or taken among `taken`."""
    if _is_system(name):
        yield Problem("system_field", "", {"field": name, "entity": owner})
    if name in RESERVED:
        yield Problem("name_reserved", "", {"name": name}, f"{name}Value")
    for other in taken:
        if other.casefold() == name.casefold():
            yield Problem("field_taken", "", {"name": name, "other": other, "entity": owner})


def _is_system(name: str) -> bool:
    return name.casefold() in {one.casefold() for one in SYSTEM_FIELDS}


def find_role(manifest: Manifest, name: str, pointer: str) -> str:
    if name not in manifest.roles:
        raise Refusal(
            "role_unknown", pointer, {"role": name, "known": [*manifest.roles]}, nearest(name, manifest.roles)
        )
    return name


def refuse_shown(entity: Entity, names: Iterable[str], pointer: str) -> None:
    """A page shows visible fields and system fields, each once."""
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name not in SYSTEM_FIELDS and name not in entity.visible_fields:
            raise unknown_field(entity, name, f"{pointer}/{number}")
        if name in seen:
            raise Refusal("shown_twice", f"{pointer}/{number}", {"field": name, "entity": entity.name})
        seen.add(name)


def refuse_taken(name: str, taken: Iterable[str], code: str, pointer: str, owner: str) -> None:
    """Names that differ only in upper and lower case are the same to people."""
    for other in taken:
        if other.casefold() == name.casefold():
            raise Refusal(code, pointer, {"name": name, "other": other, "entity": owner})


def refuse_reserved(name: str, pointer: str) -> None:
    if name in RESERVED:
        raise Refusal("name_reserved", pointer, {"name": name}, f"{name}Value")


def new_entry(entity: Entity, module: str, name: str, pointer: str) -> FieldEntry | None:
    """The removed entry that a new field of `module` brings back, if there is one; refuses a name that is taken."""
    refuse_system(entity, name, pointer)
    refuse_reserved(name, pointer)
    refuse_taken(name, entity.visible_fields, "field_taken", pointer, entity.name)
    key = field_key(module, entity.name, name)
    returning = next((entry for entry in entity.fields if entry.key == key), None)
    if returning is None and len(entity.visible_fields) >= FIELDS_MAX:
        raise Refusal("too_many_fields", pointer, {"entity": entity.name, "limit": FIELDS_MAX})
    return returning


def refuse_field_targets(manifest: Manifest, definition: object, pointer: str, itself: str | None = None) -> None:
    """Every reference, also one in a line, leads to an entity; `itself` is one that is just being made."""
    target = getattr(definition, "target", None)
    if target is not None and target != itself:
        find_entity(manifest, target, f"{pointer}/target")
    if isinstance(definition, LinesField):
        for number, line in enumerate(definition.fields):
            refuse_field_targets(manifest, line, f"{pointer}/fields/{number}", itself)
