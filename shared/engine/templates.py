"""The SQL of schema plans. Identifiers are quoted here, and nowhere are they taken from anything but a key."""

from collections.abc import Iterable, Sequence

from shared.engine.naming import COUNTERS, FILES, NOTICES, PARTS, SEEDS, UPLOADS, cut, literal, quoted
from shared.engine.storage import Column, Constraint, Index, Table

# A text that is no value of the new kind becomes none; the text itself stays beside it.
_VALID = "CASE WHEN pg_input_is_valid({old}::text, '{kind}') THEN {old}::text::{kind} END"
# One choice is a list of one; only such a list is one choice.
_CASTS = {
    ("text", "text[]"): "CASE WHEN {old} IS NOT NULL THEN ARRAY[{old}] END",
    ("text[]", "text"): "CASE WHEN cardinality({old}) = 1 THEN {old}[1] END",
}


def metadata(schema: str) -> str:
    place = quoted(schema)
    return f"""DO $do$ BEGIN
IF to_regnamespace({literal(place)}) IS NULL THEN CREATE SCHEMA {place}; END IF; END $do$;
CREATE TABLE {place}.{PARTS} (relation text NOT NULL, name text NOT NULL, key text NOT NULL, kind text NOT NULL,
parked boolean NOT NULL DEFAULT false, PRIMARY KEY (relation, name));
CREATE TABLE {place}.{COUNTERS} (key text PRIMARY KEY, value bigint NOT NULL DEFAULT 0)"""


def seeds(schema: str) -> str:
    """`told` is what a seed said when it was last written, `parked` its record and lines while it is taken away."""
    columns = "key text PRIMARY KEY, id uuid NOT NULL UNIQUE, told jsonb NOT NULL, parked jsonb"
    return f"CREATE TABLE IF NOT EXISTS {quoted(schema)}.{SEEDS} ({columns})"


def notices(schema: str) -> str:
    """What triggers told whom: `entity` is a key, which stays when the entity gets another name."""
    columns = "at timestamptz NOT NULL, role text NOT NULL, en text NOT NULL, zh text NOT NULL, entity text NOT NULL"
    place = f"{quoted(schema)}.{NOTICES}"
    return (
        f"CREATE TABLE IF NOT EXISTS {place} (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {columns}, "
        f"record uuid NOT NULL); CREATE INDEX IF NOT EXISTS {quoted(NOTICES + '_role')} ON {place} (role, number)"
    )


def files(schema: str) -> str:
    """What files hold, and who sent them when, for records yet to be written."""
    kept, sent = (f"{quoted(schema)}.{one}" for one in (FILES, UPLOADS))
    return (
        f"CREATE TABLE IF NOT EXISTS {kept} (digest text PRIMARY KEY, size bigint NOT NULL, content bytea NOT NULL); "
        f"CREATE TABLE IF NOT EXISTS {sent} (digest text NOT NULL REFERENCES {kept} ON DELETE CASCADE, "
        "person text NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (digest, person))"
    )


def create_table(schema: str, table: Table, *, with_columns: bool) -> str:
    place = f"{quoted(schema)}.{quoted(table.name)}"
    if table.owner is None:
        parts = ['"id" uuid PRIMARY KEY', '"createdAt" timestamptz NOT NULL', '"updatedAt" timestamptz NOT NULL']
    else:
        owner = f"{quoted(schema)}.{quoted(table.owner)}"
        parts = [f'"_record" uuid NOT NULL REFERENCES {owner} ("id") ON DELETE CASCADE', '"_position" integer NOT NULL']
    if with_columns:
        parts += [f"{quoted(column.name)} {column.kind}" for column in table.columns.values()]
    if table.owner is not None:
        parts.append('PRIMARY KEY ("_record", "_position")')
    return f"CREATE TABLE IF NOT EXISTS {place} ({', '.join(parts)})"


def add_columns(schema: str, table: str, columns: Sequence[Column]) -> list[str]:
    """A default given while adding fills old rows without touching them; afterwards the engine knows the default."""
    place = f"{quoted(schema)}.{quoted(table)}"
    parts = [
        f"ADD COLUMN IF NOT EXISTS {quoted(one.name)} {one.kind}" + (f" DEFAULT {one.default}" if one.default else "")
        for one in columns
    ]
    filled = [f"ALTER COLUMN {quoted(one.name)} DROP DEFAULT" for one in columns if one.default]
    return [f"ALTER TABLE {place} {', '.join(parts)}"] + (
        [f"ALTER TABLE {place} {', '.join(filled)}"] if filled else []
    )


def retype(schema: str, table: str, column: Column, old_kind: str) -> list[str]:
    """Change the kind of a column's values without losing one.

    What the column held stays beside it; and where the value was not changed since an earlier change, what that change
    left beside it is what it becomes again.
    """
    place, name = f"{quoted(schema)}.{quoted(table)}", quoted(column.name)
    kept, earlier = cut(f"{column.name}:{old_kind}"), cut(f"{column.name}:{column.kind}")
    back = _CASTS.get((column.kind, old_kind), _VALID).format(old=quoted(earlier), kind=old_kind)
    forth = _CASTS.get((old_kind, column.kind), _VALID).format(old=name, kind=column.kind)
    rows = ((kept, old_kind, "true"), (earlier, column.kind, "true"), (column.name, column.kind, "false"))
    values = ", ".join(
        f"({literal(table)}, {literal(part)}, {literal(column.key)}, {literal(kind)}, {parked})"
        for part, kind, parked in rows
    )
    unchanged = f"{quoted(earlier)} IS NOT NULL AND {name} IS NOT DISTINCT FROM ({back})"
    beside = f"{quoted(kept)} {old_kind}, ADD COLUMN IF NOT EXISTS {quoted(earlier)} {column.kind}"
    using = f"CASE WHEN {unchanged} THEN {quoted(earlier)} ELSE {forth} END"
    columns = f"{quoted(schema)}.{PARTS} (relation, name, key, kind, parked)"
    renewed = "ON CONFLICT (relation, name) DO UPDATE SET kind = excluded.kind, parked = excluded.parked"
    return [
        f"ALTER TABLE {place} ADD COLUMN IF NOT EXISTS {beside}",
        f"UPDATE {place} SET {quoted(kept)} = {name}",
        f"ALTER TABLE {place} ALTER COLUMN {name} TYPE {column.kind} USING {using}",
        f"INSERT INTO {columns} VALUES {values} {renewed}",
    ]


def record_parts(schema: str, table: Table, columns: Sequence[Column] | None) -> str:
    """Tell the metadata what is in use; `columns` is None for the table itself and all of its columns."""
    rows = [(table.name, one.name, one.key, one.kind) for one in (columns or table.columns.values())]
    if columns is None:
        rows.insert(0, (table.name, "", table.key, "table"))
    values = ", ".join(f"({', '.join(literal(part) for part in row)})" for row in rows)
    return (
        f"INSERT INTO {quoted(schema)}.{PARTS} (relation, name, key, kind) VALUES {values} "
        "ON CONFLICT (relation, name) DO UPDATE SET parked = false, kind = excluded.kind"
    )


def park(schema: str, table: str, column: str | None) -> str:
    one = "" if column is None else f" AND name = {literal(column)}"
    return f"UPDATE {quoted(schema)}.{PARTS} SET parked = true WHERE relation = {literal(table)}{one}"


def fill(schema: str, table: str, column: Column) -> str:
    name = quoted(column.name)
    return f"UPDATE {quoted(schema)}.{quoted(table)} SET {name} = {column.default} WHERE {name} IS NULL"


def recompute(schema: str, table: str, column: Column) -> str:
    name, value = quoted(column.name), _in_schema(column.recompute or "NULL", schema)
    return f"UPDATE {quoted(schema)}.{quoted(table)} AS t SET {name} = {value} WHERE t.{name} IS DISTINCT FROM {value}"


def drop_constraints(schema: str, table: str, names: Iterable[str]) -> str:
    parts = ", ".join(f"DROP CONSTRAINT IF EXISTS {quoted(name)}" for name in names)
    return f"ALTER TABLE {quoted(schema)}.{quoted(table)} {parts}"


def add_constraints(schema: str, table: str, constraints: Iterable[Constraint], *, valid: bool) -> str:
    """Rows that are there already are not looked at: those that do not fit are told as findings instead."""
    unlooked = "" if valid else " NOT VALID"
    parts = ", ".join(
        f"ADD CONSTRAINT {quoted(one.name)} {_in_schema(one.definition, schema)}{unlooked}" for one in constraints
    )
    return f"ALTER TABLE {quoted(schema)}.{quoted(table)} {parts}"


def create_index(schema: str, table: str, index: Index) -> str:
    on = f"{quoted(index.name)} ON {quoted(schema)}.{quoted(table)} {index.columns}"
    if not index.unique:
        return f"CREATE INDEX IF NOT EXISTS {on}"
    return f"DO $do$ BEGIN CREATE UNIQUE INDEX {on}; EXCEPTION WHEN unique_violation THEN CREATE INDEX {on}; END $do$"


def drop_index(schema: str, name: str) -> str:
    return f"DROP INDEX IF EXISTS {quoted(schema)}.{quoted(name)}"


def counter(schema: str, key: str) -> str:
    return f"INSERT INTO {quoted(schema)}.{COUNTERS} (key) VALUES ({literal(key)}) ON CONFLICT (key) DO NOTHING"


def rows(schema: str, table: Table, condition: str) -> str:
    """The ids of the records to which, or to a line of which, the condition applies."""
    one = "id" if table.owner is None else "_record"
    place = f"{quoted(schema)}.{quoted(table.name)}"
    return f"SELECT t.{quoted(one)} AS id FROM {place} t WHERE {_in_schema(condition, schema)}"


def duplicated(schema: str, table: str, index: Index) -> str:
    return f"{index.columns} IN ({index.duplicates.format(table=f'{quoted(schema)}.{quoted(table)}')})"


def _in_schema(sql: str, schema: str) -> str:
    return sql.replace("{schema}", quoted(schema))
