"""The SQL of records, made once per entity so that every call finds its prepared statement.

Columns are always listed: a column that a patch adds changes no statement that does not name it.
"""

from functools import cached_property
from typing import Any

from shared.engine.behaviour import Behaviour
from shared.engine.compiled import Compiled, EntityCode, Reference
from shared.engine.conditions import conditions
from shared.engine.field_code import FieldCode, LinesCode, Natives
from shared.engine.naming import COUNTERS, literal
from shared.engine.values import parameter, sent, storage
from shared.patch.expression import Needed
from shared.patch.fields import SequenceField


class Statements:
    """Parameters of a write: $1 the id, $2 the moment, the stored fields, then an array for each field of the lines."""

    def __init__(self, compiled: Compiled, code: EntityCode) -> None:
        self.compiled = compiled
        self.code = code
        self.stored = [one for one in code.fields.values() if one.definition.type != "sequence"]
        self.sequences = [one for one in code.fields.values() if isinstance(one.definition, SequenceField)]
        self.conditions = list(conditions(compiled, code))
        self.lines_refer = any(one.in_lines for one in self.conditions)
        self.kept = [(place, one.keep) for place, one in enumerate(self.stored, 2) if one.keep is not None]

    def parameters(self, natives: Natives, *, with_lines: bool = True) -> list[Any]:
        values = [natives["id"], natives["updatedAt"], *(natives[one.name] for one in self.stored)]
        for place, keep in self.kept:
            values[place] = None if values[place] is None else keep(values[place])
        if with_lines:
            for lines in self.code.lines.values():
                values += line_arrays(lines, natives[lines.name])
        return values

    @cached_property
    def references(self) -> list[Reference]:
        """Who minds the deletion of a record."""
        return self.compiled.references.get(self.code.name, [])

    @cached_property
    def behaviour(self) -> Behaviour:
        return Behaviour(self.compiled, self.code)

    @cached_property
    def insert(self) -> str:
        """Answers the numbers drawn, or no row if a condition is not met; then nothing is written and none is drawn."""
        code = self.code
        columns = ['"id"', '"createdAt"', '"updatedAt"', *(one.column for one in self.stored)]
        values = ["$1::uuid", "$2::timestamptz", "$2::timestamptz", *self._placeholders().values()]
        parts = [f"ok AS MATERIALIZED (SELECT 1 WHERE {self._all_conditions('$1')})"]
        sources = ["ok"]
        for number, one in enumerate(self.sequences):
            parts.append(
                f"n{number} AS (UPDATE {self.compiled.place(COUNTERS)} SET value = value + 1 FROM ok "
                f"WHERE key = {literal(self._key(one))} RETURNING {_numbered(one)} AS number)"
            )
            sources.append(f"n{number}")
            columns.append(one.column)
            values.append(f"n{number}.number")
        parts.append(
            f"written AS (INSERT INTO {code.table} ({', '.join(columns)}) SELECT {', '.join(values)} "
            f'FROM {", ".join(sources)} RETURNING "id")'
        )
        first = len(self.stored) + 3
        for number, lines in enumerate(code.lines.values()):
            parts.append(f"l{number} AS ({insert_lines(lines, 'written', first)})")
            first += len(lines.fields)
        drawn = [f"n{number}.number AS s{number}" for number in range(len(self.sequences))] or ["1"]
        return f"WITH {', '.join(parts)} SELECT {', '.join(drawn)} FROM {', '.join(['written', *sources[1:]])}"

    @cached_property
    def update(self) -> str:
        sets = ['"updatedAt" = $2::timestamptz']
        sets += [
            f"{one.column} = {place}" for one, place in zip(self.stored, self._placeholders().values(), strict=True)
        ]
        return (
            f'UPDATE {self.code.table} AS t SET {", ".join(sets)} WHERE t."id" = $1::uuid '
            f"AND {self._all_conditions('$1', lines=False)} RETURNING 1"
        )

    @cached_property
    def select(self) -> str:
        """All columns in the order of `row`; the caller adds what follows FROM … t."""
        columns = [
            't."id"',
            't."createdAt"',
            't."updatedAt"',
            *(f"t.{one.column}" for one in self.code.fields.values()),
        ]
        joins: list[str] = []
        for number, lines in enumerate(self.code.lines.values()):
            arrays = ", ".join(
                f'array_agg(x.{one.column} ORDER BY x."_position") AS c{place}'
                for place, one in enumerate(lines.fields.values())
            )
            joins.append(
                f'LEFT JOIN LATERAL (SELECT {arrays} FROM {lines.table} x WHERE x."_record" = t."id") l{number} ON true'
            )
            columns += [f"l{number}.c{place}" for place in range(len(lines.fields))]
        return f"SELECT {', '.join(columns)}{{more}} FROM {self.code.table} t {' '.join(joins)}{{joins}}"

    @cached_property
    def read(self) -> str:
        return self.select.format(more="", joins="") + ' WHERE t."id" = $1'

    @cached_property
    def hold_followed(self) -> str:
        """Keeps what computed fields of the record read through references from changing."""
        held = [f"(SELECT count(*) FROM ({self._followed(one)}) a)" for one in self.behaviour.computed]
        return f"SELECT {', '.join(held)}"

    def _followed(self, one: Needed) -> str:
        lines, _, name = one.field.rpartition(".")
        if lines:
            code = self.code.lines[lines]
            ids = f'SELECT x.{code.fields[name].column} FROM {code.table} x WHERE x."_record" = $1'
        else:
            ids = f'SELECT x.{self.code.fields[name].column} FROM {self.code.table} x WHERE x."id" = $1'
        target = self.compiled.entity(one.target).table
        hold = self.compiled.hold(one.target)
        return f'SELECT FROM {target} r WHERE r."id" IN ({ids}) ORDER BY r."id" FOR {hold} OF r'

    @cached_property
    def read_for_update(self) -> str:
        return self.reading_for_update("")

    def reading_for_update(self, more: str) -> str:
        """`moved` says that somebody else was waited for, so that only the row itself is as it is now: its lines, and
        what is selected of other tables, are as they were before."""
        moved = f', t.xmin <> (SELECT o.xmin FROM {self.code.table} o WHERE o."id" = t."id") AS moved'
        return self.select.format(more=moved + more, joins="") + ' WHERE t."id" = $1 FOR NO KEY UPDATE OF t'

    @cached_property
    def delete(self) -> str:
        """Answers no row if there is no such record, or if another refers to it."""
        unless = "".join(f" AND NOT EXISTS (SELECT FROM {one.table} o WHERE {one.sql})" for one in self.references)
        return f'DELETE FROM {self.code.table} t WHERE t."id" = $1{unless} RETURNING 1'

    @cached_property
    def why_not_written(self) -> str:
        """The id ($1), then one boolean per condition; the conditions' own values follow as parameters."""
        met, place = ["$1::uuid"], 2
        for one in self.conditions:
            values = [parameter(number, kind) for number, kind in enumerate(one.kinds, place)]
            met.append(one.sql.format(*values, id="$1::uuid"))
            place += len(values)
        return f"SELECT {', '.join(met)}"

    @cached_property
    def who_refers(self) -> str:
        counts = [f"(SELECT count(*) FROM {one.table} o WHERE {one.sql})" for one in self.references]
        return f'SELECT {", ".join(counts or ["1"])} FROM {self.code.table} t WHERE t."id" = $1'

    def row(self, values: Any) -> Natives:
        """One row of `select` as Python values by field name."""
        natives: Natives = {"id": values[0], "createdAt": values[1], "updatedAt": values[2]}
        place = 3
        for one in self.code.fields.values():
            value = values[place]
            natives[one.name] = None if value is None else one.load(value)
            place += 1
        for lines in self.code.lines.values():
            arrays = values[place : place + len(lines.fields)]
            natives[lines.name] = _lines(lines, arrays)
            place += len(lines.fields)
        return natives

    def _placeholders(self) -> dict[str, str]:
        return {one.name: parameter(place, storage(one.definition) or "") for place, one in enumerate(self.stored, 3)}

    def _all_conditions(self, record_id: str, *, lines: bool = True) -> str:
        places = self._placeholders()
        place = len(self.stored) + 3
        for code in self.code.lines.values() if lines else ():
            for name, one in code.fields.items():
                places[f"{code.name}.{name}"] = parameter(place, f"{storage(one.definition)}[]")
                place += 1
        said = [
            one.sql.format(*(places[name] for name in one.takes), id=f"{record_id}::uuid")
            for one in self.conditions
            if places.keys() >= set(one.takes)
        ]
        return " AND ".join(said) or "true"

    def _key(self, one: FieldCode) -> str:
        return self.code.entity.visible_fields[one.name].key


def insert_lines(lines: LinesCode, owner: str, first: int, *, over: bool = False) -> str:
    """Lines from arrays, the first of which is parameter `first`; `owner` answers the id of their record.

    With `over` a line takes the place of the one that is there: what is parked in a line stays with its place.
    """
    arrays = ", ".join(
        parameter(place, f"{storage(one.definition)}[]") for place, one in enumerate(lines.fields.values(), first)
    )
    names = ", ".join(f"c{place}" for place in range(len(lines.fields)))
    columns = ", ".join(one.column for one in lines.fields.values())
    sets = ", ".join(f"{one.column} = EXCLUDED.{one.column}" for one in lines.fields.values())
    instead = f' ON CONFLICT ("_record", "_position") DO UPDATE SET {sets}' if over else ""
    return (
        f'INSERT INTO {lines.table} ("_record", "_position", {columns}) SELECT w."id", u.place, {names} '
        f"FROM {owner} AS w, unnest({arrays}) WITH ORDINALITY AS u({names}, place){instead}"
    )


def line_arrays(lines: LinesCode, rows: list[Natives]) -> list[list[Any]]:
    return [[sent(row[name]) for row in rows] for name in lines.fields]


def _lines(lines: LinesCode, arrays: Any) -> list[Natives]:
    if arrays[0] is None:
        return []
    loaders = [(name, one.load) for name, one in lines.fields.items()]
    return [
        {name: None if value is None else load(value) for (name, load), value in zip(loaders, row, strict=True)}
        for row in zip(*arrays, strict=True)
    ]


def _numbered(one: FieldCode) -> str:
    definition = one.definition
    assert isinstance(definition, SequenceField)
    digits = f"greatest({definition.digits}, length(value::text))"
    return f"{literal(definition.prefix)} || lpad(value::text, {digits}, '0')"
