"""Schema plans: from one manifest to another, in statements of our own over quoted identifiers.

Nothing is ever dropped that holds a value. A part that is missing afterwards is parked: its constraints go, its column
stays and the metadata table says so; when its key returns, so do its values.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.engine import templates
from shared.engine.again import recomputes
from shared.engine.layout import attaches, counters, layout, notifies
from shared.engine.seeds import SeedRow, seed_rows
from shared.engine.storage import Column, Constraint, Place, Table
from shared.patch.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Check:
    """What old rows may no longer fit; `misfits` is SQL that selects their ids."""

    place: Place
    misfits: str


@dataclass(frozen=True, slots=True)
class SeedStep:
    """Keys of the seeds that are taken away from records laid out for `before`, and sown among those for `after`."""

    before: Manifest
    after: Manifest
    gone: tuple[str, ...]
    sown: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """Three phases, run as one batch: shape the tables, rewrite old rows, constrain what is there then.

    `fresh` says that the schema holds nothing yet. `rewrites` and `kept` are by table: what must be done to its rows,
    and which constraints must look away meanwhile, since a row that did not fit before would fail any update.
    `recomputes` come after all of them, since what is computed may be read in other tables: table and statement.
    `returning` are columns added to tables that are not fresh, where an earlier life may have left values.
    """

    schema: str
    fresh: bool
    shape: list[str] = field(default_factory=list[str])
    rewrites: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    recomputes: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    kept: dict[str, list[Constraint]] = field(default_factory=dict[str, list[Constraint]])
    constrain: list[str] = field(default_factory=list[str])
    checks: list[Check] = field(default_factory=list[Check])
    returning: list[tuple[str, Column]] = field(default_factory=list[tuple[str, Column]])
    seeds: "SeedStep | None" = None

    @property
    def statements(self) -> list[str]:
        return self.with_rewrites(self.rewrites)

    def with_rewrites(self, rewrites: dict[str, list[str]]) -> list[str]:
        tables = dict.fromkeys((*rewrites, *(table for table, _ in self.recomputes)))
        kept = {table: self.kept[table] for table in tables if self.kept.get(table)}
        return [
            *self.shape,
            *(
                templates.drop_constraints(self.schema, table, [one.name for one in some])
                for table, some in kept.items()
            ),
            *(one for statements in rewrites.values() for one in statements),
            *(statement for _, statement in self.recomputes),
            *(templates.add_constraints(self.schema, table, some, valid=False) for table, some in kept.items()),
            *self.constrain,
        ]

    def __bool__(self) -> bool:
        return bool(self.shape or self.rewrites or self.recomputes or self.constrain or self.seeds)


def plan(before: Manifest | None, after: Manifest, schema: str) -> Plan:
    """The statements that turn a schema laid out for `before` into one for `after`; none if they are laid out alike.

    `before` is None for a schema in which nothing was ever installed.
    """
    old = layout(before) if before else {}
    new = layout(after)
    result = Plan(schema, fresh=before is None)
    if result.fresh:
        result.shape.append(templates.metadata(schema))
    result.shape += _relaxed(schema, old, new)
    # Lines refer to their owner's table, which therefore comes first.
    for table in sorted(new.values(), key=lambda one: one.owner is not None):
        _columns(result, old.get(table.name), table)
    result.recomputes = [] if result.fresh else recomputes(schema, old, new, after)
    for table in new.values():
        _constraints(result, old.get(table.name), table)
    result.shape += [templates.park(schema, name, None) for name in sorted(old.keys() - new.keys())]
    if notifies(after) and not (before and notifies(before)):
        result.shape.append(templates.notices(schema))
    if attaches(after) and not (before and attaches(before)):
        result.shape.append(templates.files(schema))
    known = set(counters(before)) if before else set[str]()
    result.shape += [templates.counter(schema, key) for key in counters(after) if key not in known]
    _seeds(result, before, after)
    return result


def _seeds(result: Plan, before: Manifest | None, after: Manifest) -> None:
    old, new = seed_rows(before) if before else dict[str, SeedRow](), seed_rows(after)
    gone = tuple(key for key in old if key not in new)
    sown = tuple(key for key, row in new.items() if key not in old or old[key].told != row.told)
    if gone or sown:
        result.shape.append(templates.seeds(result.schema))
        result.seeds = SeedStep(before or after, after, gone, sown)


def _relaxed(schema: str, old: dict[str, Table], new: dict[str, Table]) -> Iterator[str]:
    """Drop what holds no value: constraints and indexes that are gone or say something else now."""
    for table in old.values():
        after = new.get(table.name)
        if after is None:
            after = Table(table.name, table.key)
        gone = [
            name for name, one in table.constraints.items() if one.definition and after.constraints.get(name) != one
        ]
        if gone:
            yield templates.drop_constraints(schema, table.name, gone)
        for name, index in table.indexes.items():
            if after.indexes.get(name) != index:
                yield templates.drop_index(schema, name)


def _columns(result: Plan, before: Table | None, table: Table) -> None:
    schema, shape = result.schema, result.shape
    known = before.columns if before else {}
    new = [column for name, column in table.columns.items() if name not in known]
    if before is None:
        shape.append(templates.create_table(schema, table, with_columns=result.fresh))
    if new and not result.fresh:
        shape += templates.add_columns(schema, table.name, new)
        result.returning += [(table.name, column) for column in new]
    if before is None or new:
        shape.append(templates.record_parts(schema, table, None if before is None else new))
    shape += [templates.park(schema, table.name, name) for name in known if name not in table.columns]
    rewrites = [] if result.fresh else list(_rewrites(schema, table, known))
    if rewrites:
        result.rewrites[table.name] = rewrites


def _rewrites(schema: str, table: Table, known: dict[str, Column]) -> Iterator[str]:
    """What happens to old rows: another kind of value, the default of what is now required."""
    for name, column in table.columns.items():
        before = known.get(name)
        if before is not None and before.kind != column.kind:
            yield from templates.retype(schema, table.name, column, before.kind)
        if before is not None and column.required and column.default and not before.required:
            yield templates.fill(schema, table.name, column)


def _constraints(result: Plan, before: Table | None, table: Table) -> None:
    schema = result.schema
    constraints = before.constraints if before else {}
    indexes = before.indexes if before else {}
    new = [one for name, one in table.constraints.items() if constraints.get(name) != one]
    result.kept[table.name] = [one for one in table.constraints.values() if one.is_check and one not in new]
    made = [one for one in new if one.definition]
    if made:
        result.constrain.append(templates.add_constraints(schema, table.name, made, valid=result.fresh))
    for index in (one for name, one in table.indexes.items() if indexes.get(name) != one):
        result.constrain.append(templates.create_index(schema, table.name, index))
        if index.unique:
            twice = templates.duplicated(schema, table.name, index)
            result.checks.append(Check(index.place, templates.rows(schema, table, twice)))
    result.checks += [Check(one.place, templates.rows(schema, table, one.unfit)) for one in new]
