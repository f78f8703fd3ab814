"""Carry out a schema plan inside the caller's transaction, and say which old rows no longer fit."""

from typing import Any

from shared.engine import templates
from shared.engine.connection import Connection
from shared.engine.naming import COUNTERS, FILES, NOTICES, PARTS, SEEDS, quoted
from shared.engine.plan import Check, Plan
from shared.engine.seeding import sow, take_away

SAMPLE = 5

Finding = dict[str, Any]


async def apply_plan(
    connection: Connection, plan: Plan, *, lock_timeout_milliseconds: int | None = None
) -> list[Finding]:
    """Take seeds away, run the plan's statements as one batch, and sow seeds.

    A finding is `{entity, field, rule, code, count, sample}`, where `sample` holds the ids of the first records that do
    not fit; they stay as they are until they are next written. Raises RecordRefused for a seed that does not fit.

    `lock_timeout_milliseconds` holds to the end of the transaction; whoever changes a live schema sets it and retries
    on `asyncpg.LockNotAvailableError`.
    """
    if not plan:
        return []
    if lock_timeout_milliseconds is not None:
        await connection.execute(f"SET LOCAL lock_timeout = {int(lock_timeout_milliseconds)}")
    seeds = plan.seeds
    if seeds is not None and seeds.gone:
        await take_away(connection, seeds.before, plan.schema, seeds.gone)
    rewrites = await _all_rewrites(connection, plan) if plan.returning else plan.rewrites
    await connection.execute(";\n".join(plan.with_rewrites(rewrites)))
    if seeds is not None and seeds.sown:
        await sow(connection, seeds.after, plan.schema, seeds.sown)
    return [] if plan.fresh or not plan.checks else await _findings(connection, plan.checks)


async def empty_schema(connection: Connection, schema: str) -> None:
    """Delete every record, seeds, notices, files and what is parked too, and number from one again."""
    tables = await connection.fetch(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables"
        " WHERE schemaname = $1 AND NOT starts_with(tablename, '_')",
        schema,
    )
    if tables:
        await connection.execute(f"TRUNCATE {', '.join(row['name'] for row in tables)}")
    await connection.execute(f"UPDATE {quoted(schema)}.{COUNTERS} SET value = 0")
    for kept in (f"{quoted(schema)}.{one}" for one in (SEEDS, NOTICES, FILES)):
        if await connection.fetchval("SELECT to_regclass($1)", kept) is not None:
            await connection.execute(f"DELETE FROM {kept}")


async def _all_rewrites(connection: Connection, plan: Plan) -> dict[str, list[str]]:
    """The plan's own rewrites, and what columns that come back from parking need: another kind, missing defaults."""
    known = await connection.fetch(f"SELECT relation, name, kind FROM {quoted(plan.schema)}.{PARTS}")
    kinds = {(row["relation"], row["name"]): row["kind"] for row in known}
    rewrites = {table: list(statements) for table, statements in plan.rewrites.items()}
    for table, column in plan.returning:
        kind = kinds.get((table, column.name))
        back: list[str] = []
        if kind is not None and kind != column.kind:
            back += templates.retype(plan.schema, table, column, kind)
        if kind is not None and column.required and column.default:
            back.append(templates.fill(plan.schema, table, column))
        if back:
            rewrites[table] = back + rewrites.get(table, [])
    return rewrites


async def _findings(connection: Connection, checks: list[Check]) -> list[Finding]:
    counted = f"count(*) AS count, (array_agg(id ORDER BY id))[:{SAMPLE}] AS sample"
    parts = [f"SELECT {number} AS number, {counted} FROM ({one.misfits}) u" for number, one in enumerate(checks)]
    rows = await connection.fetch(" UNION ALL ".join(parts))
    found = [(checks[int(row["number"])].place, row) for row in rows if row["count"]]
    return [
        {
            "entity": place.entity,
            "field": place.field,
            "rule": place.rule,
            "code": place.code,
            "count": row["count"],
            "sample": [str(one) for one in row["sample"]],
        }
        for place, row in found
    ]
