"""What expressions want to know of other records while one record is written: asked for in few statements.

Records at the end of references are read once for a write; lookups of everything that is judged together are one
SELECT. Both see what is stored at that moment in the transaction: of the record itself, what it was before.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from shared.engine import files
from shared.engine.behaviour import Changing, Lookups
from shared.engine.compiled import Compiled, EntityCode
from shared.engine.connection import Connection
from shared.engine.draft import Draft
from shared.engine.field_code import SYSTEM_CODES, FieldCode, Natives
from shared.engine.people import Acting
from shared.engine.stored import column
from shared.engine.values import parameter, sent, storage
from shared.patch.expression import Moment, Needed
from shared.patch.expression.literals import TYPES

# In an order that is the same for all, and before the statement that asks, which then sees what the one before wrote.
_TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended(turn, 0)) FROM unnest($1::text[]) AS turn"
# Lists and documents, which PostgreSQL has no lists of that could differ in length.
_TOLD = ("text[]", "jsonb")


class Asking:
    """Asks on behalf of one record that is written, which was `old` before."""

    def __init__(
        self, connection: Connection, compiled: Compiled, code: EntityCode, acting: Acting, old: Natives | None
    ) -> None:
        self.acting = acting
        self.old = old
        self._connection = connection
        self._compiled = compiled
        self._code = code
        self._related: dict[str, Natives] = {}
        self._said = acting.moment(old, self._related)
        self._known: dict[tuple[str, frozenset[str]], set[UUID]] = {}

    async def attach(self, draft: Draft) -> None:
        """Keep the files that were sent along."""
        if self._code.attaching:
            await files.attach(self._connection, self._compiled.schema, self._code, draft, self.old, self.acting)

    def moment(self, lookups: Mapping[str, Any] | None = None, this: Natives | None = None) -> Moment:
        """What expressions may ask for; what is followed later is in it as well."""
        return replace(self._said, lookups=lookups or {}, this=this) if lookups or this else self._said

    async def follow(
        self,
        needed: Sequence[Needed],
        records: Iterable[Natives],
        *,
        this: Natives | None = None,
        held: Sequence[Needed] = (),
    ) -> None:
        """Read what the records refer to, as far as it is not known yet; what is `held` cannot change meanwhile."""
        wanted: dict[str, tuple[set[str], set[UUID]]] = {}
        for one in (*held, *needed):
            fields, ids = wanted.setdefault(one.target, (set[str](), set[UUID]()))
            fields.update(one.fields)
            ids.update(each for record in records for each in _led(one, record, self.old, this) if each is not None)
        parts: list[_Part] = []
        holding = {one.target for one in held}
        for target, (fields, ids) in wanted.items():
            known = self._known.setdefault((target, frozenset(fields)), set[UUID]())
            if ids - known:
                hold = self._compiled.hold(target) if target in holding else None
                code = self._compiled.entity(target)
                parts.append(_Part(code, sorted(fields), sorted(ids - known), hold))
                known |= ids
        if parts:
            await self._read(parts)

    async def look_up(self, groups: Sequence[Lookups], record: Natives) -> list[dict[str, Any]]:
        """What each lookup of each group finds for the record as it would be.

        Whoever asks about the same others waits until this transaction ends, or two could each take the last place.
        """
        if not any(groups):
            return [{} for _ in groups]
        parameters = Parameters(self._code)
        records, said = self._compiled.records, self.moment()
        columns: list[str] = []
        turns: set[str] = set()
        for one in (one for group in groups for one in group.values()):
            value = one.equals.evaluate(record, said)
            turns.add(f"{self._compiled.schema} {one.question.entity} {one.question.by.name} {value}")
            equals = parameters.add(value, TYPES[one.equals.type])
            before = parameters.of(self.old or {}, "old")
            columns.append(one.asked(equals, parameters.of(record, "own"), records, said, before))
        await self._connection.execute(_TAKE_TURNS, sorted(turns))
        row = await self._connection.fetchrow(f"SELECT {', '.join(columns)}", *parameters.values)
        assert row is not None
        found = iter(row)
        return [{name: next(found) for name in group} for group in groups]

    async def find(
        self, other: EntityCode, changing: Changing, record: Natives, found: Mapping[str, Any]
    ) -> list[UUID]:
        """The records that a trigger changes, in the order of their ids and held; one more than allowed at most."""
        limit = f' ORDER BY t."id" LIMIT {changing.action.limit + 1} FOR NO KEY UPDATE OF t'
        sql, values = self._others(other, changing, record, found)
        return [row["id"] for row in await self._connection.fetch(f'SELECT t."id" {sql}{limit}', *values)]

    async def count(self, other: EntityCode, changing: Changing, record: Natives, found: Mapping[str, Any]) -> int:
        sql, values = self._others(other, changing, record, found)
        return await self._connection.fetchval(f"SELECT count(*) {sql}", *values)

    def _others(
        self, other: EntityCode, changing: Changing, record: Natives, found: Mapping[str, Any]
    ) -> tuple[str, list[Any]]:
        """What follows SELECT. The lookups were asked; the rest is about the other record, as it is stored."""
        said, records, entity = self.moment(found), self._compiled.records, other.entity
        parameters = Parameters(self._code)
        key = SYSTEM_CODES.get(changing.action.by) or other.fields[changing.action.by]
        equals = parameters.add(changing.equals.evaluate(record, said), storage(key.definition) or "text")
        where = ""
        if changing.where is not None:
            asked = changing.where.sql(
                lambda name: f"t.{column(entity, name)}",
                records.lines(entity.name, "t"),
                said,
                records=records,
                this=parameters.of(record, "own"),
                old=parameters.of(self.old or {}, "old"),
            )
            where = f" AND {asked}"
        return f"FROM {other.table} t WHERE t.{key.column} = {equals}{where}", parameters.values

    async def _read(self, parts: "list[_Part]") -> None:
        sources = [part.sql(f"a{place}", f"${place + 1}") for place, part in enumerate(parts)]
        names = ", ".join(f"a{place}.*" for place in range(len(parts)))
        row = await self._connection.fetchrow(f"SELECT {names} FROM {', '.join(sources)}", *(one.ids for one in parts))
        assert row is not None
        values = iter(row)
        for part in parts:
            arrays = [next(values) for _ in range(len(part.fields) + 1)]
            for record in part.records(arrays):
                self._related.setdefault(str(record["id"]), {}).update(record)


class _Part:
    """Records of one entity that are to be read, and which of their fields."""

    def __init__(self, code: EntityCode, fields: list[str], ids: list[UUID], hold: str | None) -> None:
        self._table = code.table
        self.fields = [SYSTEM_CODES.get(name) or code.fields[name] for name in fields]
        self.ids = ids
        self._hold = hold

    def sql(self, alias: str, ids: str) -> str:
        inner = ", ".join(f"{_told(one)} AS c{place}" for place, one in enumerate(self.fields))
        outer = ", ".join(f"array_agg(r.c{place})" for place in range(len(self.fields)))
        held = f' ORDER BY t."id" FOR {self._hold}' if self._hold else ""
        rows = f'SELECT t."id" AS i, {inner} FROM {self._table} t WHERE t."id" = ANY({ids}::uuid[]){held}'
        return f"(SELECT array_agg(r.i), {outer} FROM ({rows}) r) {alias}"

    def records(self, arrays: list[Any]) -> Iterator[Natives]:
        for values in zip(*(one or () for one in arrays), strict=True):
            record: Natives = {"id": values[0]}
            for one, value in zip(self.fields, values[1:], strict=True):
                record[one.name] = value if value is None else _loaded(one, value)
            yield record


class Parameters:
    """Values of a record as parameters: the statement stays the same whatever they are."""

    def __init__(self, code: EntityCode) -> None:
        self.values: list[Any] = []
        self._code = code
        self._places: dict[tuple[str, str], str] = {}

    def add(self, value: Any, kind: str) -> str:
        self.values.append(sent(value))
        return parameter(len(self.values), kind)

    def of(self, record: Mapping[str, Any], name: str) -> Callable[[str], str]:
        def place(field: str) -> str:
            found = self._places.get((name, field))
            if found is None:
                one = SYSTEM_CODES.get(field) or self._code.fields[field]
                value = record.get(field)
                kept = value if value is None or one.keep is None else one.keep(value)
                found = self._places[name, field] = self.add(kept, storage(one.definition) or "text")
            return found

        return place


def _led(needed: Needed, record: Natives, old: Natives | None, this: Natives | None) -> Iterator[UUID | None]:
    """Where a reference leads, or that of each line."""
    lines, _, name = needed.field.rpartition(".")
    if lines:
        yield from (row[name] for row in (record.get(lines) or ()))
    elif needed.path == f"old.{name}":
        yield (old or {}).get(name)
    elif needed.path == f"this.{name}":
        yield (this or {}).get(name)
    else:
        yield record.get(name)


def _told(one: FieldCode) -> str:
    column = f"t.{one.column}"
    return f"to_jsonb({column})::text" if storage(one.definition) in _TOLD else column


def _loaded(one: FieldCode, value: Any) -> Any:
    return json.loads(value) if storage(one.definition) in _TOLD else one.load(value)
