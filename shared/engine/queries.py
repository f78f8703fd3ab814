"""Reading records: one by id, or a page of them by filters, in a stable order."""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from shared.engine.access import access_of
from shared.engine.applying import Connection
from shared.engine.compiled import SYSTEM_CODES, Access, EntityCode, FieldCode
from shared.engine.people import User
from shared.engine.problems import RecordRefused, problem, refuse
from shared.engine.shown import Record, shown
from shared.engine.statements import Statements
from shared.engine.values import Unfit, storage
from shared.engine.writing import missing
from shared.patch.errors import nearest
from shared.patch.fields import RefField
from shared.patch.text import Text

StatementsOf = Callable[[str], Statements]
COMPARISONS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
FILTERS = (*COMPARISONS, "in", "contains")
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
    connection: Connection, of: StatementsOf, statements: Statements, user: User, record_id: UUID
) -> Record:
    access = access_of(statements.code, user.roles)
    titles = _Titles(of, statements.code, access, user)
    sql = statements.select.format(more=titles.columns, joins=titles.joins) + ' WHERE t."id" = $1'
    row = await connection.fetchrow(sql, record_id)
    if row is None:
        raise missing(statements, record_id)
    return titles.onto(shown(statements.code, statements.row(row), access), row)


async def read_page(connection: Connection, of: StatementsOf, statements: Statements, user: User, asked: Asked) -> Page:
    access = access_of(statements.code, user.roles)
    titles = _Titles(of, statements.code, access, user)
    limit = max(1, min(asked.limit, LIMIT_MAX))
    order = _Order(statements.code, access, asked.sort)
    parameters: list[Any] = []
    conditions = list(_conditions(statements.code, access, asked.where, parameters))
    if asked.after is not None:
        conditions.append(order.beyond(asked.after, parameters))
    parameters.append(limit + 1)
    said = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    select = statements.select.format(more=titles.columns, joins=titles.joins)
    rows = await connection.fetch(f"{select}{said} ORDER BY {order.sql} LIMIT ${len(parameters)}", *parameters)
    natives = [statements.row(row) for row in rows[:limit]]
    items = [titles.onto(shown(statements.code, one, access), row) for one, row in zip(natives, rows, strict=False)]
    return Page(items, order.cursor(natives[-1]) if len(rows) > limit else None)


class _Titles:
    """What stands for the records referred to, if the user may see them."""

    def __init__(self, of: StatementsOf, code: EntityCode, access: Access, user: User) -> None:
        self._fields: list[tuple[str, FieldCode]] = []
        columns, joins = "", ""
        for one in code.fields.values():
            if not isinstance(one.definition, RefField) or one.name not in access.view:
                continue
            target = of(one.definition.target).code
            title = target.fields.get(target.entity.title)
            if title is None or title.name not in access_of(target, user.roles).view:
                continue
            alias = f"r{len(self._fields)}"
            columns += f", {alias}.{title.column}"
            joins += f' LEFT JOIN {target.table} {alias} ON {alias}."id" = t.{one.column}'
            self._fields.append((one.name, title))
        self.columns, self.joins = columns, joins

    def onto(self, record: Record, row: Any) -> Record:
        if self._fields:
            values = list(row)[-len(self._fields) :]
            record["_titles"] = {
                name: str(title.write(title.load(value)))
                for (name, title), value in zip(self._fields, values, strict=True)
                if value is not None
            }
        return record


class _Order:
    """By one field and then by id, so that a page begins exactly where the one before ended; empty values come last."""

    def __init__(self, code: EntityCode, access: Access, sort: str | None) -> None:
        self._down = sort is None or sort.startswith("-")
        self._name = "createdAt" if sort is None else sort.removeprefix("-")
        one = _filterable(code, access, self._name)
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
        parameters.append(value)
        here = f"${len(parameters)}::{self._kind}"
        return f"({self._column} {sign} {here} OR ({self._column} = {here} AND {after_id}) OR {self._column} IS NULL)"


def _conditions(code: EntityCode, access: Access, where: Mapping[str, Any], parameters: list[Any]) -> Iterator[str]:
    for name, wanted in where.items():
        one = _filterable(code, access, name)
        filters = cast("Mapping[str, Any]", wanted) if isinstance(wanted, Mapping) else {"eq": wanted}
        for filter_name, value in filters.items():
            yield _condition(one, filter_name, value, parameters)


def _condition(one: FieldCode, name: str, value: Any, parameters: list[Any]) -> str:
    column, kind = f"t.{one.column}", storage(one.definition)
    if name == "contains" and kind == "text":
        escaped = str(value).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        parameters.append(f"%{escaped}%")
        return f"{column} ILIKE ${len(parameters)}"
    if name == "in" and isinstance(value, list | tuple):
        parameters.append([_native(one, each) for each in cast("list[Any]", value)])
        return f"{column} = ANY(${len(parameters)}::{kind}[])"
    if name not in COMPARISONS:
        params = {"filter": name, "possible": [each for each in FILTERS if each != "contains" or kind == "text"]}
        raise refuse("invalid", problem(one.name, "unknown_filter", one.label, params))
    if value is None:
        return f"{column} IS {'NOT ' if name == 'ne' else ''}NULL"
    parameters.append(_native(one, value))
    here = f"${len(parameters)}::{kind}"
    return f"{column} IS DISTINCT FROM {here}" if name == "ne" else f"{column} {COMPARISONS[name]} {here}"


def _native(one: FieldCode, value: Any) -> Any:
    # In an address every value is a text.
    value = {"true": True, "false": False}.get(value, value) if one.definition.type == "boolean" else value
    try:
        return one.read(value)
    except Unfit as unfit:
        raise refuse("invalid", problem(one.name, unfit.code, one.label, unfit.params)) from None


def _filterable(code: EntityCode, access: Access, name: str) -> FieldCode:
    if name in SYSTEM_CODES:
        return SYSTEM_CODES[name]
    one = code.fields.get(name)
    if one is not None and name in access.view:
        return one
    if name in code.lines:
        raise refuse("invalid", problem(name, "not_filterable", code.lines[name].label))
    suggestion = nearest(name, access.view)
    raise refuse("invalid", problem(name, "unknown_field", code.label, {"field": name, "suggestion": suggestion}))


def _opened(cursor: str) -> tuple[str, Any, str]:
    try:
        sort, written, last = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, TypeError):
        raise _bad_cursor() from None
    return str(sort), written, str(last)


def _bad_cursor() -> RecordRefused:
    return refuse("invalid", problem("", "bad_cursor", Text(en="page", zh="页")))
