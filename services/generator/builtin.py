"""The built-in rules as a writer: no model, no network, the same answer every time."""

import json
from typing import Any

from services.generator.phrasebook.advance import advance
from services.generator.phrasebook.amending import amendments, fit
from services.generator.phrasebook.reading import Reading, Unreadable, read
from services.generator.phrasebook.titles import title_of
from services.generator.presets import BUILTIN_NAME
from services.generator.writer import Answer, NotWritten, Request
from shared.crm import suite
from shared.patch import Patch, Refusal, document
from shared.patch.manifest import Manifest


class BuiltinWriter:
    """What it does not understand it refuses, naming the words."""

    async def write(self, request: Request) -> Answer:
        try:
            reading = read(request.sentence, request.manifest, advance)
        except Unreadable as refused:
            raise NotWritten(refused.code, refused.params) from None
        except Refusal as refusal:
            # The sentence was understood, and does not apply: the check names every problem with its place.
            raise NotWritten(refusal.code, refusal.params) from None
        written = _document(request, reading)
        return Answer(
            raw=json.dumps(written, ensure_ascii=False, indent=2),
            document=written,
            understood=_echo(request, reading),
            served_model=BUILTIN_NAME,
        )

    async def check(self) -> str | None:
        return BUILTIN_NAME


def _document(request: Request, reading: Reading) -> dict[str, Any]:
    """The previous version with what was said now behind it: a version is the module's whole definition."""
    before: dict[str, Any] = document(request.previous) if request.previous else {}
    module: dict[str, Any] = before.get("module") or {"name": request.module, "title": title_of(reading)}
    after = advance(request.manifest, reading.operations)
    added = {scenario["name"]: scenario for scenario in reading.scenarios}
    kept = [scenario for scenario in before.get("scenarios", []) if scenario["name"] not in added]
    written = before | {
        "patch": "1",
        "module": module | {"description": _described(module.get("description", ""), request.sentence)},
        "operations": [*before.get("operations", []), *reading.operations],
        "scenarios": fit(request.manifest, after, [*kept, *added.values()]),
        "amends": _amends(request, after),
    }
    return written if written["amends"] else {name: part for name, part in written.items() if name != "amends"}


def _amends(request: Request, after: Manifest) -> list[dict[str, Any]]:
    """Derived anew for the module as a whole; what somebody amended by hand is the scenario to begin with."""
    own: dict[str, dict[str, Any]] = {one.name: document(one) for one in suite().scenarios}
    by_hand = _by_hand(request, own)
    derived = amendments(request.base, after, [by_hand.get(name, one) for name, one in own.items()])
    told = by_hand | {one["scenario"]: one["with"] for one in derived}
    return [{"scenario": name, "with": one} for name, one in told.items()]


def _by_hand(request: Request, own: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the previous version amends, where that is not what these rules made of it."""
    previous: Patch | None = request.previous
    if previous is None:
        return {}
    derived = {one["scenario"]: one["with"] for one in amendments(request.base, request.manifest, own.values())}
    amended = {one.scenario: document(one.replacement) for one in previous.amends}
    return {name: one for name, one in amended.items() if one != derived.get(name)}


def _described(before: str, sentence: str) -> str:
    return f"{before}\n{sentence.strip()}".strip()[:4000]


def _echo(request: Request, reading: Reading) -> tuple[dict[str, Any], ...]:
    """Each sentence with the form it was read as and the operations it became."""
    position = len(request.previous.operations) if request.previous else 0
    echo: list[dict[str, Any]] = []
    for one in reading.understood:
        pointers = [f"/operations/{position + index}" for index in range(len(one.step.operations))]
        position += len(pointers)
        echo.append({"sentence": one.sentence, "form": one.form, "title": one.title, "operations": pointers})
    return tuple(echo)
