"""Reading records: one by id, or a page of them by filters, in a stable order."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.engine.access import access_of
from shared.engine.compiled import Access, EntityCode
from shared.engine.connection import Connection
from shared.engine.filters import conditions, sortable
from shared.engine.people import Acting
from shared.engine.problems import RecordRefused, problem, refuse
from shared.engine.rights import condition
from shared.engine.shown import Record, shown
from shared.engine.statements import Statements
from shared.engine.titles import Titles
from shared.engine.values import parameter, sent, storage
from shared.engine.writing import missing
from shared.patch.bounds import Unfit
from shared.patch.text import Text

StatementsOf = Callable[[str], Statements]
LIMIT_MAX = 200


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is the cursor of the page after this one, or None at the end."""

    items: list[Record]
    next: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which records, in which order, how many, and after which cursor."""

    where: Mapping[str, Any]
    sort: str | None
    limit: int
    after: str | None


async def read_one(
    connection: Connection, of: StatementsOf, statements: Statements, acting: Acting, record_id: UUID
) -> Record:
    access = access_of(statements.code, acting.user.roles)
    titles = Titles(of, statements.code, access, acting)
    allowed = condition(statements, access, "view", acting.moment())
    only = f" AND {allowed}" if allowed else ""
    sql = statements.select.format(more=titles.columns, joins=titles.joins) + f' WHERE t."id" = $1{only}'
    row = await connection.fetchrow(sql, record_id)
    if row is None:
        raise missing(statements, record_id)
    return titles.onto(shown(statements.code, statements.row(row), access), row)


async def read_page(
    connection: Connection, of: StatementsOf, statements: Statements, acting: Acting, asked: Asked
) -> Page:
    access = access_of(statements.code, acting.user.roles)
    titles = Titles(of, statements.code, access, acting)
    limit = max(1, min(asked.limit, LIMIT_MAX))
    order = _Order(statements.code, access, asked.sort)
    parameters: list[Any] = []
    said = list(conditions(statements.code, access, asked.where, parameters))
    allowed = condition(statements, access, "view", acting.moment())
    if allowed is not None:
        said.append(allowed)
    if asked.after is not None:
        said.append(order.beyond(asked.after, parameters))
    parameters.append(limit + 1)
    where = f" WHERE {' AND '.join(said)}" if said else ""
    select = statements.select.format(more=titles.columns, joins=titles.joins)
    rows = await connection.fetch(f"{select}{where} ORDER BY {order.sql} LIMIT ${len(parameters)}", *parameters)
    natives = [statements.row(row) for row in rows[:limit]]
    items = [titles.onto(shown(statements.code, one, access), row) for one, row in zip(natives, rows, strict=False)]
    return Page(items, order.cursor(natives[-1]) if len(rows) > limit else None)


class _Order:
    """By one field and then by id, so that a page begins exactly where the one before ended; empty values come last."""

    def __init__(self, code: EntityCode, access: Access, sort: str | None) -> None:
        self._down = sort is None or sort.startswith("-")
        self._name = "createdAt" if sort is None else sort.removeprefix("-")
        one = sortable(code, access, self._name)
        self._column, self._kind = f"t.{one.column}", storage(one.definition)
        self._read, self._write = one.read, one.write
        self._sort = f"{'-' if self._down else ''}{self._name}"
        way = "DESC" if self._down else "ASC"
        self.sql = f'{self._column} {way} NULLS LAST, t."id" {way}'

    def cursor(self, natives: Mapping[str, Any]) -> str:
        value = natives[self._name]
        written = None if value is None else self._write(value)
        text = json.dumps([self._sort, written, str(natives["id"])])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def beyond(self, cursor: str, parameters: list[Any]) -> str:
        sort, written, last = _opened(cursor)
        if sort != self._sort:
            raise _bad_cursor()
        sign = "<" if self._down else ">"
        try:
            value, record_id = None if written is None else self._read(written), UUID(last)
        except (Unfit, ValueError):
            raise _bad_cursor() from None
        parameters.append(record_id)
        after_id = f't."id" {sign} ${len(parameters)}'
        if value is None:
            return f"({self._column} IS NULL AND {after_id})"
        parameters.append(sent(value))
        here = parameter(len(parameters), self._kind or "")
        return f"({self._column} {sign} {here} OR ({self._column} = {here} AND {after_id}) OR {self._column} IS NULL)"


def _opened(cursor: str) -> tuple[str, Any, str]:
    try:
        sort, written, last = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, TypeError):
        raise _bad_cursor() from None
    return str(sort), written, str(last)


def _bad_cursor() -> RecordRefused:
    return refuse("invalid", problem("", "bad_cursor", Text(en="page", zh="页")))
