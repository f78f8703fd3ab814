"""Why a patch is refused, as pure data: what is wrong, where, and what was probably meant.

`Refusal` is the only exception that the language raises. The runtime maps its code to a status, the console and the
command line make the text (`messages.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Self

# What a person can take in; the rest are counted.
PROBLEMS_MAX = 100
# Whatever is longer was not meant to be a name, and takes long to compare.
_NAME_MAX = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `pointer` is a JSON pointer into the document, `suggestion` what was probably meant."""

    code: str
    pointer: str = ""
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    suggestion: str | None = None

    def under(self, prefix: str) -> "Problem":
        """The same problem, told from further up in the document."""
        return replace(self, pointer=prefix + self.pointer)


class Refusal(Exception):
    """What was asked for is refused. `problems` holds every reason, the first of which gives code and pointer."""

    def __init__(
        self,
        code: str,
        pointer: str = "",
        params: Mapping[str, Any] | None = None,
        suggestion: str | None = None,
        problems: Iterable[Problem] = (),
    ) -> None:
        super().__init__(code, pointer)
        self.code = code
        self.pointer = pointer
        self.params: dict[str, Any] = dict(params or {})
        self.suggestion = suggestion
        self.problems = tuple(problems) or (Problem(code, pointer, self.params, suggestion),)

    @classmethod
    def of(cls, problems: Sequence[Problem]) -> Self:
        """The refusal for all of `problems` (at least one)."""
        first = problems[0]
        return cls(first.code, first.pointer, first.params, first.suggestion, problems)

    def under(self, prefix: str) -> "Refusal":
        """The same refusal, told from further up in the document."""
        return Refusal.of([problem.under(prefix) for problem in self.problems])


def bounded(problems: Sequence[Problem], count: int | None = None) -> list[Problem]:
    """As many as a person can take in, and how many there are beyond. `count` is their number if not all are here."""
    beyond = (len(problems) if count is None else count) - PROBLEMS_MAX
    more = [Problem("more_problems", "", {"count": beyond})] if beyond > 0 else []
    return [*problems[:PROBLEMS_MAX], *more]


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was probably meant to be."""
    if len(name) > _NAME_MAX:
        return None
    by_folded = {one.casefold(): one for one in known}
    found = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def escape(part: str | int) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return "/" + str(part).replace("~", "~0").replace("/", "~1")
