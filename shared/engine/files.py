"""The content of files: kept once per digest, beside the records that refer to it.

A file is sent along with a record, or before it: then it is its sender's for a day, to be named by digest. A file that
no record refers to, nor one that is parked, and that nobody sent within that day, is pruned; the host says when.

Whoever refers to a file holds its row to the end of the transaction, and pruning leaves alone what is held: so no
record ever refers to a file that is gone.
"""

import datetime
from dataclasses import dataclass, replace
from uuid import UUID

from shared.engine.access import allow
from shared.engine.compiled import EntityCode
from shared.engine.connection import Connection
from shared.engine.draft import Draft
from shared.engine.field_code import Natives
from shared.engine.naming import FILES, PARTS, SEEDS, UPLOADS, quoted
from shared.engine.people import Acting
from shared.engine.problems import problem, refuse
from shared.engine.rights import condition
from shared.engine.statements import Statements
from shared.engine.writing import missing
from shared.patch.attachment import Attachment, digest_of
from shared.patch.bounds import Unfit
from shared.patch.errors import nearest


@dataclass(frozen=True, slots=True)
class Content:
    """What a person gets who opens a file."""

    file: Attachment
    content: bytes


async def upload(connection: Connection, schema: str, content: bytes, acting: Acting) -> str:
    """Keep it for a day, for records that its sender writes; answers its digest."""
    digest = digest_of(content)
    await _keep(connection, schema, digest, content)
    again = "ON CONFLICT (digest, person) DO UPDATE SET at = excluded.at"
    sql = f"INSERT INTO {_place(schema, UPLOADS)} (digest, person, at) VALUES ($1, $2, $3) {again}"
    await connection.execute(sql, digest, acting.user.id, acting.now)
    return digest


async def attach(
    connection: Connection, schema: str, code: EntityCode, draft: Draft, old: Natives | None, acting: Acting
) -> None:
    """Keep what was sent along, and find what was sent before. What cannot be found stays without a size, and what does
    not fit its field stays as it is: both are blamed when the draft is held against its fields."""
    for name in code.attaching:
        file: Attachment | None = draft.natives[name]
        before: Attachment | None = old[name] if old is not None else None
        if file is None or (file.size is not None and file.content is None):
            continue
        if file.content is not None:
            try:
                code.fields[name].check(file)
            except Unfit:
                continue
            await _keep(connection, schema, file.digest, file.content)
            draft.natives[name] = replace(file, content=None)
        elif before is not None and before.digest == file.digest:
            draft.natives[name] = replace(file, size=before.size)
        else:
            draft.natives[name] = replace(file, size=await _sent_before(connection, schema, file.digest, acting))


async def read(connection: Connection, statements: Statements, acting: Acting, record_id: UUID, name: str) -> Content:
    """Raises RecordRefused for a record or a field that the user may not see, and for one that holds no file."""
    code = statements.code
    access = allow(code, acting.user, "view")
    one = code.fields.get(name)
    if one is None or name not in access.view or one.definition.type != "file":
        seen = [field for field in code.attaching if field in access.view]
        params = {"field": name, "suggestion": nearest(name, seen)}
        raise refuse("not_found", problem(name, "unknown_field", code.label, params))
    allowed = condition(statements, access, "view", acting.moment()) or "true"
    files = _place(statements.compiled.schema, FILES)
    row = await connection.fetchrow(
        f"SELECT t.{one.column} AS file, f.content FROM {code.table} t "
        f"LEFT JOIN {files} f ON f.digest = t.{one.column} ->> 'digest' WHERE t.\"id\" = $1 AND {allowed}",
        record_id,
    )
    if row is None:
        raise missing(statements, record_id)
    if row["file"] is None:
        raise refuse("not_found", problem(name, "no_file", one.label))
    return Content(one.load(row["file"]), row["content"])


async def prune_files(connection: Connection, schema: str, before: datetime.datetime, most: int = 1000) -> int:
    """Delete files that nobody sent since `before` and nothing refers to; answers how many."""
    files, uploads = _place(schema, FILES), _place(schema, UPLOADS)
    if await connection.fetchval("SELECT to_regclass($1)", files) is None:
        return 0
    await connection.execute(f"DELETE FROM {uploads} WHERE at < $1", before)
    idle = f"NOT EXISTS (SELECT FROM {uploads} u WHERE u.digest = f.digest)"
    unless = " ".join([f"AND {idle}", *await _references(connection, schema)])
    found = await connection.fetch(
        f"SELECT f.digest FROM {files} f WHERE true {unless} LIMIT {most} FOR UPDATE OF f SKIP LOCKED"
    )
    digests = [row["digest"] for row in found]
    # Asked once more: who held one of them meanwhile has let go of it, and perhaps refers to it now.
    gone = await connection.execute(f"DELETE FROM {files} f WHERE f.digest = ANY($1) {unless}", digests)
    return int(gone.split()[-1])


async def _keep(connection: Connection, schema: str, digest: str, content: bytes) -> None:
    # The update holds the row, whoever put it there.
    held = "ON CONFLICT (digest) DO UPDATE SET size = excluded.size"
    sql = f"INSERT INTO {_place(schema, FILES)} (digest, size, content) VALUES ($1, $2, $3) {held}"
    await connection.execute(sql, digest, len(content), content)


async def _sent_before(connection: Connection, schema: str, digest: str, acting: Acting) -> int | None:
    by = f"SELECT FROM {_place(schema, UPLOADS)} u WHERE u.digest = f.digest AND u.person = $2"
    sql = f"SELECT f.size FROM {_place(schema, FILES)} f WHERE f.digest = $1 AND EXISTS ({by}) FOR KEY SHARE OF f"
    return await connection.fetchval(sql, digest, acting.user.id)


async def _references(connection: Connection, schema: str) -> list[str]:
    """What is true of a file `f` to which no column refers, in use or parked, nor a seed that was taken away."""
    columns = await connection.fetch(
        f"SELECT relation, name FROM {_place(schema, PARTS)} WHERE kind = 'jsonb' ORDER BY relation, name"
    )
    holders = [(_place(schema, row["relation"]), f"o.{quoted(row['name'])} ->> 'digest' = f.digest") for row in columns]
    seeds = _place(schema, SEEDS)
    if await connection.fetchval("SELECT to_regclass($1)", seeds) is not None:
        holders.append((seeds, "strpos(o.parked::text, f.digest) > 0"))
    return [f"AND NOT EXISTS (SELECT FROM {table} o WHERE {refers})" for table, refers in holders]


def _place(schema: str, table: str) -> str:
    return f"{quoted(schema)}.{quoted(table)}"
