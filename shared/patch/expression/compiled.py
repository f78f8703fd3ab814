"""What compiling answers: an expression that evaluates in Python and renders for PostgreSQL with one meaning."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.patch.errors import Refusal
from shared.patch.expression.checking import check, is_null
from shared.patch.expression.closures import Closure, Scope, closure
from shared.patch.expression.cost import COST_MAX, cost
from shared.patch.expression.kinds import KINDS, Kind
from shared.patch.expression.literals import literal
from shared.patch.expression.naming import Mention, Names, Needed
from shared.patch.expression.outcomes import fit
from shared.patch.expression.parser import parse_expression
from shared.patch.expression.places import Lines, Records, Source
from shared.patch.expression.postgres import Rendering
from shared.patch.expression.typed import Literally, Question, Typed
from shared.patch.expression.values import Moment
from shared.patch.fields import Field, LineField

_NOTHING = Moment()

Expected = Kind | Field | LineField | None


@dataclass(frozen=True)
class Expression:
    """A checked expression. `fields` are those that it reads, of lines as `items.amount`, at the end of a reference as
    `customer.creditLimit`; `type` is what it answers; `mentions` are the places in the text that name a field.

    `hops` says which other records `Moment.related` must hold, `lookups` what `Moment.lookups` must. `passing` names
    what else it asks of the moment (`today`, `user.id`, `old`, …), so that its answer holds for no other.
    """

    text: str
    type: Kind
    fields: frozenset[str]
    mentions: tuple[Mention, ...]
    hops: tuple[Needed, ...]
    lookups: Mapping[str, "CompiledLookup"]
    passing: frozenset[str]
    tree: Typed

    @cached_property
    def _closure(self) -> Closure:
        return closure(self.tree)

    def evaluate(self, record: Mapping[str, Any], moment: Moment | None = None) -> Any:
        """A value of its type, or None for unknown. Never raises, whatever the record holds."""
        return self._closure(Scope(record, moment or _NOTHING))

    def sql(
        self,
        column: Source,
        lines: Lines | None = None,
        moment: Moment | None = None,
        *,
        records: Records | None = None,
        this: Source | None = None,
        old: Source | None = None,
    ) -> str:
        """The same as PostgreSQL without parameters; what it is not told where to find is refused.

        `moment` brings today, now, user, and `this`, `old` and lookups as constants. `records` is where references and
        lookups are followed to, `this` and `old` name the columns of those records where they are stored.
        """
        return Rendering(column, lines, moment, records, this, old).render(self.tree)


@dataclass(frozen=True)
class CompiledLookup:
    """A lookup whose names are found: `equals` is over this record, `where` over the other one."""

    name: str
    type: Kind
    question: Question
    equals: Expression
    where: Expression | None

    def sql(self, record: Mapping[str, Any], records: Records, moment: Moment) -> str:
        """What it finds for one record, which need not be stored, as PostgreSQL without parameters."""
        equals = literal(self.equals.evaluate(record, moment), self.equals.type)
        return self.asked(equals, record, records, moment)

    def asked(self, equals: str, record: Source, records: Records, moment: Moment, old: Source | None = None) -> str:
        """The same where the value of `equals` and the record itself are told in SQL, such as by parameters."""
        return Rendering(record, None, moment, records, old=old).found(self.question, equals)


def compiled(
    text: str, names: Names, expect: Expected = None, lookups: Mapping[str, CompiledLookup] | None = None
) -> Expression:
    """Check `text` against `names`. `lookups` fills while the names are looked up."""
    node = parse_expression(text)
    if is_null(node) and expect is not None and not isinstance(expect, str):
        tree: Typed = Literally(None, KINDS.get(expect.type, "opaque"))
    else:
        tree = check(node, names)
        fit(tree, expect, node.place)
    worst = cost(tree)
    if worst > COST_MAX:
        raise Refusal("expression_too_costly", params={"cost": worst, "limit": COST_MAX})
    mentions, hops = tuple(sorted(names.mentions)), tuple(names.hops.values())
    used, passing = frozenset(names.used), frozenset(names.passing)
    return Expression(text, tree.kind, used, mentions, hops, dict(lookups or {}), passing, tree)
