"""The typed tree as a PostgreSQL expression without parameters, of the same meaning as `closures.py`.

It never raises, whatever the columns hold, and says every part once, so that its length stays that of the tree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from shared.patch.errors import Refusal
from shared.patch.expression.functions import Function
from shared.patch.expression.kinds import Kind
from shared.patch.expression.literals import cast, collated, literal
from shared.patch.expression.places import Lines, Records, Source
from shared.patch.expression.typed import (
    Applied,
    Choice,
    FirstKnown,
    Given,
    Held,
    Hop,
    LineCount,
    Literally,
    Looked,
    Missing,
    OneOf,
    OverLines,
    Question,
    Reckoning,
    Rows,
    Stored,
    Together,
    Typed,
)
from shared.patch.expression.values import READERS, Moment

_ID = Stored(None, "id", "reference")


@dataclass(frozen=True, slots=True)
class Rendering:
    """Where everything that an expression names is found: columns, lines, other records, and the moment."""

    own: Source
    lines: Lines | None = None
    moment: Moment | None = None
    records: Records | None = None
    this: Source | None = None
    old: Source | None = None
    variables: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])

    def render(self, node: Typed) -> str:
        """The SQL of `node`, in parentheses wherever precedence could matter."""
        match node:
            case Literally() | Stored() | Hop() | Given() | Looked():
                return self._atom(node)
            case Applied(function=function, arguments=arguments):
                return _said(function, *map(self.render, arguments))
            case Reckoning(first=first, rest=rest):
                result = self.render(first)
                for function, operand in rest:
                    result = _said(function, result, self.render(operand))
                return result
            case LineCount(rows=rows):
                return self._of_lines("(count(v){})::numeric", "1", rows)
            case OverLines():
                return self._over_lines(node)
            case _:
                return self._logical(node)

    def _atom(self, node: Literally | Stored | Hop | Given | Looked) -> str:
        match node:
            case Literally(value=value, kind=kind):
                return literal(value, kind)
            case Stored():
                return self._stored(node)
            case Hop():
                return self._hop(node)
            case Given(name=name, kind=kind):
                if self.moment is None:
                    raise _not_in_sql(name.split("_", maxsplit=1)[0])
                return literal(READERS[kind](getattr(self.moment, name)), kind)
            case Looked():
                return self._looked(node)

    def _logical(self, node: Together | Missing | OneOf | Held | FirstKnown | Choice) -> str:
        match node:
            case Together(sign=sign, operands=operands):
                return "(" + (" AND " if sign == "&&" else " OR ").join(map(self.render, operands)) + ")"
            case Missing(operand=operand, negated=negated):
                return f"({self.render(operand)} IS {'NOT ' if negated else ''}NULL)"
            case OneOf(needle=needle, options=options):
                return f"({self.render(needle)} IN ({', '.join(map(self.render, options))}))"
            case Held(needle=needle, choices=choices):
                # The cast keeps ANY from taking a subselect for a list of rows.
                return f"({self.render(needle)} = ANY ({self.render(choices)}::text[]))"
            case FirstKnown(operands=operands):
                return f"coalesce({', '.join(map(self.render, operands))})"
            case Choice(cases=cases, otherwise=otherwise):
                result = self.render(otherwise)
                for condition, value in reversed(cases):
                    said = f"CASE {self.render(condition)} WHEN TRUE THEN {self.render(value)}"
                    result = f"({said} WHEN FALSE THEN {result} END)"
                return result

    def _stored(self, node: Stored) -> str:
        source: Source | None
        match node.scope:
            case None:
                source = self.own
            case "this":
                source = self._this()
            case "old":
                source = self._old()
            case variable:
                alias, lines = self.variables[variable]
                return cast(self._lines().column(lines, alias, node.name), node.kind)
        if source is None:
            raise _not_in_sql(str(node.scope))
        if callable(source):
            return cast(source(node.name), node.kind)
        return literal(READERS[node.kind](source.get(node.name)), node.kind)

    def _this(self) -> Source | None:
        return self.this or (self.moment and self.moment.this)

    def _old(self) -> Source | None:
        return self.old or (self.moment and (self.moment.old or {}))

    def _hop(self, node: Hop) -> str:
        target, of = node.reference.target or "", node.of
        if self.records is None:
            raise _not_in_sql(f"{node.reference.name}.{of.name}")
        column = cast(self.records.column(target, "hop", of.name), of.kind)
        identity = self.records.column(target, "hop", "id")
        source = self.records.source(target, "hop")
        where = f"{identity} = {self._stored(node.reference)}"
        return collated(_select(column, "FROM", source, "WHERE", where), of.kind)

    def _looked(self, node: Looked) -> str:
        if self.moment and node.name in self.moment.lookups:
            return literal(READERS[node.kind](self.moment.lookups[node.name]), node.kind)
        # It is about the record that is written, which is another than this one where there is a `this`.
        about = self if node.scope is None else replace(self, own=self._this() or {}, this=None, variables={})
        return about.found(node.question, about.render(node.question.equals))

    def found(self, question: Question, equals: str) -> str:
        """What a lookup finds, asked by the record that this is about."""
        if self.records is None:
            raise _not_in_sql(question.entity)
        records, entity = self.records, question.entity
        other = Rendering(
            lambda name: records.column(entity, "found", name),
            records.lines(entity, "found"),
            self.moment,
            records,
            this=self.own,
            old=self._old(),
        )
        condition = _same(records.column(entity, "found", question.by.name), equals, question.by.kind)
        if question.where is not None:
            condition += f" AND {other.render(question.where)}"
        source = ("FROM", records.source(entity, "found"), "WHERE", condition)
        match question.find, question.value:
            case "exists", _:
                return "EXISTS " + _select(*source)
            case "one", Stored() as value:
                return collated(other.one(value, question, *source), value.kind)
            case find, Stored() as value:
                told = f"{find}({other.render(value)})"
                told = f"coalesce({told}, 0)" if find == "sum" else told
                return collated(_select(told, *source), value.kind)
            case _:
                return _select("count(*)::numeric", *source)

    def one(self, value: Stored, question: Question, *source: str) -> str:
        """The value of the first record, or without an order of the only one."""
        told = self.render(value)
        if question.sort is None:
            few = _select(told, "AS v", *source, "LIMIT 2")
            return _select("CASE WHEN count(*) = 1 THEN (array_agg(v))[1] END FROM", few, "AS few")
        direction = "DESC" if question.descending else "ASC"
        order = f"{self.render(question.sort)} {direction} NULLS LAST, {self.render(_ID)}"
        return _select(told, *source, "ORDER BY", order, "LIMIT 1")

    def _over_lines(self, node: OverLines) -> str:
        body = self._inside(node.variable, node.rows.lines).render(node.body)
        match node.macro:
            case "sum":
                told = "coalesce(sum(v){}, 0)"
            case "min":
                told = "min(v){}"
            case "max":
                told = "max(v){}"
            case "all":
                told = "CASE WHEN bool_or(NOT v){} THEN FALSE WHEN bool_or(v IS NULL){} THEN NULL ELSE TRUE END"
            case "exists":
                told = "CASE WHEN bool_or(v){} THEN TRUE WHEN bool_or(v IS NULL){} THEN NULL ELSE FALSE END"
        return collated(self._of_lines(told, body, node.rows), node.kind)

    def _of_lines(self, told: str, body: str, rows: Rows) -> str:
        """Of a table of their own: an aggregate over nothing but outer columns would belong to the outer query."""
        kept = [self._inside(one.variable, rows.lines).render(one.condition) for one in rows.filters]
        columns = f"{body} AS v, {' AND '.join(kept)} AS kept" if kept else f"{body} AS v"
        inner = _select(columns, "FROM", self._lines().source(rows.lines, self._alias()))
        only = " FILTER (WHERE kept)" if kept else ""
        return _select(told.replace("{}", only), "FROM", inner, "AS each")

    def _inside(self, variable: str, lines: str) -> "Rendering":
        return replace(self, variables={**self.variables, variable: (self._alias(), lines)})

    def _alias(self) -> str:
        return f"line_{len(self.variables) + 1}"

    def _lines(self) -> Lines:
        if self.lines is None:
            raise _not_in_sql("lines")
        return self.lines


def _said(function: Function, *arguments: str) -> str:
    return function.sql.format(*arguments)


def _select(*parts: str) -> str:
    return "(SELECT " + " ".join(parts) + ")"


def _same(column: str, equals: str, kind: Kind) -> str:
    """Texts are equal in any collation; that of the database is the one that indexes have."""
    if kind != "text":
        return f"{cast(column, kind)} = {equals}"
    return f'({column})::text = ({equals} COLLATE "default")'


def _not_in_sql(name: str) -> Refusal:
    return Refusal("expression_not_in_sql", params={"name": name})
