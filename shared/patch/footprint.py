"""What an operation touches, as paths; from these follows which patches commute.

A path goes from an entity downwards (`order/field/total/type`), in lower case, as names that differ only in case are
the same name. `writes` make, hide or change what is at the path; `reads` need it to be as it is; `touches` are changes
that commute with one another (two fields placed on one page) but not with a write. Two patches conflict where a write
of one meets anything of the other at the same path, above or below; everything else commutes, up to the order in
which parts stand. Not covered: the two together passing a limit, which applying them refuses.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Footprint:
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    touches: frozenset[str] = frozenset()

    def __or__(self, other: "Footprint") -> "Footprint":
        return Footprint(self.reads | other.reads, self.writes | other.writes, self.touches | other.touches)

    @classmethod
    def union(cls, prints: Iterable["Footprint"]) -> "Footprint":
        every = list(prints)
        return cls(
            frozenset[str]().union(*[one.reads for one in every]),
            frozenset[str]().union(*[one.writes for one in every]),
            frozenset[str]().union(*[one.touches for one in every]),
        )


def path(*parts: str) -> str:
    return "/".join(parts).casefold()


def field_path(entity: str, field: str, *parts: str) -> str:
    """A field, or a column of lines that is named as `items.amount`."""
    lines, _, column = field.rpartition(".")
    return path(entity, "field", *((lines, "column") if lines else ()), column, *parts)


def clashes(a: Footprint, b: Footprint) -> list[str]:
    """Paths at which the two do not commute."""
    # Paths meet below one entity only, and most modules have few entities in common.
    common = _entities(a) & _entities(b)
    a, b = _below(common, a), _below(common, b)
    found: set[str] = set()
    for first, second in ((a, b), (b, a)):
        found |= _meetings(first.writes, second.reads | second.writes | second.touches)
        found |= _meetings(first.touches, second.reads)
    return sorted(found)


def _entities(one: Footprint) -> set[str]:
    return {each.partition("/")[0] for paths in (one.reads, one.writes, one.touches) for each in paths}


def _below(entities: set[str], one: Footprint) -> Footprint:
    def below(paths: frozenset[str]) -> frozenset[str]:
        return frozenset([each for each in paths if each.partition("/")[0] in entities])

    return Footprint(below(one.reads), below(one.writes), below(one.touches))


def _meetings(some: frozenset[str], others: frozenset[str]) -> set[str]:
    """Where a path of one is the same as, above or below one of the other: the longer path of each meeting."""
    found = {one for one in some for above in _upwards(one) if above in others}
    return found | {other for other in others for above in _upwards(other) if above in some}


def _upwards(one: str) -> Iterator[str]:
    """The path and all above it."""
    while one:
        yield one
        one = one.rpartition("/")[0]
