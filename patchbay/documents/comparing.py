"""`diff` and `conflicts`: what is different by meaning, and which patches stand in each other's way."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from patchbay.documents.live import Base
from patchbay.documents.source import Source
from patchbay.documents.telling import Telling
from patchbay.documents.words import said
from shared.patch import Patch, Refusal, apply, conflicts, diff, validate
from shared.patch.plain import as_object

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def show_difference(before: Source, after: Source | None, live: Sequence[Source], telling: Telling) -> int:
    """Between two patches; with one alone, between the CRM without and with it."""
    base = Base.of(live, telling)
    found: list[Any] = []
    with telling.about(before):
        patch = before.patch
        if after is None:
            manifest = base.without(patch.module.name)
            found += diff(manifest, apply(patch, manifest))
        else:
            with telling.about(after):
                found += diff(patch, after.patch)
    lines = [line for one in found for line in _lines(one)]
    code = telling.end(lines, differences=found)
    if not found and not telling.problems:
        telling.say("difference_none")
    return code


def show_conflicts(sources: Sequence[Source], live: Sequence[Source], telling: Telling) -> int:
    """Every pair of patches that do not commute on the CRM without any of them, and where."""
    base = Base.of(live, telling)
    read: list[tuple[Source, Patch]] = []
    for source in sources:
        with telling.about(source):
            read.append((source, source.patch))
    found: list[dict[str, Any]] = []
    for source, patch in read:
        with telling.about(source):
            manifest = base.without(*(one.module.name for _, one in read))
            problems = validate(patch, manifest)
            if problems:
                raise Refusal.of(problems)
            # Each pair once, at its second member.
            found += [
                {"files": [other.name, source.name], "path": path}
                for other, twin in read[: read.index((source, patch))]
                for path in conflicts(twin, patch, manifest)
            ]
    lines = [
        said("conflict", telling.language, a=one["files"][0], b=one["files"][1], path=one["path"]) for one in found
    ]
    code = telling.end(lines, ok=not found, conflicts=found)
    if not found and not telling.problems:
        telling.say("conflict_none")
    return code


def _lines(difference: Mapping[str, Any]) -> Iterator[str]:
    yield f"{_SIGNS[difference['kind']]} {difference['key']}"
    before, after = as_object(difference["before"]), as_object(difference["after"])
    if before is None or after is None:
        if difference["kind"] == "changed":
            yield f"    {_short(difference['before'])} → {_short(difference['after'])}"
        return
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield f"    {name}: {_short(before.get(name))} → {_short(after.get(name))}"


def _short(value: Any) -> str:
    return "–" if value is None else json.dumps(value, ensure_ascii=False)
