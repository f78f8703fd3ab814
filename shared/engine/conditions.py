"""What only the database can tell of a record that is to be written: that its references lead somewhere, that it is one
of a kind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from shared.engine.compiled import Compiled, EntityCode
from shared.engine.field_code import FieldCode, Natives
from shared.engine.naming import literal
from shared.engine.values import storage
from shared.patch.fields import RefField


@dataclass(frozen=True, slots=True)
class Condition:
    """True for a record that may be written. `sql` has `{0}`, `{1}` in the place of the parameters that it `takes`, of
    these `kinds`, and `{id}` in that of the record's own id."""

    fields: tuple[FieldCode, ...]
    place: str
    code: str
    sql: str
    takes: tuple[str, ...]
    kinds: tuple[str, ...]
    values: Callable[[Natives], list[Any]]
    in_lines: bool = False


def conditions(compiled: Compiled, code: EntityCode) -> Iterator[Condition]:
    for one in code.fields.values():
        if one.definition.type == "sequence":
            continue
        if isinstance(one.definition, RefField):
            target = compiled.entity(one.definition.target).table
            exists = f'({{0}} IS NULL OR EXISTS (SELECT FROM {target} o WHERE o."id" = {{0}}))'
            yield _about(one, "reference_missing", exists)
        if one.definition.type == "ref_any":
            yield _about(one, "reference_missing", _somewhere(compiled, one))
        if one.definition.unique:
            yield _unique(code, "unique_taken", (one,))
    for index in (entry.index for entry in code.entity.visible_indexes if entry.index.unique):
        fields = tuple(code.fields[name] for name in index.fields if name not in code.numbered)
        # A number that is drawn is like no other.
        if len(fields) == len(index.fields):
            yield _unique(code, "together_taken" if len(fields) > 1 else "unique_taken", fields)
    yield from _of_lines(compiled, code)


def _about(one: FieldCode, code: str, sql: str) -> Condition:
    return Condition((one,), one.name, code, sql, (one.name,), (_kind(one),), _values((one,)))


def _unique(code: EntityCode, name: str, fields: tuple[FieldCode, ...]) -> Condition:
    """Nothing is like an empty value."""
    empty = "".join(f"{{{number}}} IS NULL OR " for number in range(len(fields)))
    same = " AND ".join(f"o.{one.column} = {{{number}}}" for number, one in enumerate(fields))
    sql = f'({empty}NOT EXISTS (SELECT FROM {code.table} o WHERE {same} AND o."id" <> {{id}}))'
    names, kinds = tuple(one.name for one in fields), tuple(_kind(one) for one in fields)
    return Condition(fields, fields[0].name, name, sql, names, kinds, _values(fields))


def _somewhere(compiled: Compiled, one: FieldCode) -> str:
    """No foreign key leads to several tables: the record referred to is held until the transaction ends."""
    there = " OR ".join(
        f'EXISTS (SELECT FROM {compiled.entity(name).table} o WHERE o."id" = right({{0}}, 36)::uuid'
        f" AND {{0}} = {literal(key + '/')} || right({{0}}, 36) FOR KEY SHARE)"
        for name, key in one.targets.items()
    )
    return f"({{0}} IS NULL OR {there})"


def _of_lines(compiled: Compiled, code: EntityCode) -> Iterator[Condition]:
    for lines in code.lines.values():
        for one in lines.fields.values():
            if not isinstance(one.definition, RefField):
                continue
            target = compiled.entity(one.definition.target).table
            sql = (
                "NOT EXISTS (SELECT FROM unnest({0}) AS u(one) WHERE u.one IS NOT NULL "
                f'AND NOT EXISTS (SELECT FROM {target} o WHERE o."id" = u.one))'
            )
            taken = f"{lines.name}.{one.name}"
            place = lines.name if lines.link else taken
            values = _line_values(lines.name, one.name)
            yield Condition((one,), place, "reference_missing", sql, (taken,), ("uuid[]",), values, in_lines=True)


def _kind(one: FieldCode) -> str:
    return storage(one.definition) or "text"


def _values(fields: tuple[FieldCode, ...]) -> Callable[[Natives], list[Any]]:
    names = [one.name for one in fields]
    return lambda natives: [natives[name] for name in names]


def _line_values(lines: str, name: str) -> Callable[[Natives], list[Any]]:
    return lambda natives: [[row[name] for row in natives[lines]]]
