"""What triggers tell people: kept in the schema with what it is about, in the same transaction. Whoever hosts the
application reads them from there and takes them further; the engine writes nothing outside of its schema."""

import datetime
from typing import Any

from shared.engine.compiled import Compiled
from shared.engine.connection import Connection
from shared.engine.field_code import Natives
from shared.engine.naming import NOTICES, quoted
from shared.engine.people import User
from shared.engine.statements import Statements
from shared.engine.values import moment
from shared.patch.trigger import NotifyAction

Notice = dict[str, Any]


async def add(
    connection: Connection, statements: Statements, record: Natives, action: NotifyAction, now: datetime.datetime
) -> None:
    sql = (
        f"INSERT INTO {quoted(statements.compiled.schema)}.{NOTICES} (at, role, en, zh, entity, record)"
        " VALUES ($1, $2, $3, $4, $5, $6)"
    )
    told = (action.message.en, action.message.zh, statements.code.entity.key, record["id"])
    await connection.execute(sql, now, action.role, *told)


async def newest(connection: Connection, compiled: Compiled, user: User, limit: int) -> list[Notice]:
    """`{at, role, message: {en, zh}, entity, record_id}`; nothing about entities that are no longer there."""
    table = f"{quoted(compiled.schema)}.{NOTICES}"
    if await connection.fetchval("SELECT to_regclass($1)", table) is None:
        return []
    names = {one.key: one.name for one in compiled.manifest.visible_entities.values()}
    told = "SELECT at, role, en, zh, entity, record"
    sql = f"{told} FROM {table} WHERE role = ANY($1) AND entity = ANY($2) ORDER BY number DESC LIMIT $3"
    return [
        {
            "at": moment(row["at"]),
            "role": row["role"],
            "message": {"en": row["en"], "zh": row["zh"]},
            "entity": names[row["entity"]],
            "record_id": str(row["record"]),
        }
        for row in await connection.fetch(sql, list(user.roles), list(names), limit)
    ]
