"""Drafts into the database, or back to the caller with everything that is wrong with them."""

from typing import Any
from uuid import UUID

import asyncpg

from shared.engine.conditions import Condition
from shared.engine.connection import Connection
from shared.engine.draft import Draft
from shared.engine.field_code import Natives
from shared.engine.problems import NO_WORDS, Problem, RecordRefused, problem, refuse
from shared.engine.statements import Statements, insert_lines, line_arrays
from shared.engine.values import sent
from shared.engine.violations import violated


async def locked(
    connection: Connection, statements: Statements, record_id: UUID, more: str = ""
) -> tuple[Natives, asyncpg.Record]:
    """The present record, which nobody else changes before the transaction ends, and the row with what `more` selects.
    Raises RecordRefused `not_found`."""
    if statements.behaviour.computed:
        # First what is read, then the record, in the order in which changes come along: nobody waits in a circle.
        await connection.execute(statements.hold_followed, record_id)
    sql = statements.reading_for_update(more) if more else statements.read_for_update
    row = await connection.fetchrow(sql, record_id)
    if row is not None and row["moved"]:
        row = await connection.fetchrow(sql, record_id)
    if row is None:
        raise missing(statements, record_id)
    return statements.row(row), row


async def insert(connection: Connection, statements: Statements, draft: Draft) -> None:
    """Write a new record; `draft` then holds the numbers it was given."""
    if draft.problems:
        raise await _refusal(connection, statements, draft)
    row = await _fetchrow(connection, statements, statements.insert, statements.parameters(draft.natives))
    if row is None:
        raise await _refusal(connection, statements, draft)
    for one, number in zip(statements.sequences, row, strict=False):
        draft.natives[one.name] = number


async def insert_all(connection: Connection, statements: Statements, drafts: list[Draft]) -> None:
    """Write new records at once, without effects. Raises RecordRefused for the first that does not fit."""
    for draft in drafts:
        if draft.problems:
            raise await _refusal(connection, statements, draft)
    try:
        await connection.executemany(statements.insert, [statements.parameters(one.natives) for one in drafts])
    except asyncpg.IntegrityConstraintViolationError as error:
        raise violated(statements.compiled, statements.code, error) from error
    ids = [one.natives["id"] for one in drafts]
    rows = await connection.fetch(f'SELECT "id" FROM {statements.code.table} WHERE "id" = ANY($1)', ids)
    written = {row["id"] for row in rows}
    for draft in drafts:
        if draft.natives["id"] not in written:
            raise await _refusal(connection, statements, draft)


async def update(connection: Connection, statements: Statements, draft: Draft, current: Natives) -> None:
    if draft.problems:
        raise await _refusal(connection, statements, draft)
    changed = [one for one in statements.code.lines.values() if draft.natives[one.name] != current[one.name]]
    # The update asks for what its own columns refer to; what lines refer to must be asked first.
    if changed and statements.lines_refer and not all(await _conditions(connection, statements, draft)):
        raise await _refusal(connection, statements, draft)
    parameters = statements.parameters(draft.natives, with_lines=False)
    if await _fetchrow(connection, statements, statements.update, parameters) is None:
        raise await _refusal(connection, statements, draft)
    for lines in changed:
        rows = draft.natives[lines.name]
        kept = 0 if lines.link else len(rows)
        beyond = f'DELETE FROM {lines.table} WHERE "_record" = $1 AND "_position" > $2'
        await connection.execute(beyond, draft.natives["id"], kept)
        sql = insert_lines(lines, '(SELECT $1::uuid AS "id")', 2, over=True)
        await _fetchrow(connection, statements, sql, [draft.natives["id"], *line_arrays(lines, rows)])


async def delete(connection: Connection, statements: Statements, record_id: UUID) -> None:
    if any(one.loose for one in statements.references):
        # Whoever writes such a reference holds the record: wait, and look again.
        held = f'SELECT FROM {statements.code.table} WHERE "id" = $1 FOR UPDATE'
        await connection.execute(held, record_id)
    if await _fetchrow(connection, statements, statements.delete, [record_id]) is not None:
        return
    row = await connection.fetchrow(statements.who_refers, record_id)
    if row is None:
        raise missing(statements, record_id)
    problems = [
        problem(
            "",
            "still_referenced",
            statements.code.label,
            {"count": count, "by": one.code.name},
            words={one.code.name: one.code.entity.plural},
        )
        for one, count in zip(statements.references, row, strict=False)
        if count
    ]
    raise refuse("conflict", *problems)


def _unmet(one: Condition, draft: Draft) -> Problem:
    field, value = one.fields[0], one.values(draft.natives)[0]
    params: dict[str, Any] = {"value": list(map(str, value)) if one.in_lines else field.write(value)}
    if len(one.fields) > 1:
        params = {"fields": [each.name for each in one.fields]}
    words = {each.name: each.label for each in one.fields}
    return problem(one.place, one.code, field.label, params, words=words if len(one.fields) > 1 else NO_WORDS)


def missing(statements: Statements, record_id: UUID) -> RecordRefused:
    return refuse("not_found", problem("", "record_missing", statements.code.label, {"id": str(record_id)}))


async def _fetchrow(connection: Connection, statements: Statements, sql: str, parameters: list[Any]) -> Any:
    try:
        return await connection.fetchrow(sql, *parameters)
    except asyncpg.IntegrityConstraintViolationError as error:
        raise violated(statements.compiled, statements.code, error) from error


async def _conditions(connection: Connection, statements: Statements, draft: Draft) -> list[bool]:
    if not statements.conditions:
        return []
    values = [sent(value) for one in statements.conditions for value in one.values(draft.natives)]
    row = await connection.fetchrow(statements.why_not_written, draft.natives["id"], *values)
    assert row is not None
    return list(row)[1:]


async def _refusal(connection: Connection, statements: Statements, draft: Draft) -> RecordRefused:
    """Everything that is wrong: what the draft knows, and what only the database can tell."""
    problems: list[Problem] = list(draft.problems)
    met = await _conditions(connection, statements, draft)
    for one, is_met in zip(statements.conditions, met, strict=True):
        if not is_met:
            problems.append(_unmet(one, draft))
    if not problems:
        # What stood in the way is gone again: somebody else was faster, and the same may work now.
        problems.append(problem("", "does_not_fit", statements.code.label))
    only_taken = all(one.code in {"unique_taken", "together_taken"} for one in problems)
    return refuse("conflict" if only_taken else "invalid", *problems)
