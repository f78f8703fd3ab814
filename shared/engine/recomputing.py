"""Computed values of other records, brought up to date when what they read through a reference changes.

By the database itself, in the order of dependence: the record that changed, those that refer to it, those that refer
to these, and so on. Nobody writes these records: no rule is asked of them beyond those that the database holds, no
trigger set off, and the moment of their last change stays.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import asyncpg

from shared.engine.compiled import Compiled, EntityCode
from shared.engine.connection import Connection
from shared.engine.field_code import FieldCode, Natives
from shared.engine.formulas import Formula, Node, ends, following, formulas
from shared.engine.layout import recomputed
from shared.engine.naming import quoted
from shared.engine.problems import RecordRefused, elsewhere, refuse
from shared.engine.violations import violated
from shared.patch.fields import RefField

Dirt = dict[Node, set[UUID]]


@dataclass(frozen=True, slots=True)
class _Step:
    """`sql` takes ids of records whose own fields changed, then for each reference of those that it leads to."""

    formula: Formula
    sql: str


@dataclass(frozen=True, slots=True)
class _Losing:
    """Records of `entity` (`sql` says which refer to `$1`) lose `nodes`, or all: those go along."""

    entity: str
    nodes: frozenset[Node]
    sql: str
    cascades: bool


class Recomputing:
    """What must be computed anew after which change; nothing at all where no formula follows a reference."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled

    @cached_property
    def followed(self) -> Mapping[str, frozenset[str]]:
        """By entity: the fields that formulas of other records read."""
        found: dict[str, set[str]] = {}
        for one in self._known:
            for entity, name in (node for hop in one.hops for node in ends(hop)):
                found.setdefault(entity, set()).add(name)
        return {entity: frozenset(names) for entity, names in found.items()}

    async def changed(self, connection: Connection, code: EntityCode, before: Natives, after: Natives) -> bool:
        """A record was changed: compute what others read of it. Answers whether it reads itself, and is another now."""
        names = [name for name in self.followed.get(code.name, ()) if before.get(name) != after.get(name)]
        own: Dirt = {}
        if names:
            await self._run(connection, {(code.name, name): {after["id"]} for name in names}, own)
        return any(entity == code.name and after["id"] in ids for (entity, _), ids in own.items())

    async def bereft(self, connection: Connection, code: EntityCode, record_id: UUID) -> Dirt:
        """What others lose with a record that is about to be deleted, to be handed to `lost` afterwards."""
        found: Dirt = {}
        waiting = [(code.name, record_id)] if self._losing else []
        seen = set(waiting)
        while waiting:
            name, lost = waiting.pop()
            for one in self._losing.get(name, ()):
                ids = {row["id"] for row in await connection.fetch(one.sql, lost)}
                for node in one.nodes:
                    found.setdefault(node, set()).update(ids)
                goes = {(one.entity, each) for each in ids if one.cascades} - seen
                seen |= goes
                waiting += goes
        return found

    async def lost(self, connection: Connection, dirt: Dirt) -> None:
        if any(dirt.values()):
            await self._run(connection, {}, dirt)

    async def _run(self, connection: Connection, reached: Dirt, own: Dirt) -> None:
        """`own` are fields of records whose own formulas know nothing of it yet."""
        for step in self._steps:
            formula = step.formula
            mine = _ids(own, formula.own)
            theirs = [_ids(reached, ends(one)) | _ids(own, ends(one)) for one in formula.hops]
            if mine or any(theirs):
                rows = await self._fetch(connection, step, [mine, *theirs])
                own.setdefault(formula.node, set()).update(row["id"] for row in rows)

    async def _fetch(self, connection: Connection, step: _Step, ids: list[set[UUID]]) -> list[asyncpg.Record]:
        code = self._compiled.entity(step.formula.entity.name)
        try:
            return await connection.fetch(step.sql, *map(list, ids))
        except asyncpg.IntegrityConstraintViolationError as error:
            raise _elsewhere(violated(self._compiled, code, error), code) from error

    @cached_property
    def _known(self) -> list[Formula]:
        return formulas(self._compiled.manifest)

    @cached_property
    def _steps(self) -> list[_Step]:
        """Formulas that follow references, and those that depend on these or on what may be lost."""
        starts = {node for one in self._known for hop in one.hops for node in ends(hop)}
        starts |= {node for losing in self._losing.values() for one in losing for node in one.nodes}
        return [_Step(one, self._sql(one)) for one in following(self._known, starts)]

    @cached_property
    def _losing(self) -> Mapping[str, list[_Losing]]:
        """By entity: what becomes of others when one of its records goes, as far as formulas can tell."""
        read = frozenset[Node]().union(*(one.own for one in self._known))
        found: dict[str, list[_Losing]] = {}
        for name in self._compiled.manifest.visible_entities if read else ():
            for (_, path), table, own, one in _references(self._compiled.entity(name)):
                definition = one.definition
                assert isinstance(definition, RefField)
                lines, _, _ = path.rpartition(".")
                nodes = {(name, path)}
                if lines and definition.on_delete == "cascade":
                    # A line that goes takes along whatever was said of the lines.
                    nodes = {node for node in read if node[0] == name and node[1].partition(".")[0] == lines}
                cascades = definition.on_delete == "cascade" and not lines
                if definition.on_delete != "restrict" and (cascades or nodes & read):
                    sql = f'SELECT DISTINCT o."{own}" AS id FROM {table} o WHERE o.{one.column} = $1'
                    losing = _Losing(name, frozenset(nodes & read), sql, cascades)
                    found.setdefault(definition.target, []).append(losing)
        return _that_matter(found)

    def _sql(self, formula: Formula) -> str:
        compiled = self._compiled
        code = compiled.entity(formula.entity.name)
        value = recomputed(formula.definition, formula.entity, compiled.manifest, formula.within)
        assert value is not None
        value = value.replace("{schema}", quoted(compiled.schema))
        if formula.within:
            lines = code.lines[formula.within]
            table, own, column = lines.table, '"_record"', lines.fields[formula.definition.name].column
        else:
            table, own, column = code.table, '"id"', code.fields[formula.definition.name].column
        touched = [f"t.{own} = ANY($1::uuid[])"]
        touched += [_leads(code, formula, one.field, f"${place}") for place, one in enumerate(formula.hops, 2)]
        return (
            f"UPDATE {table} AS t SET {column} = {value} WHERE ({' OR '.join(touched)}) "
            f"AND t.{column} IS DISTINCT FROM {value} RETURNING t.{own} AS id"
        )


def _that_matter(found: Mapping[str, list[_Losing]]) -> dict[str, list[_Losing]]:
    """Without records that merely go along, unless others lose something by that."""
    known = dict[str, list[_Losing]]()
    while True:
        more = {name: [one for one in losing if one.nodes or one.entity in known] for name, losing in found.items()}
        more = {name: losing for name, losing in more.items() if losing}
        if more == known:
            return known
        known = more


def _ids(dirt: Mapping[Node, set[UUID]], nodes: Iterable[Node]) -> set[UUID]:
    return set[UUID]().union(*(dirt[node] for node in nodes if node in dirt))


def _leads(code: EntityCode, formula: Formula, reference: str, ids: str) -> str:
    """Whether the row, or a line of it, refers to one of the ids."""
    lines, _, name = reference.rpartition(".")
    if not lines:
        return f"t.{code.fields[name].column} = ANY({ids}::uuid[])"
    column = code.lines[lines].fields[name].column
    if formula.within:
        return f"t.{column} = ANY({ids}::uuid[])"
    referring = f'SELECT x."_record" FROM {code.lines[lines].table} x WHERE x.{column} = ANY({ids}::uuid[])'
    return f't."id" = ANY(ARRAY({referring}))'


def _references(code: EntityCode) -> Iterator[tuple[Node, str, str, FieldCode]]:
    for name, one in code.fields.items():
        if isinstance(one.definition, RefField):
            yield (code.name, name), code.table, "id", one
    for lines in code.lines.values():
        for name, one in lines.fields.items():
            if isinstance(one.definition, RefField) and lines.link is None:
                yield (code.name, f"{lines.name}.{name}"), lines.table, "_record", one


def _elsewhere(refused: RecordRefused, code: EntityCode) -> RecordRefused:
    return refuse(refused.code, *(elsewhere(one, code.name, code.label) for one in refused.problems))
