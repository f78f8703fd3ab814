"""Computed columns whose old rows must be computed again: the formula is another one, or something that it reads is."""

from collections.abc import Iterator, Mapping

from shared.engine import templates
from shared.engine.formulas import Node, following, formulas
from shared.engine.naming import column_name, lines_table_name, table_name
from shared.engine.storage import Column, Table
from shared.patch.fields import LinesField, ManyToManyField
from shared.patch.manifest import Manifest

Tables = Mapping[str, Table]


def recomputes(schema: str, old: Tables, new: Tables, manifest: Manifest) -> list[tuple[str, str]]:
    """Table and statement of each, after those that it reads."""
    places = dict(_places(manifest))
    changed = {node for node, (table, name) in places.items() if _is_other(old.get(table), new[table].columns[name])}
    known = formulas(manifest)
    again = {one.node for one in following(known, changed)} | changed
    found = [places[one.node] for one in known if one.node in again]
    return [(table, templates.recompute(schema, table, new[table].columns[name])) for table, name in found]


def _is_other(before: Table | None, column: Column) -> bool:
    was = before.columns.get(column.name) if before is not None else None
    if was is None:
        return column.recompute is not None
    filled = column.required and not was.required and column.default is not None
    return was.kind != column.kind or was.recompute != column.recompute or filled


def _places(manifest: Manifest) -> Iterator[tuple[Node, tuple[str, str]]]:
    """Table and column of every field, and of every column of lines."""
    for entity in manifest.visible_entities.values():
        for name, entry in entity.visible_fields.items():
            match entry.definition:
                case LinesField():
                    table = lines_table_name(entity.key, entry.key)
                    for one in entry.line_columns:
                        if not one.removed:
                            path = f"{name}.{one.definition.name}"
                            yield (entity.name, path), (table, column_name(entry.key, one.key))
                case ManyToManyField():
                    pass
                case _:
                    yield (entity.name, name), (table_name(entity.key), column_name(entity.key, entry.key))
