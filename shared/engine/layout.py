"""From a manifest to its tables: what its visible parts look like in PostgreSQL.

Pure. A schema plan is the difference of two layouts, so nothing here knows what was there before.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from shared.engine.naming import column_name, cut, lines_table_name, literal, quoted, table_name
from shared.engine.storage import Column, Constraint, Index, Place, Table
from shared.engine.values import MONEY_DIGITS, MONEY_SCALE, storage
from shared.patch.errors import Refusal
from shared.patch.expression import compile_expression
from shared.patch.fields import Field, LineField, LinesField, RefField
from shared.patch.formats import FORMATS
from shared.patch.manifest import SYSTEM_FIELDS, Entity, FieldEntry, Manifest, Rule

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


def _tables(entity: Entity, manifest: Manifest) -> Iterator[Table]:
    table = Table(table_name(entity.key), entity.key)
    created = cut(f"{table.name}:createdAt")
    table.indexes[created] = Index(created, '("createdAt", "id")', unique=False, place=Place(entity.name, ""))
    shape = _Shape(table, entity, manifest)
    for entry in entity.visible_fields.values():
        if isinstance(entry.definition, LinesField):
            yield _lines_table(entity, entry, entry.definition, manifest)
        else:
            shape.add(column_name(entity.key, entry.key), entry.key, entry.definition)
    for rule in entity.visible_rules:
        shape.add_rule(rule.key, rule.rule)
    yield table


def _lines_table(entity: Entity, entry: FieldEntry, lines: LinesField, manifest: Manifest) -> Table:
    table = Table(lines_table_name(entity.key, entry.key), entry.key, owner=table_name(entity.key))
    shape = _Shape(table, entity, manifest, within=entry.name)
    for line in lines.fields:
        shape.add(line.name, f"{entry.key}.{line.name}", line)
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
        table.columns[name] = Column(name, key, kind, _default(definition), definition.required, recompute)
        if definition.required and definition.type != "sequence":
            self._constrain(name, definition, "required", f"{column} IS NOT NULL")
        for code, check in _checks(definition, column):
            self._constrain(name, definition, code, check)
        if isinstance(definition, RefField):
            self._refer(name, definition)
        if (definition.unique and self.within is None) or definition.type == "sequence":
            index = cut(f"{table.name}:{name}:unique")
            twice = f"SELECT {column} FROM {{table}} GROUP BY {column} HAVING count(*) > 1"
            place = self._place(definition, "unique_taken")
            table.indexes[index] = Index(index, f"({column})", unique=True, place=place, duplicates=twice, kind=kind)

    def add_rule(self, key: str, rule: Rule) -> None:
        """Rules that PostgreSQL can say of one row by itself are held by it as well."""
        if rule.severity != "error" or not {"create", "update"} <= set(rule.on):
            return
        try:
            said = compile_expression(rule.expression, self.entity, self.manifest).sql(_columns(self.entity))
        except Refusal:
            return
        name = cut(f"rule:{key}")
        place = Place(self.entity.name, "rule_broken", rule=rule.name)
        self.table.constraints[name] = Constraint(name, f"CHECK ({said})", f"({said}) IS FALSE", place)

    def _place(self, definition: Field | LineField, code: str) -> Place:
        said = definition.name if self.within is None else f"{self.within}.{definition.name}"
        return Place(self.entity.name, code, said)

    def _constrain(self, column: str, definition: Field | LineField, code: str, check: str) -> None:
        name, place = cut(f"{column}:{code}"), self._place(definition, code)
        kind = storage(definition) or ""
        self.table.constraints[name] = Constraint(name, f"CHECK ({check})", f"({check}) IS FALSE", place, kind)

    def _refer(self, name: str, definition: RefField) -> None:
        target = f"{{schema}}.{quoted(table_name(self.manifest.visible_entities[definition.target].key))}"
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
            index = cut(f"{self.table.name}:{name}")
            self.table.indexes[index] = Index(index, f"({column})", unique=False, place=place, kind="uuid")


def _checks(definition: Field | LineField, column: str) -> Iterator[tuple[str, str]]:
    match definition.type:
        case "text":
            yield "too_long", f"char_length({column}) <= {definition.max_length}"
            if definition.min_length:
                yield "too_short", f"char_length({column}) >= {definition.min_length}"
            if definition.format:
                yield "bad_format", f"{column} ~ {literal(FORMATS[definition.format])}"
        case "long_text":
            yield "too_long", f"char_length({column}) <= {definition.max_length}"
        case "integer":
            yield "not_an_integer", f"{column} = trunc({column})"
            yield from _bounds(definition, column)
        case "decimal":
            yield "too_many_decimals", f"{column} = round({column}, {definition.scale})"
            yield "too_many_digits", f"abs({column}) < 1e{definition.precision - definition.scale}"
            yield from _bounds(definition, column)
        case "money":
            yield "too_many_decimals", f"{column} = round({column}, {MONEY_SCALE})"
            yield "too_many_digits", f"abs({column}) < 1e{MONEY_DIGITS - MONEY_SCALE}"
            yield from _bounds(definition, column)
        case "enum":
            yield "not_an_option", f"{column} IN ({', '.join(literal(one.value) for one in definition.options)})"
        case _:
            return


def _bounds(definition: Any, column: str) -> Iterator[tuple[str, str]]:
    if definition.min is not None:
        yield "too_small", f"{column} >= ({definition.min})"
    if definition.max is not None:
        yield "too_large", f"{column} <= ({definition.max})"


def recomputed(definition: Field | LineField, entity: Entity, manifest: Manifest, within: str | None) -> str | None:
    """The value of a computed field over the columns of its row `t`, rounded as the field asks."""
    text: str | None = getattr(definition, "computed", None)
    if text is None:
        return None
    expression = compile_expression(text, entity, manifest, within=within)
    if within is not None:
        said = expression.sql(lambda name: f"t.{quoted(name)}")
    else:
        columns = _columns(entity)
        said = expression.sql(lambda name: f"t.{columns(name)}", _StoredLines(entity))
    match definition.type:
        case "integer":
            return f"round({said})"
        case "money":
            return f"round({said}, {MONEY_SCALE})"
        case "decimal":
            return f"round({said}, {definition.scale})"
        case _:
            return said


@dataclass(frozen=True, slots=True)
class _StoredLines:
    entity: Entity

    def source(self, field: str, alias: str) -> str:
        table = lines_table_name(self.entity.key, self.entity.visible_fields[field].key)
        return f'{{schema}}.{quoted(table)} AS {alias} WHERE {alias}."_record" = t."id"'

    def column(self, field: str, alias: str, name: str) -> str:
        assert field
        return f"{alias}.{quoted(name)}"


def _columns(entity: Entity) -> Callable[[str], str]:
    names = {name: column_name(entity.key, entry.key) for name, entry in entity.visible_fields.items()}
    names |= {name: name for name in SYSTEM_FIELDS}
    return lambda name: quoted(names[name])


def _default(definition: Field | LineField) -> str | None:
    default: Any = getattr(definition, "default", None)
    if default is None:
        return None
    match definition.type:
        case "integer" | "decimal" | "money":
            return f"({default})"
        case "boolean":
            return "true" if default else "false"
        case "date":
            return "CURRENT_DATE" if default == "today" else literal(default.isoformat()) + "::date"
        case "datetime":
            return "now()" if default == "now" else literal(default.isoformat()) + "::timestamptz"
        case _:
            return literal(str(default))
