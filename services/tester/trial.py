"""Try a version out: check it, apply it, play every scenario, rehearse its withdrawal, and undo it all."""

from time import perf_counter

from services.tester.blame import told_of
from services.tester.checks import Sound, check
from services.tester.evidence import Case, Job, Problem, Report
from services.tester.rehearsal import ACTS, not_rehearsed, rehearse
from services.tester.sandbox import Defect, Sandbox
from services.tester.stage import Counter, Stage, Tell
from services.tester.suite import plays_of
from services.tester.worlds import play_all
from shared.crm import SUITE_VERSION, base_manifest
from shared.engine import ENGINE_VERSION

_TITLE = {"en": "The change is applied to the database", "zh": "变更已应用到数据库"}
_CAUSE = {"en": "The change cannot be applied to the database.", "zh": "无法将变更应用到数据库。"}


async def try_out(sandbox: Sandbox, job: Job, tell: Tell) -> Report:
    """The evidence. Raises what is in `sandbox.AWAY` when the database is, and nothing else."""
    started = perf_counter()
    checked, sound = check(job)
    cases = [checked]
    if sound is not None:
        stage = _stage(sandbox, job, sound, tell)
        async with sandbox.undone():
            await sandbox.change(base_manifest(), stage.base)
            cases += await _play_on_candidate(stage)
            applied = cases[1].outcome == "passed"
            cases += await rehearse(stage) if applied else not_rehearsed()
        await sandbox.forget()
    else:
        cases += not_rehearsed()
    return Report(
        suite_version=SUITE_VERSION,
        engine_version=ENGINE_VERSION,
        cases=tuple(cases),
        seconds=perf_counter() - started,
    )


def _stage(sandbox: Sandbox, job: Job, sound: Sound, tell: Tell) -> Stage:
    plays = tuple(plays_of(sound.patches, job.entities, sound.patch))
    base_plays = tuple(plays_of(sound.base_patches, job.entities))
    total = 1 + len(plays) + len(ACTS) + len(base_plays)
    return Stage(sandbox, sound.patch, sound.base, sound.live, sound.candidate, plays, base_plays, Counter(tell, total))


async def _play_on_candidate(stage: Stage) -> list[Case]:
    """Applied first, which is a case too: when it fails, nothing is played."""
    async with stage.sandbox.undone():
        applied = await _apply(stage)
        if applied.outcome == "failed":
            return [applied]
        return [applied, *await play_all(stage, stage.candidate, stage.plays)]


async def _apply(stage: Stage) -> Case:
    stage.counter.begin("apply")
    started = perf_counter()
    problem: Problem | None = None
    try:
        await stage.sandbox.attempt(_change(stage))
    except Defect as defect:
        code, got, pointer = told_of(defect.error, stage.patch)
        problem = Problem(scenario="apply", code=code, expected="no error", got=got, pointer=pointer, cause=_CAUSE)
    return Case(
        suite="static",
        scenario="apply",
        title=_TITLE,
        outcome="passed" if problem is None else "failed",
        milliseconds=(perf_counter() - started) * 1000,
        problem=problem,
    )


async def _change(stage: Stage) -> None:
    await stage.sandbox.change(stage.base, stage.live)
    await stage.sandbox.change(stage.live, stage.candidate)
