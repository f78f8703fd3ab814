"""Which computed fields depend on which: within a record, and through references on other records.

Integrity has seen to it that none depends on itself, so that they have an order.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter

from shared.patch.expression import Expression, Needed, compile_expression
from shared.patch.fields import Field, LineField
from shared.patch.manifest import Entity, Manifest

# A field of an entity; a column of its lines as `items.amount`.
Node = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Formula:
    """A computed field. `own` is what it reads of its record, `hops` which references it follows from there."""

    entity: Entity
    definition: Field | LineField
    within: str | None
    own: frozenset[Node]
    hops: tuple[Needed, ...]

    @property
    def node(self) -> Node:
        name = self.definition.name
        return self.entity.name, f"{self.within}.{name}" if self.within else name

    @property
    def reads(self) -> frozenset[Node]:
        return self.own.union(*(ends(one) for one in self.hops))


def ends(hop: Needed) -> frozenset[Node]:
    """What is read at the end of a reference."""
    return frozenset((hop.target, name) for name in hop.fields)


def formulas(manifest: Manifest) -> list[Formula]:
    """All computed fields, each after those that it reads."""
    found = {one.node: one for entity in manifest.visible_entities.values() for one in _of(entity, manifest)}
    order = TopologicalSorter({node: one.reads & found.keys() for node, one in found.items()})
    return [found[node] for node in order.static_order()]


def following(known: Iterable[Formula], nodes: Iterable[Node]) -> list[Formula]:
    """Those that read one of the nodes, or what is computed from it. `known` is in order."""
    changed, found = set(nodes), list[Formula]()
    for one in known:
        if not one.reads.isdisjoint(changed):
            found.append(one)
            changed.add(one.node)
    return found


def _of(entity: Entity, manifest: Manifest) -> Iterator[Formula]:
    for entry in entity.visible_fields.values():
        for definition, text, within in entry.formulas:
            expression = compile_expression(text, entity, manifest, within=within)
            own = frozenset((entity.name, name) for name in _own(expression, within))
            yield Formula(entity, definition, within, own, expression.hops)


def _own(expression: Expression, within: str | None) -> Iterator[str]:
    """What is read of the record itself: also the references that are followed."""
    ahead = f"{within}." if within else ""
    for name in expression.fields:
        path = next((one.path for one in expression.hops if name.startswith(f"{one.path}.")), name)
        yield f"{ahead}{path}"
