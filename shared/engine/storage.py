"""What a manifest's visible parts look like in PostgreSQL: tables, columns, constraints, indexes, counters.

A pure value. A schema plan is the difference of two of them, so nothing here knows what was there before.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from shared.engine.naming import column_name, cut, lines_table_name, literal, quoted, table_name
from shared.engine.values import FORMATS, MONEY_DIGITS, MONEY_SCALE, storage
from shared.patch.errors import Refusal
from shared.patch.expression import compile_expression
from shared.patch.fields import Field, LineField, LinesField, RefField
from shared.patch.manifest import SYSTEM_FIELDS, Entity, FieldEntry, Manifest, Rule

ON_DELETE = {"restrict": "NO ACTION", "set_null": "SET NULL", "cascade": "CASCADE"}


@dataclass(frozen=True, slots=True)
class Place:
    """What a constraint guards, in the words of the manifest."""

    entity: str
    code: str
    field: str | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """`default` is what old rows get with a new column (SQL), `recompute` what all rows get.

    `required` says that rows which still have no value get the default too: when the column comes back, or its field
    becomes required.
    """

    name: str
    key: str
    kind: str
    default: str | None = None
    required: bool = False
    recompute: str | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    """`unfit` is true of a row that does not fit; the row is `t`. `kind` is that of the column it is about, so that it is
    made anew with the column's values."""

    name: str
    definition: str
    unfit: str
    place: Place
    kind: str = ""

    @property
    def is_check(self) -> bool:
        return self.definition.startswith("CHECK")


@dataclass(frozen=True, slots=True)
class Index:
    """A unique index whose column holds a value twice already cannot be made; then it stands in as a plain one."""

    name: str
    columns: str
    unique: bool
    place: Place
    duplicates: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`owner` is the table whose record the lines belong to."""

    name: str
    key: str
    owner: str | None = None
    columns: dict[str, Column] = field(default_factory=dict[str, Column])
    constraints: dict[str, Constraint] = field(default_factory=dict[str, Constraint])
    indexes: dict[str, Index] = field(default_factory=dict[str, Index])


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
    for entry in entity.visible_fields.values():
        if isinstance(entry.definition, LinesField):
            yield _lines_table(entity, entry, entry.definition, manifest)
            continue
        _add(table, manifest, entity, column_name(entity.key, entry.key), entry.key, entry.definition)
    for rule in entity.visible_rules:
        _add_rule(table, entity, rule.key, rule.rule, manifest)
    yield table


def _lines_table(entity: Entity, entry: FieldEntry, lines: LinesField, manifest: Manifest) -> Table:
    table = Table(lines_table_name(entity.key, entry.key), entry.key, owner=table_name(entity.key))
    for line in lines.fields:
        _add(table, manifest, entity, line.name, f"{entry.key}.{line.name}", line, entry.name)
    return table


def _add(
    table: Table,
    manifest: Manifest,
    entity: Entity,
    name: str,
    key: str,
    definition: Field | LineField,
    lines: str = "",
) -> None:
    """Column, constraints and index of one field, or of one field of the lines in the field `lines`."""
    kind = storage(definition)
    assert kind is not None
    column, said = quoted(name), f"{lines}.{definition.name}" if lines else definition.name
    recompute = recomputed(definition, entity, manifest, lines or None)
    table.columns[name] = Column(name, key, kind, _default(definition), definition.required, recompute)
    if definition.required and definition.type != "sequence":
        _constrain(table, f"{name}:required", f"{column} IS NOT NULL", Place(entity.name, "required", said), kind)
    for code, check in _checks(definition, column):
        _constrain(table, f"{name}:{code}", check, Place(entity.name, code, said), kind)
    if isinstance(definition, RefField):
        _refer(table, Place(entity.name, "reference_missing", said), name, definition, manifest)
    if (definition.unique and not lines) or definition.type == "sequence":
        index = cut(f"{table.name}:{name}:unique")
        twice = f"SELECT {column} FROM {{table}} GROUP BY {column} HAVING count(*) > 1"
        place = Place(entity.name, "unique_taken", said)
        table.indexes[index] = Index(index, f"({column})", unique=True, place=place, duplicates=twice, kind=kind)


def _constrain(table: Table, name: str, check: str, place: Place, kind: str) -> None:
    name = cut(name)
    table.constraints[name] = Constraint(name, f"CHECK ({check})", f"({check}) IS FALSE", place, kind)


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


def _refer(table: Table, place: Place, name: str, definition: RefField, manifest: Manifest) -> None:
    target = f"{{schema}}.{quoted(table_name(manifest.visible_entities[definition.target].key))}"
    column, constraint = quoted(name), cut(f"{name}:reference_missing")
    table.constraints[constraint] = Constraint(
        constraint,
        f'FOREIGN KEY ({column}) REFERENCES {target} ("id") ON DELETE {ON_DELETE[definition.on_delete]}',
        f't.{column} IS NOT NULL AND NOT EXISTS (SELECT FROM {target} o WHERE o."id" = t.{column})',
        place,
        "uuid",
    )
    if not definition.unique:
        index = cut(f"{table.name}:{name}")
        table.indexes[index] = Index(index, f"({column})", unique=False, place=place, kind="uuid")


def _add_rule(table: Table, entity: Entity, key: str, rule: Rule, manifest: Manifest) -> None:
    """Rules that PostgreSQL can say of one row by itself are held by it as well."""
    if rule.severity != "error" or not {"create", "update"} <= set(rule.on):
        return
    try:
        said = compile_expression(rule.expression, entity, manifest).sql(_columns(entity))
    except Refusal:
        return
    name = cut(f"rule:{key}")
    place = Place(entity.name, "rule_broken", rule=rule.name)
    table.constraints[name] = Constraint(name, f"CHECK ({said})", f"({said}) IS FALSE", place)


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
