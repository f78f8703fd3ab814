"""What can be known before anything runs: that the patch is well formed, applies to its base, and keeps the limits."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

from services.tester.evidence import Case, Job, Problem
from shared.crm import base_manifest, suite
from shared.patch import Author, Patch, message, parse, validate
from shared.patch.errors import Problem as PatchProblem
from shared.patch.errors import Refusal, nearest
from shared.patch.liveset import fold
from shared.patch.manifest import Manifest

_TITLE = {"en": "The patch is sound and applies to what is live", "zh": "补丁有效,并可应用于当前系统"}

_AMENDS_NOTHING = {
    "en": "The patch amends a scenario that the CRM's suite does not have.",
    "zh": "补丁要修改的场景不在 CRM 的测试集中。",
}


@dataclass(frozen=True)
class Sound:
    """A patch that passed, and the manifests to go through with it."""

    patch: Patch
    base_patches: tuple[Patch, ...]
    patches: tuple[Patch, ...]
    base: Manifest
    live: Manifest
    candidate: Manifest


def check(job: Job) -> tuple[Case, Sound | None]:
    """The case, and, unless it failed, what the rest of the run works with."""
    started = perf_counter()
    sound: Sound | None = None
    problem: Problem | None = None
    try:
        sound = _sound(job)
    except Refusal as refusal:
        problem = _problem(job, refusal)
    case = Case(
        suite="static",
        scenario="patch",
        title=_TITLE,
        outcome="passed" if problem is None else "failed",
        milliseconds=(perf_counter() - started) * 1000,
        problem=problem,
    )
    return case, sound


def _sound(job: Job) -> Sound:
    """Raises Refusal with everything that is wrong, this patch first, then what it breaks of others'."""
    patch = parse(job.patch)
    base_patches = tuple(parse(one) for one in job.base)
    base = fold(base_manifest(), base_patches)
    problems = [*validate(patch, base, Author(roles=job.author_roles)), *_amendments(patch)]
    if problems:
        raise Refusal.of(problems)
    live = fold(base_manifest(), [parse(one) for one in job.live])
    # The candidate holds the very patch under test, so that its scenarios are known as its own.
    patches = tuple(patch if one == job.patch else parse(one) for one in job.candidate)
    candidate = fold(base_manifest(), patches)
    return Sound(patch, base_patches, patches, base, live, candidate)


def _amendments(patch: Patch) -> Iterator[PatchProblem]:
    known = [scenario.name for scenario in suite().scenarios]
    for position, amendment in enumerate(patch.amends):
        if amendment.scenario not in known:
            params = {"scenario": amendment.scenario}
            suggestion = nearest(amendment.scenario, known)
            yield PatchProblem("scenario_unknown", f"/amends/{position}/scenario", params, suggestion)


def _problem(job: Job, refusal: Refusal) -> Problem:
    got = [
        {"code": one.code, "pointer": one.pointer, "params": dict(one.params), "suggestion": one.suggestion}
        for one in refusal.problems
    ]
    # Folding names the module that does not apply any longer; where that is another one, its pointers lead elsewhere.
    module = refusal.params.get("module")
    elsewhere = module is not None and module != job.patch["module"]["name"]
    cause = _AMENDS_NOTHING if refusal.code == "scenario_unknown" else message(refusal.code, refusal.params)
    if elsewhere:
        cause = {
            "en": f"The live module {module} no longer applies. {cause['en']}",
            "zh": f"已上架的模块 {module} 不再适用。{cause['zh']}",
        }
    pointer = None if elsewhere else refusal.pointer or None
    return Problem(scenario="patch", code=refusal.code, expected="no problem", got=got, pointer=pointer, cause=cause)
