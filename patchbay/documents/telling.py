"""What a command has to say: problems beside their lines, or one JSON object of a stable shape.

`{"ok", "problems": [{"file", "code", "pointer", "line", "column", "message": {"en", "zh"}, "suggestion"}], …}`; `ok` is
true exactly when the exit code is 0. Further keys belong to the command. Keys may be added, never taken away.
"""

import json
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from patchbay.documents.language import Language
from patchbay.documents.source import Source
from patchbay.documents.words import said, told
from shared.patch import Problem, Refusal

# As everywhere on the command line: it ran, and the verdict is negative.
REFUSED = 3
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Told(Exception):
    """Whatever was to be said about it is said; what depends on it does not take place."""


@dataclass
class Telling:
    language: Language = "en"
    as_json: bool = False
    problems: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @contextmanager
    def about(self, source: Source) -> Generator[None]:
        """A refusal in the block is told as one of `source`; what follows the block goes on."""
        try:
            yield
        except Refusal as refusal:
            self.complain(source, refusal.problems)
        except Told:
            pass

    def complain(self, source: Source, problems: Iterable[Problem]) -> None:
        for problem in problems:
            line, column = _place(source, problem)
            self.problems.append(
                {
                    "file": source.name,
                    "code": problem.code,
                    "pointer": problem.pointer,
                    "line": line,
                    "column": column,
                    "message": dict(told(problem)),
                    "suggestion": problem.suggestion,
                }
            )

    def say(self, word: str, **params: Any) -> None:
        """Beside the data, on standard error."""
        if not self.as_json:
            err.print(said(word, self.language, **params), markup=False)

    def end(self, lines: Iterable[str] = (), *, ok: bool = True, **found: Any) -> int:
        """Prints everything; the exit code. `lines` are for people, `found` is what they mean."""
        ok = ok and not self.problems
        if self.as_json:
            print(json.dumps({"ok": ok, "problems": self.problems, **found}, ensure_ascii=False))
            return 0 if ok else REFUSED
        for line in lines:
            print(line)
        for one in self.problems:
            place = f"{one['file']}:{one['line']}:{one['column']}"
            err.print(f"{place} {one['pointer'] or '/'}: {one['message'][self.language]} [{one['code']}]", markup=False)
        if self.problems:
            self.say("problems", count=len(self.problems))
        return 0 if ok else REFUSED


def _place(source: Source, problem: Problem) -> tuple[int, int]:
    """A document that cannot be read says itself where."""
    if {"line", "column"} <= problem.params.keys():
        return problem.params["line"] or 1, problem.params["column"] or 1
    try:
        return source.place(problem.pointer)
    except Refusal:
        return 1, 1
