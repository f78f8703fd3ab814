"""Play one scenario in the sandbox, and turn its outcome into evidence."""

from time import perf_counter
from typing import Any, cast

from services.tester.blame import blame_entity, blame_fields, blame_refused, told_of
from services.tester.evidence import Case, Problem, Step
from services.tester.sandbox import Defect
from services.tester.stage import Stage
from services.tester.suite import Play
from shared.engine import Application, SystemClock
from shared.engine.scenarios import Outcome, StepResult, run_scenario
from shared.patch.text import Text

_CLOCK = SystemClock()
_CAUSES: dict[str, Text] = {
    "unexpected": Text(en="What came is not what the scenario expects.", zh="结果与场景的预期不符。"),
    "not_refused": Text(en="Something was accepted that must be refused.", zh="本应拒绝的操作被接受了。"),
    "alias_unknown": Text(en="The step is about a record that is not there.", zh="该步骤所指的记录不存在。"),
}
_OTHERWISE = Text(en="The step could not be carried out.", zh="该步骤无法执行。")


async def play(stage: Stage, application: Application, one: Play) -> Case:
    """Play it and undo it. A defect of ours that a patch brings to light is a failure of its case, too."""
    stage.counter.begin(one.scenario.name)
    started = perf_counter()
    connection = stage.sandbox.connection
    try:
        outcome = await stage.sandbox.attempt(run_scenario(application, connection, one.scenario, _CLOCK))
    except Defect as defect:
        code, got, pointer = told_of(defect.error, stage.patch, one.scenario.entity)
        problem = _problem(one, None, code, None, got, pointer or one.pointer, _OTHERWISE.model_dump())
        return _case(one, (perf_counter() - started) * 1000, (), problem)
    failed = outcome.failed
    steps = (*(_step(result) for result in outcome.steps), *_not_taken(outcome))
    return _case(one, outcome.milliseconds, steps, None if failed is None else _told(stage, one, failed))


def _case(one: Play, milliseconds: float, steps: tuple[Step, ...], problem: Problem | None) -> Case:
    scenario = one.scenario
    words = scenario.name.replace("_", " ").capitalize()
    return Case(
        suite=one.suite,
        scenario=scenario.name,
        title={"en": words, "zh": words} if scenario.title is None else scenario.title.model_dump(),
        entity=scenario.entity,
        outcome="passed" if problem is None else "failed",
        milliseconds=round(milliseconds, 3),
        steps=steps,
        problem=problem,
    )


def _step(result: StepResult) -> Step:
    """A step that came out as it must needs no more words."""
    said: dict[str, Any] = {} if result.ok else {"expected": result.expected, "got": result.got}
    action = f"{result.action} {result.entity}".strip()
    return Step(position=result.position + 1, action=action, outcome="passed" if result.ok else "failed", **said)


def _not_taken(outcome: Outcome) -> list[Step]:
    taken = len(outcome.steps)
    left = enumerate(outcome.scenario.steps[taken:], start=taken + 1)
    return [Step(position=position, action=step.step, outcome="skipped") for position, step in left]


def _told(stage: Stage, one: Play, failed: StepResult) -> Problem:
    code = failed.code or "unexpected"
    cause = _CAUSES.get(code, _OTHERWISE).model_dump()
    pointer = None if one.pointer is None else f"{one.pointer}/steps/{failed.position}"
    if failed.refused is not None:
        pointer = blame_refused(stage.patch, failed.entity, failed.refused) or pointer
        messages = [problem.message for problem in failed.refused.problems]
        if messages:
            cause = {"en": " ".join(each["en"] for each in messages), "zh": "".join(each["zh"] for each in messages)}
    elif pointer is None:
        expected: Any = failed.expected
        names = set(cast("dict[str, Any]", expected)) if isinstance(expected, dict) else set[str]()
        pointer = blame_fields(stage.patch, failed.entity, names) or blame_entity(stage.patch, failed.entity)
    return _problem(one, failed.position + 1, code, failed.expected, failed.got, pointer, cause)


def _problem(
    one: Play, step: int | None, code: str, expected: Any, got: Any, pointer: str | None, cause: dict[str, str]
) -> Problem:
    return Problem(
        scenario=one.scenario.name,
        step=step,
        code=code,
        expected=expected,
        got=got,
        pointer=pointer,
        cause=cause,
    )
