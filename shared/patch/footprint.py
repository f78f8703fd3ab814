"""What an operation touches, as paths; from these follows which patches commute.

A path goes from an entity downwards (`order/field/total/type`), in lower case, as names that differ only in case are
the same name. `writes` make, hide or change what is at the path; `reads` need it to be as it is; `touches` are changes
that commute with one another (two fields placed on one page) but not with a write. Two patches conflict where a write
of one meets anything of the other at the same path, above or below; everything else commutes, up to the order in
which parts stand. Not covered: the two together passing a limit, which applying them refuses.
"""

from dataclasses import dataclass

from shared.patch.expression import Expression


@dataclass(frozen=True, slots=True)
class Footprint:
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    touches: frozenset[str] = frozenset()

    def __or__(self, other: "Footprint") -> "Footprint":
        return Footprint(self.reads | other.reads, self.writes | other.writes, self.touches | other.touches)


def path(*parts: str) -> str:
    return "/".join(part.casefold() for part in parts)


def meet(one: str, other: str) -> bool:
    """The same path, or one above the other."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def clashes(a: Footprint, b: Footprint) -> list[str]:
    """Paths at which the two do not commute."""
    found: set[str] = set()
    for first, second in ((a, b), (b, a)):
        anything = second.reads | second.writes | second.touches
        found |= {max(one, other, key=len) for one in first.writes for other in anything if meet(one, other)}
        found |= {max(one, other, key=len) for one in first.touches for other in second.reads if meet(one, other)}
    return sorted(found)


def read_by(expression: Expression, entity: str) -> frozenset[str]:
    """What an expression needs: that its fields are there and of the type they are."""
    names = {name.split(".")[0] for name in expression.fields}
    return frozenset(path(entity, "field", name, "type") for name in names)
