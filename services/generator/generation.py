"""From a description to a version: asked for, written with the chosen model, then kept or refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.generator.asking import Task, Tell, Trial, Unwritten, Written, ask, problem_as_json
from services.generator.configuration import Keyring, default_model, find_model
from services.generator.endpoint import Endpoint
from services.generator.live import base_of
from services.generator.modules import begin_module, find_module, settle_name
from services.generator.tables import Attempt, ConfiguredModel, Generation, Module, Version
from services.generator.versions import Making, add_version, author_of, locked
from services.generator.writer import Request
from services.generator.writers import writer_of
from shared.contracts.event import Cause
from shared.contracts.generation import GenerationRefused, GenerationRequested
from shared.patch import Patch, Refusal, apply
from shared.runtime.database import Sessions
from shared.runtime.errors import Conflict, Invalid, NotFound, PatchbayError
from shared.runtime.outbox import emit
from shared.runtime.progress import Progress

_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class _Taken:
    """A generation taken up: all that is needed to write it without a connection in hand."""

    endpoint: Endpoint
    task: Task
    builds_on: int | None


async def request_generation(
    session: AsyncSession, keyring: Keyring, cause: Cause, sentence: str, model_id: UUID | None, module_id: UUID | None
) -> tuple[Generation, Module]:
    """A queued row and its event. Refuses an empty description, and a model that cannot be asked."""
    if not _LETTER.search(sentence):
        raise Invalid(
            "There is nothing to do: describe the change in a sentence.", code="sentence_empty", pointer="/sentence"
        )
    model = await find_model(session, model_id) if model_id else await default_model(session, keyring)
    _refuse_unusable(model, keyring)
    module = await find_module(session, module_id) if module_id else await begin_module(session, sentence, cause)
    await base_of(session, module.name)
    generation = Generation(
        id=uuid4(),
        module_id=module.id,
        sentence=sentence.strip(),
        model_id=model.id,
        model_name=model.name,
        person=cause.person.id,
        state="queued",
    )
    session.add(generation)
    await session.flush()
    await emit(
        session,
        GenerationRequested(
            cause=cause,
            subject=str(generation.id),
            generation_id=generation.id,
            module_id=module.id,
            module=module.name,
            sentence=generation.sentence,
            model_id=model.id,
        ),
    )
    return generation, module


async def write_version(
    event: GenerationRequested, session: AsyncSession, sessions: Sessions, progress: Progress, keyring: Keyring
) -> None:
    """Write what was asked for. Told a second time after a crash, it writes again, and keeps one version."""
    async with sessions.begin() as short:
        taken = await _take_up(short, event, keyring)
    if taken is None:
        return
    if isinstance(taken, Unwritten):
        outcome: Written | Unwritten = taken
    else:
        await progress.send(str(event.module_id), _said(event, "writing", model=taken.endpoint.name))
        outcome = await ask(await writer_of(taken.endpoint), taken.task, _teller(event, sessions, progress))
    await _conclude(session, event, taken, outcome)
    await progress.send(str(event.module_id), _said(event, "done" if isinstance(outcome, Written) else "refused"))


async def find_generation(session: AsyncSession, generation_id: UUID) -> tuple[Generation, Module, Sequence[Attempt]]:
    generation = await session.get(Generation, generation_id)
    if generation is None:
        raise NotFound(
            f"There is no generation {generation_id}.",
            code="generation_missing",
            params={"generation_id": str(generation_id)},
        )
    attempts = await session.scalars(
        select(Attempt).where(Attempt.generation_id == generation_id).order_by(Attempt.number)
    )
    return generation, await find_module(session, generation.module_id), attempts.all()


def _refuse_unusable(model: ConfiguredModel, keyring: Keyring) -> None:
    if not model.enabled:
        raise Conflict(
            f"The model {model.name} is switched off. Choose another.",
            code="model_disabled",
            params={"model": model.name},
        )
    keyring.endpoint(model)


async def _take_up(session: AsyncSession, event: GenerationRequested, keyring: Keyring) -> "_Taken | Unwritten | None":
    """None when it has ended already. What stands in the way by now refuses it."""
    generation = await session.get(Generation, event.generation_id, with_for_update=True)
    if generation is None or generation.state in {"done", "refused"}:
        return None
    generation.state = "writing"
    try:
        model = await find_model(session, event.model_id)
        _refuse_unusable(model, keyring)
        endpoint = keyring.endpoint(model)
    except PatchbayError as refused:
        return Unwritten(refused.code, refused.params)
    module = await find_module(session, event.module_id)
    base = await base_of(session, module.name)
    previous, manifest = await _present(session, module), base.manifest
    if previous is not None:
        try:
            manifest = apply(previous, manifest)
        except Refusal as refusal:
            return Unwritten("base_moved", {"problems": [problem_as_json(one) for one in refusal.problems]})
    request = Request(event.sentence, module.name, manifest, base.manifest, previous)
    task = Task(request, base.manifest, author_of(event.cause.person))
    return _Taken(endpoint, task, module.newest or None)


async def _present(session: AsyncSession, module: Module) -> Patch | None:
    version = await session.get(Version, (module.id, module.newest)) if module.newest else None
    return Patch.model_validate(version.patch) if version else None


def _teller(event: GenerationRequested, sessions: Sessions, progress: Progress) -> Tell:
    """Keeps each trial as it ends, in a transaction of its own: it has happened, whatever comes after."""

    async def tell(trial: Trial) -> None:
        async with sessions.begin() as session:
            last = select(func.coalesce(func.max(Attempt.number), 0)).where(
                Attempt.generation_id == event.generation_id
            )
            number = (await session.scalar(last) or 0) + 1
            session.add(_attempt(event.generation_id, number, trial))
        problems = [one["code"] for one in trial.problems]
        await progress.send(
            str(event.module_id), _said(event, "attempt", number=number, outcome=trial.state, problems=problems)
        )

    return tell


def _attempt(generation_id: UUID, number: int, trial: Trial) -> Attempt:
    answer = trial.answer
    return Attempt(
        generation_id=generation_id,
        number=number,
        state=trial.state,
        answer=_storable(answer.raw),
        problems=list(trial.problems),
        input_tokens=answer.input_tokens,
        output_tokens=answer.output_tokens,
        served_model=answer.served_model,
        latency_ms=trial.latency_ms,
    )


def _storable(text: str) -> str:
    """A model may answer anything; PostgreSQL's text holds neither NUL nor half a character."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


async def _conclude(
    session: AsyncSession, event: GenerationRequested, taken: "_Taken | Unwritten", outcome: Written | Unwritten
) -> None:
    generation = await session.get(Generation, event.generation_id, with_for_update=True)
    assert generation is not None
    if isinstance(outcome, Written) and isinstance(taken, _Taken):
        making = Making(
            "generated",
            event.cause,
            builds_on=taken.builds_on,
            prompt=event.sentence,
            model=outcome.answer.served_model or taken.endpoint.model,
            generation_id=event.generation_id,
        )
        patch = await _named(session, event, outcome.patch)
        try:
            made = await add_version(session, event.module_id, patch, making)
        except Refusal as refusal:
            # Something else went live while this was written.
            outcome = Unwritten("base_moved", {"problems": [problem_as_json(one) for one in refusal.problems]})
        else:
            generation.state, generation.version = "done", made.version.number
            generation.code = "unchanged" if made.unchanged else None
            generation.understood = list(outcome.answer.understood)
    if isinstance(outcome, Unwritten):
        generation.state, generation.code, generation.params = "refused", outcome.code, outcome.params
        await emit(session, _refused(event, outcome))
    generation.ended_at = datetime.now(UTC)


async def _named(session: AsyncSession, event: GenerationRequested, patch: Patch) -> Patch:
    module = await locked(session, event.module_id)
    name = await settle_name(session, module, event.sentence, event.generation_id)
    return patch.having(module=patch.module.having(name=name))


def _refused(event: GenerationRequested, outcome: Unwritten) -> GenerationRefused:
    return GenerationRefused(
        cause=event.cause.by("generator"),
        subject=str(event.generation_id),
        generation_id=event.generation_id,
        module_id=event.module_id,
        module=event.module,
        code=outcome.code,
        params=outcome.params,
    )


def _said(event: GenerationRequested, what: str, **more: Any) -> dict[str, Any]:
    return {"kind": "generation", "generation_id": str(event.generation_id), "state": what, **more}
