"""Expressions: a small profile of CEL, typed against the manifest, exact, total and three-valued.

`compile_expression` answers an `Expression`, which evaluates in Python and renders for PostgreSQL with one meaning.
Unknown is None: a rule is broken only by False, a guard passes only on True.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.patch.errors import Refusal, nearest
from shared.patch.expression.checking import check
from shared.patch.expression.closures import Closure, Scope, closure
from shared.patch.expression.cost import COST_MAX, cost
from shared.patch.expression.naming import Names
from shared.patch.expression.parser import parse_expression
from shared.patch.expression.postgres import Lines, Rendering
from shared.patch.expression.typed import Kind, Typed
from shared.patch.expression.values import Moment
from shared.patch.manifest import Entity, Manifest

__all__ = ["Expression", "Kind", "Lines", "Moment", "compile_expression"]

_NOTHING = Moment()


@dataclass(frozen=True)
class Expression:
    """A checked expression. `fields` are those that it reads, lines as `items.amount`; `type` is what it answers."""

    text: str
    type: Kind
    fields: frozenset[str]
    tree: Typed

    @cached_property
    def _closure(self) -> Closure:
        return closure(self.tree)

    def evaluate(self, record: Mapping[str, Any], moment: Moment | None = None) -> Any:
        """A Decimal, str, bool, date or datetime, or None for unknown. Never raises, whatever the record holds."""
        return self._closure(Scope(record, moment or _NOTHING))

    def sql(self, column: Callable[[str], str], lines: Lines | None = None, moment: Moment | None = None) -> str:
        """The same as PostgreSQL without parameters. Refuses `old`, and without `moment` also today, now and user."""
        return Rendering(column, lines, moment).render(self.tree)


def compile_expression(
    text: str, entity: Entity | str, manifest: Manifest, *, expect: Kind | None = None, within: str | None = None
) -> Expression:
    """Check `text` against an entity, or (`within`) against the lines in one of its fields. Raises Refusal."""
    if isinstance(entity, str):
        found = manifest.visible_entities.get(entity)
        if found is None:
            suggestion = nearest(entity, manifest.visible_entities)
            raise Refusal("entity_unknown", params={"entity": entity}, suggestion=suggestion)
        entity = found
    names = Names.of(entity, within)
    tree = check(parse_expression(text), names)
    if expect is not None and tree.kind != expect:
        raise Refusal("expression_type", params={"expected": expect, "got": tree.kind, "place": 1})
    worst = cost(tree, names.fields)
    if worst > COST_MAX:
        raise Refusal("expression_too_costly", params={"cost": worst, "limit": COST_MAX})
    return Expression(text, tree.kind, frozenset(names.used), tree)
