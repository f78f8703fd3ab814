"""Problems that only follow from an operation refused earlier: telling them would hide what must be mended."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from shared.patch.canonical import document
from shared.patch.errors import Problem
from shared.patch.operations import Operation
from shared.patch.plain import as_list, as_object

# Under these keys stands what an operation makes, or calls a part from then on.
_MAKING = frozenset(("name", "to", "value", "target"))
# Where a part that it changes, renames or takes away is named.
_MENDING = ("entity", "field", "name", "role", "part")


@dataclass(frozen=True, slots=True)
class Missed:
    """What refused operations would have made, and which parts they would have mended or taken away."""

    made: set[str] = field(default_factory=set[str])
    mended: set[str] = field(default_factory=set[str])

    def add(self, operation: Operation) -> None:
        plain: dict[str, Any] = document(operation)
        self.made.update(_under(plain, _MAKING))
        if operation.op == "add_entity":
            self.made.add(operation.entity)
        else:
            self.mended.update(str(plain[key]) for key in _MENDING[1:] if isinstance(plain.get(key), str))
            if "field" not in plain and "name" not in plain:
                self.mended.add(str(plain.get("entity", "")))

    def explains(self, problem: Problem) -> bool:
        """Something is not there that would have been made, or still there that would have been taken away."""
        kind, _, finding = problem.code.rpartition("_")
        if finding == "unknown":
            return problem.params.get(kind) in self.made
        if finding == "taken":
            return problem.params.get("other") in self.mended
        return problem.code.endswith("_in_use") and not self.mended.isdisjoint(_words(problem.params.get("user")))


def _words(user: Any) -> list[str]:
    """The names in `Order.customer`."""
    return str(user).replace(".", " ").split()


def _under(part: Any, keys: frozenset[str]) -> Iterator[str]:
    """The texts that stand under these keys, at any depth."""
    if (inner := as_object(part)) is not None:
        for key, value in inner.items():
            if key in keys and isinstance(value, str):
                yield value
            else:
                yield from _under(value, keys)
    for one in as_list(part) or ():
        yield from _under(one, keys)
