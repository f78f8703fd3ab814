"""Seeds in a schema: sown, changed where nobody else did, taken away and brought back.

A record that is taken away is kept as it was and comes back as it was. It stays if other records refer to it; one
that people deleted stays deleted. Sowing performs no effects of machines and sets off no triggers.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import asyncpg

from shared.engine.asking import Asking
from shared.engine.comparing import unequal
from shared.engine.compiled import Access, Compiled, EntityCode
from shared.engine.connection import Connection
from shared.engine.draft import Draft
from shared.engine.field_code import Natives
from shared.engine.naming import SEEDS, literal, quoted
from shared.engine.people import Acting, SystemClock, User
from shared.engine.preparing import prepare
from shared.engine.problems import RecordRefused, elsewhere, refuse
from shared.engine.recomputing import Recomputing
from shared.engine.seeds import SeedRow, seed_id, seed_rows
from shared.engine.shown import shown
from shared.engine.statements import Statements
from shared.engine.writing import insert_all, update
from shared.patch.manifest import Manifest

# What is parked in a record comes back with it.
_COLUMNS = """
SELECT array_agg(quote_ident(attname)) FROM pg_attribute
WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped"""
_SOWER = User(id="seed", name="Seed", roles=())


async def sow(connection: Connection, manifest: Manifest, schema: str, keys: Iterable[str] | None = None) -> None:
    """Write the seeds under these keys (all, without any). Raises RecordRefused for one that does not fit."""
    rows = seed_rows(manifest)
    wanted = rows.keys() if keys is None else set(keys)
    sower = _Sower(connection, Compiled(manifest, schema))
    await connection.reload_schema_state()
    for batch in _batches([row for key, row in rows.items() if key in wanted]):
        await sower.sow(batch)


async def take_away(connection: Connection, manifest: Manifest, schema: str, keys: Iterable[str]) -> None:
    """Take these seeds of `manifest` away, as far as nobody else refers to them, and keep what they held."""
    compiled, rows = Compiled(manifest, schema), seed_rows(manifest)
    ids: dict[str, list[UUID]] = {}
    for key in keys:
        ids.setdefault(rows[key].entity, []).append(seed_id(key))
    taking = {entity: _taking(compiled, compiled.entity(entity)) for entity in ids}
    # Seeds may refer to seeds: those that nobody refers to go first, and then others may.
    going = True
    while going:
        counts = [await connection.fetchval(taking[entity], some) for entity, some in ids.items()]
        going = any(counts)


def _batches(rows: list[SeedRow]) -> Iterable[list[SeedRow]]:
    """Neighbours of one entity that do not need one another, so that they can be written at once."""
    batch: list[SeedRow] = []
    keys: set[str] = set()
    for row in rows:
        if batch and (row.entity != batch[0].entity or row.needs & keys):
            yield batch
            batch, keys = [], set()
        batch.append(row)
        keys.add(row.key)
    if batch:
        yield batch


class _Sower:
    def __init__(self, connection: Connection, compiled: Compiled) -> None:
        self._connection = connection
        self._compiled = compiled
        self._seeds = f"{quoted(compiled.schema)}.{SEEDS}"
        self._recomputing = Recomputing(compiled)
        self._acting = Acting.of(_SOWER, SystemClock())

    async def sow(self, batch: list[SeedRow]) -> None:
        code = self._compiled.entity(batch[0].entity)
        statements = Statements(self._compiled, code)
        sql = f"SELECT key, told::text AS told, parked IS NOT NULL AS parked FROM {self._seeds} WHERE key = ANY($1)"
        known = {row["key"]: row for row in await self._connection.fetch(sql, [row.key for row in batch])}
        back = [row for row in batch if row.key in known and known[row.key]["parked"]]
        lost = await self._bring_back(code, back)
        new = [row for row in batch if row.key not in known]
        await self._insert(statements, [*new, *lost])
        there = {row.key: json.loads(known[row.key]["told"]) for row in batch if row.key in known and row not in lost}
        await self._change(statements, [row for row in batch if row.key in there], there)
        told = f"INSERT INTO {self._seeds} (key, id, told) VALUES ($1, $2, $3)"
        renewed = "ON CONFLICT (key) DO UPDATE SET told = excluded.told, parked = NULL"
        parameters = [(row.key, row.id, json.dumps(row.told)) for row in batch]
        await self._connection.executemany(f"{told} {renewed}", parameters)

    async def _insert(self, statements: Statements, rows: list[SeedRow]) -> None:
        drafts = [await self._draft(statements, row.values, None) for row in rows]
        for draft, row in zip(drafts, rows, strict=True):
            draft.natives["id"] = row.id
        try:
            await insert_all(self._connection, statements, drafts)
        except RecordRefused as refused:
            raise _told(refused, statements.code) from refused

    async def _change(self, statements: Statements, rows: list[SeedRow], told: Mapping[str, Mapping[str, Any]]) -> None:
        """What a seed says differently now, where the record still says what the seed did; and what is computed."""
        if not rows:
            return
        sql = statements.select.format(more="", joins="") + ' WHERE t."id" = ANY($1) FOR UPDATE OF t'
        found = [statements.row(row) for row in await self._connection.fetch(sql, [row.id for row in rows])]
        current = {natives["id"]: natives for natives in found}
        for row in (row for row in rows if row.id in current):
            natives = current[row.id]
            values = _different(statements.code, row, told[row.key], natives)
            draft = await self._draft(statements, values, natives)
            same = all(draft.natives[name] == natives[name] for name in statements.code.names)
            # A record that came back and does not fit stays as it is until it is next written.
            if same or (draft.problems and not values):
                continue
            try:
                await update(self._connection, statements, draft, natives)
                await self._recomputing.changed(self._connection, statements.code, natives, draft.natives)
            except RecordRefused as refused:
                raise _told(refused, statements.code) from refused

    async def _draft(self, statements: Statements, values: Mapping[str, Any], current: Natives | None) -> Draft:
        asking = Asking(self._connection, self._compiled, statements.code, self._acting, current)
        return (await prepare(asking, statements, values, None, quietly=True)).draft

    async def _bring_back(self, code: EntityCode, rows: list[SeedRow]) -> list[SeedRow]:
        """Those that cannot come back as they were, because the rest has changed meanwhile."""
        if not rows or await self._returned(code, [row.id for row in rows]):
            return []
        return [row for row in rows if not await self._returned(code, [row.id])]

    async def _returned(self, code: EntityCode, ids: list[UUID]) -> bool:
        tables = [(code.table, "record"), *((lines.table, lines.name) for lines in code.lines.values())]
        keys = {lines.name: code.entity.visible_fields[lines.name].key for lines in code.lines.values()}
        try:
            async with self._connection.transaction():
                for table, name in tables:
                    part = literal(keys.get(name, name))
                    columns = await self._connection.fetchval(_COLUMNS, table)
                    rows = f"jsonb_populate_recordset(NULL::{table}, s.parked -> {part})"
                    kept = ", ".join(f"r.{column}" for column in columns)
                    back = f"SELECT {kept} FROM {self._seeds} s, {rows} r WHERE s.id = ANY($1)"
                    await self._connection.execute(f"INSERT INTO {table} ({', '.join(columns)}) {back}", ids)
        except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError):
            return False
        return True


def _taking(compiled: Compiled, code: EntityCode) -> str:
    """Delete, keep what was there with its lines, and answer how many went."""
    unless = "".join(
        f" AND NOT EXISTS (SELECT FROM {one.table} o WHERE {one.sql})" for one in compiled.referring.get(code.name, [])
    )
    lines = "".join(
        f", {literal(code.entity.visible_fields[one.name].key)}, "
        f"coalesce((SELECT jsonb_agg(to_jsonb(x)) FROM {one.table} x WHERE x.\"_record\" = gone.id), '[]')"
        for one in code.lines.values()
    )
    return (
        f'WITH gone AS (DELETE FROM {code.table} t WHERE t."id" = ANY($1){unless} RETURNING t."id" AS id, '
        f"to_jsonb(t) AS row), kept AS (UPDATE {quoted(compiled.schema)}.{SEEDS} s SET parked = "
        f"jsonb_build_object('record', jsonb_build_array(gone.row){lines}) FROM gone WHERE s.id = gone.id) "
        "SELECT count(*) FROM gone"
    )


def _different(code: EntityCode, row: SeedRow, told: Mapping[str, Any], natives: Natives) -> dict[str, Any]:
    entries, record = code.entity.visible_fields, _whole(code, natives)
    values = {name: value for name, value in row.values.items() if told.get(entries[name].key) != value}
    before = {name: told.get(entries[name].key, _begun(code, name)) for name in values}
    by_people = {name for name in unequal(code.entity, before, record) if record[name] is not None}
    return {name: value for name, value in values.items() if name not in by_people}


def _whole(code: EntityCode, natives: Natives) -> dict[str, Any]:
    everything = frozenset(code.names)
    return shown(code, natives, Access(frozenset(), everything, everything, frozenset()))


def _begun(code: EntityCode, name: str) -> Any:
    """What a field holds of which the seed said nothing so far."""
    one = code.fields.get(name)
    return one.default if one is not None else []


def _told(refused: RecordRefused, code: EntityCode) -> RecordRefused:
    return refuse(refused.code, *(elsewhere(one, code.name, code.label) for one in refused.problems))
