"""From a manifest to its tables: what its visible parts look like in PostgreSQL.

Pure. A schema plan is the difference of two layouts, so nothing here knows what was there before. What is laid out
follows from keys and definitions; names stand in `Place` alone, so that renaming lays out nothing anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.engine.demands import default_value, demands
from shared.engine.naming import column_name, cut, lines_table_name, literal, quoted, table_name
from shared.engine.storage import Column, Constraint, Index, Place, Table
from shared.engine.stored import StoredLines, StoredRecords, column
from shared.engine.values import storage
from shared.patch.bounds import MONEY_SCALE
from shared.patch.errors import Refusal
from shared.patch.expression import compile_expression
from shared.patch.field_entry import FieldEntry
from shared.patch.fields import Field, LineField, LinesField, ManyToManyField, RefAnyField, RefField
from shared.patch.manifest import Entity, IndexEntry, Manifest, Rule
from shared.patch.trigger import NotifyAction

ON_DELETE = {"restrict": "NO ACTION", "set_null": "SET NULL", "cascade": "CASCADE"}


def layout(manifest: Manifest) -> dict[str, Table]:
    """All tables of the visible manifest by physical name."""
    tables: dict[str, Table] = {}
    for entity in manifest.visible_entities.values():
        for table in _tables(entity, manifest):
            tables[table.name] = table
    return tables


def counters(manifest: Manifest) -> tuple[str, ...]:
    """The keys of all sequence fields: each has a row that counts."""
    return tuple(
        entry.key
        for entity in manifest.visible_entities.values()
        for entry in entity.visible_fields.values()
        if entry.definition.type == "sequence"
    )


def notifies(manifest: Manifest) -> bool:
    """Whether any trigger tells people something."""
    triggers = (entry.trigger for entity in manifest.visible_entities.values() for entry in entity.visible_triggers)
    return any(isinstance(action, NotifyAction) for one in triggers for action in one.actions)


def attaches(manifest: Manifest) -> bool:
    """Whether any record holds files."""
    return any(
        entry.definition.type == "file"
        for entity in manifest.visible_entities.values()
        for entry in entity.visible_fields.values()
    )


def _tables(entity: Entity, manifest: Manifest) -> Iterator[Table]:
    table = Table(table_name(entity.key), entity.key)
    created = cut(f"{table.name}:createdAt")
    table.indexes[created] = Index(created, '("createdAt", "id")', unique=False, place=Place(entity.name, ""))
    shape = _Shape(table, entity, manifest)
    for entry in entity.visible_fields.values():
        match entry.definition:
            case LinesField():
                yield _lines_table(entity, entry, manifest)
            case ManyToManyField():
                yield _links_table(entity, entry, entry.definition, manifest)
            case definition:
                shape.add(column_name(entity.key, entry.key), entry.key, definition)
    for rule in entity.visible_rules:
        shape.add_rule(rule.key, rule.rule)
    for index in entity.visible_indexes:
        shape.add_index(index)
    yield table


def _lines_table(entity: Entity, entry: FieldEntry, manifest: Manifest) -> Table:
    table = Table(lines_table_name(entity.key, entry.key), entry.key, owner=table_name(entity.key))
    shape = _Shape(table, entity, manifest, within=entry.name)
    for one in entry.line_columns:
        if not one.removed:
            shape.add(column_name(entry.key, one.key), one.key, one.definition)
    return table


def _links_table(entity: Entity, entry: FieldEntry, definition: ManyToManyField, manifest: Manifest) -> Table:
    """Lines of one reference, each record at most once."""
    table = Table(lines_table_name(entity.key, entry.key), entry.key, owner=table_name(entity.key))
    link = RefField(name=entry.name, target=definition.target)
    shape = _Shape(table, entity, manifest)
    shape.add("target", entry.key, link)
    once, pair = cut(f"{table.name}:once"), '"_record", "target"'
    twice = f"SELECT {pair} FROM {{table}} GROUP BY {pair} HAVING count(*) > 1"
    place = Place(entity.name, "referred_twice", entry.name)
    table.indexes[once] = Index(once, f"({pair})", unique=True, place=place, duplicates=twice, kind="uuid")
    return table


@dataclass(frozen=True, slots=True)
class _Shape:
    """Adds fields to a table: of the entity, or of its lines in the field `within`."""

    table: Table
    entity: Entity
    manifest: Manifest
    within: str | None = None

    def add(self, name: str, key: str, definition: Field | LineField) -> None:
        """Column, constraints and index of one field."""
        table, column = self.table, quoted(name)
        kind = storage(definition)
        assert kind is not None
        recompute = recomputed(definition, self.entity, self.manifest, self.within)
        table.columns[name] = Column(name, key, kind, default_value(definition), definition.required, recompute)
        if definition.required and definition.type != "sequence":
            self._constrain(name, definition, "required", f"{column} IS NOT NULL")
        for code, check in demands(definition, column):
            self._constrain(name, definition, code, check)
        if isinstance(definition, RefField):
            self._refer(name, definition)
        if isinstance(definition, RefAnyField):
            self._refer_anywhere(name, definition)
        if (definition.unique and self.within is None) or definition.type == "sequence":
            place = self._place(definition, "unique_taken")
            self._unique(cut(f"{table.name}:{name}:unique"), [name], place)

    def add_rule(self, key: str, rule: Rule) -> None:
        """Rules that PostgreSQL can say of one row by itself are held by it as well."""
        if rule.severity != "error" or not {"create", "update"} <= set(rule.on):
            return
        try:
            said = compile_expression(rule.expression, self.entity, self.manifest).sql(
                lambda name: column(self.entity, name)
            )
        except Refusal:
            return
        name = cut(f"rule:{key}")
        place = Place(self.entity.name, "rule_broken", rule=rule.name)
        self.table.constraints[name] = Constraint(name, f"CHECK ({said})", f"({said}) IS FALSE", place)

    def add_index(self, entry: IndexEntry) -> None:
        fields = self.entity.visible_fields
        names = [column_name(self.entity.key, fields[one].key) for one in entry.index.fields]
        name, first = cut(f"index:{entry.key}"), entry.index.fields[0]
        if entry.index.unique:
            code = "together_taken" if len(names) > 1 else "unique_taken"
            self._unique(name, names, Place(self.entity.name, code, first))
            return
        columns = ", ".join(map(quoted, names))
        place = Place(self.entity.name, "", first)
        self.table.indexes[name] = Index(name, f"({columns})", unique=False, place=place, kind=self._kinds(names))

    def _unique(self, index: str, names: list[str], place: Place) -> None:
        columns = ", ".join(map(quoted, names))
        given = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in names)
        twice = f"SELECT {columns} FROM {{table}} WHERE {given} GROUP BY {columns} HAVING count(*) > 1"
        kinds = self._kinds(names)
        self.table.indexes[index] = Index(index, f"({columns})", unique=True, place=place, duplicates=twice, kind=kinds)

    def _kinds(self, names: list[str]) -> str:
        return ", ".join(self.table.columns[name].kind for name in names)

    def _place(self, definition: Field | LineField, code: str) -> Place:
        said = definition.name if self.within is None else f"{self.within}.{definition.name}"
        return Place(self.entity.name, code, said)

    def _constrain(self, column: str, definition: Field | LineField, code: str, check: str) -> None:
        name, place = cut(f"{column}:{code}"), self._place(definition, code)
        kind = storage(definition) or ""
        self.table.constraints[name] = Constraint(name, f"CHECK ({check})", f"({check}) IS FALSE", place, kind)

    def _refer(self, name: str, definition: RefField) -> None:
        target = self._table(definition.target)
        column, constraint = quoted(name), cut(f"{name}:reference_missing")
        place = self._place(definition, "reference_missing")
        self.table.constraints[constraint] = Constraint(
            constraint,
            f'FOREIGN KEY ({column}) REFERENCES {target} ("id") ON DELETE {ON_DELETE[definition.on_delete]}',
            f't.{column} IS NOT NULL AND NOT EXISTS (SELECT FROM {target} o WHERE o."id" = t.{column})',
            place,
            "uuid",
        )
        if not definition.unique:
            self._index(name, place)

    def _refer_anywhere(self, name: str, definition: RefAnyField) -> None:
        """A text of key and id, which no foreign key can hold: the engine looks after it."""
        column, place = quoted(name), self._place(definition, "reference_missing")
        keys = {one: self.manifest.visible_entities[one].key for one in definition.targets}
        self._constrain(
            name, definition, "not_a_target", f"left({column}, -37) IN ({', '.join(map(literal, keys.values()))})"
        )
        there = " AND ".join(
            f'NOT EXISTS (SELECT FROM {self._table(one)} o WHERE t.{column} = {literal(key + "/")} || o."id")'
            for one, key in keys.items()
        )
        missing = cut(f"{name}:reference_missing")
        unfit = f"t.{column} IS NOT NULL AND {there}"
        self.table.constraints[missing] = Constraint(missing, "", unfit, place, "text")
        if not definition.unique:
            self._index(name, place)

    def _index(self, name: str, place: Place) -> None:
        index = cut(f"{self.table.name}:{name}")
        kind = self.table.columns[name].kind
        self.table.indexes[index] = Index(index, f"({quoted(name)})", unique=False, place=place, kind=kind)

    def _table(self, entity: str) -> str:
        return f"{{schema}}.{quoted(table_name(self.manifest.visible_entities[entity].key))}"


def recomputed(definition: Field | LineField, entity: Entity, manifest: Manifest, within: str | None) -> str | None:
    """The value of a computed field over the columns of its row `t`, rounded as the field asks."""
    text: str | None = getattr(definition, "computed", None)
    if text is None:
        return None
    expression = compile_expression(text, entity, manifest, within=within)
    lines, records = StoredLines(entity, "{schema}"), StoredRecords(manifest, "{schema}")
    if within is not None:
        said = expression.sql(lambda name: lines.column(within, "t", name), records=records)
    else:
        said = expression.sql(lambda name: f"t.{column(entity, name)}", lines, records=records)
    match definition.type:
        case "integer":
            return f"round({said})"
        case "money":
            return f"round({said}, {MONEY_SCALE})"
        case "decimal":
            return f"round({said}, {definition.scale})"
        case _:
            return said
