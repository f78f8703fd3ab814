"""Where records and their lines are stored: for expressions that read more than their own row."""

from dataclasses import dataclass

from shared.engine.naming import column_name, lines_table_name, quoted, table_name
from shared.patch.manifest import SYSTEM_FIELDS, Entity, Manifest


@dataclass(frozen=True, slots=True)
class StoredRecords:
    """`schema` is quoted, or what stands in its place until it is known."""

    manifest: Manifest
    schema: str

    def source(self, entity: str, alias: str) -> str:
        return f"{self.schema}.{quoted(table_name(self._entity(entity).key))} AS {alias}"

    def column(self, entity: str, alias: str, name: str) -> str:
        return f"{alias}.{column(self._entity(entity), name)}"

    def lines(self, entity: str, alias: str) -> "StoredLines":
        return StoredLines(self._entity(entity), self.schema, alias)

    def _entity(self, name: str) -> Entity:
        return self.manifest.visible_entities[name]


@dataclass(frozen=True, slots=True)
class StoredLines:
    """The lines of the row `owner`."""

    entity: Entity
    schema: str
    owner: str = "t"

    def source(self, field: str, alias: str) -> str:
        return f'{self.table(field)} AS {alias} WHERE {alias}."_record" = {self.owner}."id"'

    def column(self, field: str, alias: str, name: str) -> str:
        entry = self.entity.visible_fields[field]
        found = next(one for one in entry.line_columns if one.definition.name == name and not one.removed)
        return f"{alias}.{quoted(column_name(entry.key, found.key))}"

    def table(self, field: str) -> str:
        return f"{self.schema}.{quoted(lines_table_name(self.entity.key, self.entity.visible_fields[field].key))}"


def column(entity: Entity, name: str) -> str:
    """The column of a field, quoted."""
    return quoted(name if name in SYSTEM_FIELDS else column_name(entity.key, entity.visible_fields[name].key))
