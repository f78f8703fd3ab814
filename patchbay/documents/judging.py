"""`validate` and `explain`: what is wrong with patches, and what they would do."""

from collections.abc import Sequence
from typing import Any

from patchbay.documents.live import Base
from patchbay.documents.source import Source
from patchbay.documents.telling import Telling
from patchbay.documents.words import said
from shared.patch import Manifest, Patch, Refusal, acknowledgements, explain, risk, semver, validate


def judge(sources: Sequence[Source], live: Sequence[Source], telling: Telling, *, in_full: bool = False) -> int:
    """Every problem of every file at once; what each operation does where there is none. `in_full` for `explain`."""
    base = Base.of(live, telling)
    judged: list[dict[str, Any]] = []
    for source in sources:
        with telling.about(source):
            patch = source.patch
            manifest = base.without(patch.module.name)
            problems = validate(patch, manifest)
            if problems:
                raise Refusal.of(problems)
            judged.append({"file": source.name, **_judged(patch, manifest)})
    lines = [line for one in judged for line in _lines(one, telling, in_full=in_full)]
    code = telling.end(lines, modules=judged)
    for one in judged:
        if not in_full:
            telling.say("valid", **one)
    return code


def _judged(patch: Patch, manifest: Manifest) -> dict[str, Any]:
    return {
        "module": patch.module.name,
        "title": patch.module.title.model_dump(),
        "risk": risk(patch, manifest),
        "semver": semver(patch, manifest),
        "explanation": explain(patch, manifest),
        "acknowledge": list(acknowledgements(patch, manifest)),
        "scenarios": len(patch.scenarios),
        "amends": [one.scenario for one in patch.amends],
    }


def _lines(judged: dict[str, Any], telling: Telling, *, in_full: bool) -> list[str]:
    language = telling.language
    sentences = [f"{one['risk']}  {one[language]}" for one in judged["explanation"]]
    if not in_full:
        return sentences
    told = [f"{judged['module']}: {judged['title'][language]}", *sentences]
    if judged["scenarios"]:
        told.append(said("scenarios", language, count=judged["scenarios"]))
    told += [said("amends", language, scenario=one) for one in judged["amends"]]
    if judged["acknowledge"]:
        told.append(said("acknowledge", language, pointers=", ".join(judged["acknowledge"])))
    return [*told, said("release", language, **judged)]
