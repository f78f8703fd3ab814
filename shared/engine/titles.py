"""What stands for the records referred to, if the user may see them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.engine.access import access_of
from shared.engine.compiled import Access, EntityCode
from shared.engine.field_code import FieldCode, LinesCode
from shared.engine.naming import literal
from shared.engine.people import Acting
from shared.engine.rights import condition
from shared.engine.shown import Record
from shared.engine.statements import Statements
from shared.engine.values import storage
from shared.patch.fields import RefField

StatementsOf = Callable[[str], Statements]


@dataclass(frozen=True, slots=True)
class _Title:
    """`column` is what to select, `shown` makes a title of it."""

    name: str
    column: str
    join: str
    shown: Callable[[Any], Any]


class Titles:
    """Columns and joins for the statement that reads records, and the titles onto the records read.

    A reference has one title, references to many have a list of them (None for one that cannot be seen).
    """

    def __init__(self, of: StatementsOf, code: EntityCode, access: Access, acting: Acting) -> None:
        self._of, self._acting = of, acting
        self._titles = list(self._found(code, access))
        self.columns = "".join(f", {one.column}" for one in self._titles)
        self.joins = "".join(one.join for one in self._titles)

    def onto(self, record: Record, row: Any) -> Record:
        if self._titles:
            values = list(row)[-len(self._titles) :]
            record["_titles"] = {
                one.name: one.shown(value) for one, value in zip(self._titles, values, strict=True) if value is not None
            }
        return record

    def _found(self, code: EntityCode, access: Access) -> Iterator[_Title]:
        place = 0
        for one in code.fields.values():
            if one.name not in access.view:
                continue
            targets = {one.definition.target: ""} if isinstance(one.definition, RefField) else one.targets
            seen = {name: title for name in targets if (title := self._title_of(name)) is not None}
            if seen:
                yield self._reference(one, targets, seen, place)
                place += len(seen)
        for lines in code.lines.values():
            title = self._title_of(lines.definition.target) if lines.definition.type == "many_to_many" else None
            if title is not None and lines.name in access.view:
                yield self._links(lines, title)

    def _title_of(self, entity: str) -> "_Seen | None":
        """The title field of an entity, if the user may see it."""
        target = self._of(entity)
        access, title = (
            access_of(target.code, self._acting.user.roles),
            target.code.fields.get(target.code.entity.title),
        )
        if title is None or title.name not in access.view or storage(title.definition) in ("text[]", "jsonb"):
            return None
        return _Seen(target, title, access, self._acting)

    def _reference(self, one: FieldCode, targets: Mapping[str, str], seen: "Mapping[str, _Seen]", place: int) -> _Title:
        joins, columns = "", list[str]()
        for number, (name, target) in enumerate(seen.items(), place):
            alias = f"r{number}"
            columns.append(f"{alias}.{target.title.column}")
            if not one.targets:
                joins += target.join(alias, f"t.{one.column}")
                continue
            key = literal(f"{targets[name]}/")
            joins += target.join(alias, f"right(t.{one.column}, 36)::uuid", f" AND starts_with(t.{one.column}, {key})")
        if len(columns) == 1:
            (only,) = seen.values()
            return _Title(one.name, columns[0], joins, _said_by(only.title))
        # Whichever is there; what it looks like is up to PostgreSQL.
        either = ", ".join(f"{column}::text" for column in columns)
        return _Title(one.name, f"coalesce({either})", joins, str)

    def _links(self, lines: LinesCode, target: "_Seen") -> _Title:
        many = (
            f'(SELECT array_agg(r.{target.title.column} ORDER BY x."_position") FROM {lines.table} x'
            f'{target.join("r", "x.target")} WHERE x."_record" = t."id")'
        )
        said = _said_by(target.title)
        return _Title(lines.name, many, "", lambda values: [None if one is None else said(one) for one in values])


@dataclass(frozen=True, slots=True)
class _Seen:
    """Records whose title may be seen: all of them, or those of which a filter is true."""

    statements: Statements
    title: FieldCode
    access: Access
    acting: Acting

    def join(self, alias: str, reference: str, more: str = "") -> str:
        allowed = condition(self.statements, self.access, "view", self.acting.moment(), alias)
        only = f" AND {allowed}" if allowed else ""
        return f' LEFT JOIN {self.statements.code.table} {alias} ON {alias}."id" = {reference}{more}{only}'


def _said_by(title: FieldCode) -> Callable[[Any], str]:
    return lambda value: str(title.write(title.load(value)))
