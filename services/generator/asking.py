"""Ask a writer until its patch applies: three repairs at most, each a fresh request, no wrong answer twice."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from services.generator.writer import Answer, NotWritten, ProviderFailed, Request, Writer
from shared.patch import Author, Manifest, Patch, Problem, Refusal, parse, validate
from shared.patch.messages import message
from shared.patch.plain import as_object

REPAIRS = 3
# An overloaded provider is asked again in the same round, after the pause that it names.
_PATIENCE = 2
_PAUSE_SECONDS = 2.0
_LONGEST_PAUSE_SECONDS = 20.0
_PROSE = {
    "code": "answer_without_document",
    "pointer": "",
    "params": {},
    "suggestion": None,
    "message": {
        "en": "The model answered in prose instead of handing in a document.",
        "zh": "模型用文字作答，没有提交文档。",
    },
}

Told = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """What to write, and what the answer is judged on."""

    request: Request
    base: Manifest
    author: Author


@dataclass(frozen=True)
class Trial:
    """One request and what came of it: `valid`, `invalid` or `refused`."""

    state: str
    answer: Answer
    problems: tuple[Told, ...]
    latency_ms: int


@dataclass(frozen=True)
class Written:
    patch: Patch
    answer: Answer


@dataclass(frozen=True)
class Unwritten:
    code: str
    params: Told = field(default_factory=dict[str, Any])


Tell = Callable[[Trial], Awaitable[None]]


async def ask(writer: Writer, task: Task, tell: Tell) -> Written | Unwritten:
    """The patch, or why there is none. `tell` hears of each trial as it ends."""
    request, said, problems = task.request, set[str](), tuple[Told, ...]()
    for _ in range(1 + REPAIRS):
        began = time.monotonic()
        try:
            answer = await _patiently(writer, request)
        except (NotWritten, ProviderFailed) as failure:
            refused = _unwritten(failure)
            told = {"code": refused.code, "params": refused.params}
            await tell(Trial("refused", Answer("", None), (told,), _since(began)))
            return refused
        patch, problems = judge(answer.document, task)
        await tell(Trial("valid" if patch else "invalid", answer, problems, _since(began)))
        if patch is not None:
            return Written(patch, answer)
        if answer.raw in said:
            break
        said.add(answer.raw)
        request = replace(task.request, draft=answer.raw, problems=tuple(_rendered(one) for one in problems))
    return Unwritten("patch_invalid", {"problems": list(problems)})


def judge(document: Any, task: Task) -> tuple[Patch | None, tuple[Told, ...]]:
    """The patch that the document holds, under the module's own name, or everything that is wrong with it."""
    whole = as_object(document)
    if whole is None:
        return None, (_PROSE,)
    module = as_object(whole.get("module"))
    if module is not None:
        whole = whole | {"module": module | {"name": task.request.module}}
    try:
        patch = parse(whole)
    except Refusal as refusal:
        return None, tuple(problem_as_json(one) for one in refusal.problems)
    problems = validate(patch, task.base, task.author)
    return (None if problems else patch), tuple(problem_as_json(one) for one in problems)


def problem_as_json(problem: Problem) -> Told:
    """With its sentence in both languages."""
    return {
        "code": problem.code,
        "pointer": problem.pointer,
        "params": dict(problem.params),
        "suggestion": problem.suggestion,
        "message": message(problem.code, problem.params),
    }


async def _patiently(writer: Writer, request: Request) -> Answer:
    for _ in range(_PATIENCE):
        try:
            return await writer.write(request)
        except ProviderFailed as failure:
            pause = failure.retry_after or _PAUSE_SECONDS
            if failure.outcome != "overloaded" or pause > _LONGEST_PAUSE_SECONDS:
                raise
            await asyncio.sleep(pause)
    return await writer.write(request)


def _unwritten(failure: NotWritten | ProviderFailed) -> Unwritten:
    if isinstance(failure, NotWritten):
        return Unwritten(failure.code, failure.params)
    return Unwritten(f"provider_{failure.outcome}", {"detail": failure.detail} if failure.detail else {})


def _rendered(problem: Told) -> str:
    """One line for the model, from our own sentences."""
    hint = f" Did you mean `{problem['suggestion']}`?" if problem["suggestion"] else ""
    return f"{problem['pointer'] or '/'}: {problem['message']['en']}{hint}"


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
