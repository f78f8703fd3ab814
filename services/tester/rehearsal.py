"""Rehearse the withdrawal: publish onto existing records, write, withdraw, look at the rest, publish again.

A patch whose withdrawal does not work is never published. Each act is a case of the run; the first that fails ends
the rehearsal, and those after it are skipped.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from services.tester import acts
from services.tester.acts import ActFailed, Memory
from services.tester.blame import blame_entity, told_of
from services.tester.evidence import Case, Outcome, Problem, Step
from services.tester.sandbox import Defect
from services.tester.stage import Stage
from shared.patch.text import Text


@dataclass(frozen=True)
class Act:
    name: str
    title: Text
    # What it most likely means when this act fails.
    cause: Text
    perform: Callable[[Stage, Memory], Awaitable[list[Step]]]


ACTS = (
    Act(
        "publish",
        Text(en="Published onto records that are there already", zh="在已有记录上上架"),
        Text(
            en="The change cannot be published onto records that are there already.", zh="无法在已有记录上上架该变更。"
        ),
        acts.publish,
    ),
    Act(
        "write",
        Text(en="Its new fields are written", zh="写入新增字段"),
        Text(en="A new field cannot be written.", zh="新增字段无法写入。"),
        acts.write,
    ),
    Act(
        "unpublish",
        Text(en="Withdrawn, and everything else is as it was", zh="下架后,其余一切如初"),
        Text(en="Withdrawing the change leaves traces.", zh="下架该变更后留有痕迹。"),
        acts.unpublish,
    ),
    Act(
        "suite",
        Text(en="The CRM's own scenarios pass without it", zh="下架后,CRM 自身的场景全部通过"),
        Text(en="The CRM does not work as before once the change is withdrawn.", zh="下架该变更后,CRM 不再如常工作。"),
        acts.suite,
    ),
    Act(
        "republish",
        Text(en="Published again, and its values are back", zh="再次上架,数据恢复"),
        Text(en="Values did not come back when the change was published again.", zh="再次上架后,数据未能恢复。"),
        acts.republish,
    ),
)


async def rehearse(stage: Stage) -> list[Case]:
    """All acts in one savepoint, which is rolled back."""
    memory = Memory()
    cases: list[Case] = []
    async with stage.sandbox.undone():
        for act in ACTS:
            stage.counter.begin(act.name)
            if any(case.outcome == "failed" for case in cases):
                cases.append(_case(act, "skipped", perf_counter()))
            else:
                cases.append(await _perform(stage, memory, act))
    return cases


def not_rehearsed() -> list[Case]:
    """The acts of a run that did not come to its rehearsal."""
    return [_case(act, "skipped", perf_counter()) for act in ACTS]


async def _perform(stage: Stage, memory: Memory, act: Act) -> Case:
    started = perf_counter()
    try:
        steps = await stage.sandbox.attempt(act.perform(stage, memory))
    except Defect as defect:
        return _case(act, "failed", started, problem=_problem(stage, act, defect.error))
    # An act all of whose steps were left out did not take place.
    left_out = bool(steps) and all(step.outcome == "skipped" for step in steps)
    return _case(act, "skipped" if left_out else "passed", started, steps=tuple(steps))


def _case(act: Act, outcome: Outcome, started: float, **evidence: Any) -> Case:
    milliseconds = (perf_counter() - started) * 1000
    title = act.title.model_dump()
    return Case(
        suite="rehearsal", scenario=act.name, title=title, outcome=outcome, milliseconds=milliseconds, **evidence
    )


def _problem(stage: Stage, act: Act, error: Exception) -> Problem:
    cause = act.cause.model_dump()
    if isinstance(error, ActFailed):
        pointer = blame_entity(stage.patch, error.entity)
        return Problem(
            scenario=act.name, code=error.code, expected=error.expected, got=error.got, pointer=pointer, cause=cause
        )
    code, got, pointer = told_of(error, stage.patch)
    return Problem(scenario=act.name, code=code, expected="no error", got=got, pointer=pointer, cause=cause)
