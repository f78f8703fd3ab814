"""A sentence form: patterns, the step that a match means, and the examples that the guide shows."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.generator.phrasebook.vocabulary import Vocabulary
from shared.patch.manifest import Manifest

Operation = dict[str, Any]
Scenario = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """What one sentence means."""

    operations: tuple[Operation, ...]
    scenarios: tuple[Scenario, ...] = ()
    # What the module is about, in both languages; the first sentence's makes the title.
    about: dict[str, str] = field(default_factory=dict[str, str])


class Scene:
    """The manifest as the sentences before have left it, and one match's words."""

    def __init__(self, manifest: Manifest, sentence: str, match: re.Match[str]) -> None:
        self.manifest = manifest
        self.words = Vocabulary(manifest)
        self.sentence = sentence
        self._match = match

    def get(self, name: str) -> str:
        """The words of a group, or of the first of `name_1`, `name_2` … that took part; else nothing."""
        groups = self._match.groupdict()
        named = (groups[one] for one in groups if one == name or re.fullmatch(rf"{name}_\d", one))
        return next((text.strip() for text in named if text), "")


Build = Callable[[Scene], Step | None]


@dataclass(frozen=True, eq=False)
class Form:
    """`build` answers None when the sentence only looks like this form; then the next one is tried."""

    name: str
    title: dict[str, str]
    patterns: tuple[re.Pattern[str], ...]
    build: Build
    examples: tuple[str, ...]


def patterns(*texts: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"^(?:please |请)?(?:{text})$", re.IGNORECASE) for text in texts)
