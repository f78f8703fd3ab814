"""The records that modules bring along, as a manifest has them: under ids that follow from their keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, cast
from uuid import UUID, uuid5

from shared.patch.fields import Field, LineField, LinesField, ManyToManyField, RefAnyField, RefField
from shared.patch.manifest import Manifest
from shared.patch.seeding import referred, seed_name

_NAMESPACE = UUID("6a3f1c52-8d0e-5b7a-9c41-2f6f6be1a7d0")
Keys = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class SeedRow:
    """`values` are by name, with ids in the place of the seeds that they name; `told` are the same by the fields' keys,
    which stay the same under other names. `needs` are the keys of those seeds."""

    key: str
    entity: str
    values: Mapping[str, Any]
    told: Mapping[str, Any]
    needs: frozenset[str]

    @property
    def id(self) -> UUID:
        return seed_id(self.key)


def seed_id(key: str) -> UUID:
    return uuid5(_NAMESPACE, key)


def seed_rows(manifest: Manifest) -> dict[str, SeedRow]:
    """All visible seeds by key, each after those that it refers to."""
    seeded = [entity for entity in manifest.visible_entities.values() if entity.visible_seeds]
    keys = {(entity.name, one.seed.name): one.key for entity in seeded for one in entity.visible_seeds}
    rows: dict[str, SeedRow] = {}
    for entity in seeded:
        fields = entity.visible_fields
        for one in entity.visible_seeds:
            given = {name: value for name, value in one.seed.values.items() if name in fields}
            values = {name: _resolved(fields[name].definition, value, keys) for name, value in given.items()}
            named = [found for name, value in given.items() for _, found in referred(fields[name].definition, value)]
            needs = frozenset(keys[found] for found in named if found in keys)
            told = {fields[name].key: value for name, value in values.items()}
            rows[one.key] = SeedRow(one.key, entity.name, values, told, needs)
    order = TopologicalSorter({key: row.needs for key, row in rows.items()}).static_order()
    return {key: rows[key] for key in order}


def _resolved(definition: Field | LineField, value: Any, keys: Keys) -> Any:
    """The value with the id of each seed that it names."""
    match definition:
        case RefField() | RefAnyField():
            found = seed_name(value)
            if found is None or found not in keys:
                return value
            record_id = str(seed_id(keys[found]))
            return record_id if isinstance(definition, RefField) else f"{found[0]}/{record_id}"
        case ManyToManyField() if isinstance(value, list):
            one = RefField(name=definition.name, target=definition.target)
            return [_resolved(one, each, keys) for each in cast("list[Any]", value)]
        case LinesField() if isinstance(value, list):
            columns = {column.name: column for column in definition.fields}
            rows = cast("list[Mapping[str, Any]]", value)
            return [
                {name: _resolved(columns[name], each, keys) if name in columns else each for name, each in row.items()}
                for row in rows
            ]
        case _:
            return value
