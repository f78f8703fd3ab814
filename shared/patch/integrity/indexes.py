"""What must hold of indexes: they are over stored values that PostgreSQL can order, and none is there twice."""

from collections.abc import Iterator

from shared.patch.errors import Problem
from shared.patch.fields import TextField
from shared.patch.integrity.values import unknown_field
from shared.patch.manifest import Entity, Index, Manifest

INDEXES_MAX = 10
# An entry of an index holds 2,704 bytes; a character may take four.
CHARACTERS_MAX = 650
_NEVER = frozenset(("file", "json", "lines", "long_text", "many_to_many", "multi_enum"))


def indexes(entity: Entity, _manifest: Manifest) -> Iterator[Problem]:
    for entry in entity.visible_indexes:
        where = f"/indexes/{entry.index.name}"
        yield from (one.under(where) for one in index_problems(entry.index, entity))


def index_problems(index: Index, entity: Entity) -> Iterator[Problem]:
    """What is wrong with one index of the entity, by pointers into it."""
    length = 0
    for number, name in enumerate(index.fields):
        where, params = f"/fields/{number}", {"field": name, "entity": entity.name}
        entry = entity.visible_fields.get(name)
        if entry is None:
            yield unknown_field(name, where, entity)
            continue
        if entry.definition.type in _NEVER:
            yield Problem("index_field_type", where, {**params, "type": entry.definition.type})
        if name in index.fields[:number]:
            yield Problem("index_field_twice", where, params)
        length += entry.definition.max_length if isinstance(entry.definition, TextField) else 0
    if length > CHARACTERS_MAX:
        params = {"index": index.name, "fields": list(index.fields), "length": length, "limit": CHARACTERS_MAX}
        yield Problem("index_too_long", "/fields", params)
    others = [one.index for one in entity.visible_indexes if one.index.name != index.name]
    for other in (one for one in others if one.fields == index.fields):
        yield Problem("index_twice", "/fields", {"index": index.name, "other": other.name, "entity": entity.name})
    if len(others) >= INDEXES_MAX:
        yield Problem("too_many_indexes", "", {"entity": entity.name, "limit": INDEXES_MAX})
