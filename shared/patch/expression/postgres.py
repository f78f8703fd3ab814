"""The typed tree as a PostgreSQL expression without parameters, of the same meaning as `closures.py`.

It never raises, whatever the columns hold, and says every part once, so that its length stays that of the tree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shared.patch.errors import Refusal
from shared.patch.expression.functions import Function
from shared.patch.expression.literals import cast, collated, literal
from shared.patch.expression.places import Column, Lines, Records
from shared.patch.expression.typed import (
    Applied,
    Choice,
    FirstKnown,
    Given,
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


@dataclass(frozen=True, slots=True)
class Rendering:
    """Where everything that an expression names is found: columns, lines, other records, and the moment."""

    column: Column
    lines: Lines | None = None
    moment: Moment | None = None
    records: Records | None = None
    this: Column | None = None
    old: Column | None = None
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
                return self._of_lines(f"(count(*){self._chosen(rows)})::numeric", rows)
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
                return literal(getattr(self.moment, name), kind)
            case Looked():
                return self._looked(node)

    def _logical(self, node: Together | Missing | OneOf | FirstKnown | Choice) -> str:
        match node:
            case Together(sign=sign, operands=operands):
                return "(" + (" AND " if sign == "&&" else " OR ").join(map(self.render, operands)) + ")"
            case Missing(operand=operand, negated=negated):
                return f"({self.render(operand)} IS {'NOT ' if negated else ''}NULL)"
            case OneOf(needle=needle, options=options):
                return f"({self.render(needle)} IN ({', '.join(map(self.render, options))}))"
            case FirstKnown(operands=operands):
                return f"coalesce({', '.join(map(self.render, operands))})"
            case Choice(cases=cases, otherwise=otherwise):
                result = self.render(otherwise)
                for condition, value in reversed(cases):
                    said = f"CASE {self.render(condition)} WHEN TRUE THEN {self.render(value)}"
                    result = f"({said} WHEN FALSE THEN {result} END)"
                return result

    def _stored(self, node: Stored) -> str:
        match node.scope:
            case None:
                return cast(self.column(node.name), node.kind)
            case "this":
                return self._beside(node, self.this, self.moment and self.moment.this)
            case "old":
                return self._beside(node, self.old, self.moment and (self.moment.old or {}))
            case variable:
                alias, lines = self.variables[variable]
                return cast(self._lines().column(lines, alias, node.name), node.kind)

    def _beside(self, node: Stored, column: Column | None, record: Mapping[str, Any] | None) -> str:
        """A field of the record before, or of the one that this is about: where it is stored, or else as a constant."""
        if column is not None:
            return cast(column(node.name), node.kind)
        if record is None:
            raise _not_in_sql(str(node.scope))
        return literal(READERS[node.kind](record.get(node.name)), node.kind)

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
        if self.records is None:
            raise _not_in_sql(f"@{node.name}")
        return self.found(node.question)

    def found(self, question: Question) -> str:
        """What a lookup finds, asked for the record that the expression is about."""
        if self.records is None:
            raise _not_in_sql(question.entity)
        records, entity = self.records, question.entity
        other = Rendering(
            lambda name: records.column(entity, "found", name),
            records.lines(entity, "found"),
            self.moment,
            records,
            this=self.column,
            old=self.old,
        )
        condition = f"{other.render(question.by)} = {self.render(question.equals)}"
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
        order = f"{self.render(question.sort)} {direction} NULLS LAST, {self.column('id')}"
        return _select(told, *source, "ORDER BY", order, "LIMIT 1")

    def _over_lines(self, node: OverLines) -> str:
        body = self._inside(node.variable, node.rows.lines).render(node.body)
        chosen = self._chosen(node.rows)
        match node.macro:
            case "sum":
                told = f"coalesce(sum({body}){chosen}, 0)"
            case "min" | "max" as macro:
                told = f"{macro}({body}){chosen}"
            case "all" | "exists" as macro:
                decisive, decided, other = ("{}", "TRUE", "FALSE") if macro == "exists" else ("NOT {}", "FALSE", "TRUE")
                told = (
                    f"CASE WHEN bool_or({decisive.format(body)}){chosen} THEN {decided}"
                    f" WHEN bool_or({body} IS NULL){chosen} THEN NULL ELSE {other} END"
                )
        return collated(self._of_lines(told, node.rows), node.kind)

    def _chosen(self, rows: Rows) -> str:
        """Only lines of which every filter is true."""
        said = [self._inside(one.variable, rows.lines).render(one.condition) for one in rows.filters]
        return f" FILTER (WHERE {' AND '.join(said)})" if said else ""

    def _inside(self, variable: str, lines: str) -> "Rendering":
        return replace(self, variables={**self.variables, variable: (self._alias(), lines)})

    def _of_lines(self, told: str, rows: Rows) -> str:
        return _select(told, "FROM", self._lines().source(rows.lines, self._alias()))

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


def _not_in_sql(name: str) -> Refusal:
    return Refusal("expression_not_in_sql", params={"name": name})
