"""The built-in rules as a writer: no model, no network, the same answer every time."""

import json
from typing import Any

from services.generator.phrasebook.advance import advance
from services.generator.phrasebook.reading import Reading, Unreadable, read
from services.generator.phrasebook.titles import title_of
from services.generator.presets import BUILTIN_NAME
from services.generator.writer import Answer, NotWritten, Request
from shared.patch import Refusal, document


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
    added = {scenario["name"]: scenario for scenario in reading.scenarios}
    kept = [scenario for scenario in before.get("scenarios", []) if scenario["name"] not in added]
    return before | {
        "patch": "1",
        "module": module | {"description": _described(module.get("description", ""), request.sentence)},
        "operations": [*before.get("operations", []), *reading.operations],
        "scenarios": [*kept, *added.values()],
    }


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
