"""A record as it would be, and what is wrong with it so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.engine.field_code import Natives
from shared.engine.problems import NO_WORDS, Problem, problem
from shared.patch.manifest import Rule
from shared.patch.text import Text


@dataclass(slots=True)
class Draft:
    """`natives` by field name; `bad` are fields whose value is not known because it did not fit."""

    natives: Natives
    problems: list[Problem] = field(default_factory=list[Problem])
    bad: set[str] = field(default_factory=set[str])
    warnings: list[Rule] = field(default_factory=list[Rule])

    def blame(
        self,
        name: str,
        code: str,
        label: Text,
        params: Mapping[str, Any] | None = None,
        *,
        words: Mapping[str, Text] = NO_WORDS,
    ) -> None:
        self.problems.append(problem(name, code, label, params, words=words))
        self.bad.add(name.partition(".")[0])
