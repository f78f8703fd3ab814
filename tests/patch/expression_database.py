"""The records of the shop in PostgreSQL, and where they are."""

import asyncio
import datetime
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from shared.patch import Manifest
from shared.patch.expression.kinds import KINDS
from shared.patch.expression.literals import TYPES
from shared.patch.fields import LinesField
from tests.patch.expression_shop import Record, expression_shop, records


class StoredLines:
    def __init__(self, entity: str, owner: str) -> None:
        self._entity = entity
        self._owner = owner

    def source(self, field: str, alias: str) -> str:
        return f'"{self._entity}_{field}" AS {alias} WHERE {alias}."_record" = {self._owner}."id"'

    def column(self, field: str, alias: str, name: str) -> str:
        return f'{alias}."{name}"'


class StoredRecords:
    def source(self, entity: str, alias: str) -> str:
        return f'"{entity}" AS {alias}'

    def column(self, entity: str, alias: str, name: str) -> str:
        return f'{alias}."{name}"'

    def lines(self, entity: str, alias: str) -> StoredLines:
        return StoredLines(entity, alias)


@dataclass
class Database:
    """The records of the shop, in tables of a connection of its own."""

    runner: asyncio.Runner
    connection: Any
    manifest: Manifest
    records: dict[str, list[Record]]

    def rows(self, sql: str) -> list[Any]:
        return self.runner.run(self.connection.fetch(sql))


async def _fill(connection: Any, manifest: Manifest, found: Mapping[str, list[Record]]) -> None:
    for entity in manifest.entities:
        columns = {"id": "uuid", "createdAt": "timestamptz", "updatedAt": "timestamptz"}
        for name, entry in entity.visible_fields.items():
            if not isinstance(entry.definition, LinesField):
                columns[name] = TYPES[KINDS[entry.definition.type]]
                continue
            inner = {"_record": "uuid"} | {one.name: TYPES[KINDS[one.type]] for one in entry.definition.fields}
            lines = [{"_record": one["id"], **line} for one in found[entity.name] for line in one[name]]
            await _table(connection, f"{entity.name}_{name}", inner, lines)
        await _table(connection, entity.name, columns, found[entity.name])


async def _table(connection: Any, table: str, columns: Mapping[str, str], rows: list[Record]) -> None:
    """Values go as texts: asyncpg takes the last day and moment that there are for infinity."""
    told = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    await connection.execute(f'CREATE TEMPORARY TABLE "{table}" ({told})')
    values = ", ".join(f"${number}::text::{kind}" for number, kind in enumerate(columns.values(), 1))
    said = [[_said(row[name]) for name in columns] for row in rows]
    await connection.executemany(f'INSERT INTO "{table}" VALUES ({values})', said)


def _said(value: Any) -> str | None:
    match value:
        case None:
            return None
        case ("web" | "shop" | "a" | "b", *_):
            return "{" + ",".join(value) + "}"
        case datetime.timedelta():
            return f"{value.total_seconds()} seconds"
        case _:
            return str(value)


@contextmanager
def filled(url: str) -> Generator[Database]:
    with asyncio.Runner() as runner:
        connection: Any = runner.run(asyncpg.connect(url))
        manifest, found = expression_shop(), records(20260331)
        runner.run(_fill(connection, manifest, found))
        yield Database(runner, connection, manifest, found)
        runner.run(connection.close())
