"""The interpreter of scenarios: perform the steps, compare what comes of them, and undo it all.

A step is taken by a user whose id, name and only role are the scenario's role. A scenario that fails says so in its
outcome; only a database that is away is raised.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from uuid import UUID

import asyncpg

from shared.engine.application import Application
from shared.engine.comparing import unequal
from shared.engine.connection import Connection
from shared.engine.people import Clock, FixedClock, User
from shared.engine.problems import RecordRefused
from shared.engine.shown import Record
from shared.patch.errors import Refusal
from shared.patch.fields import RefField
from shared.patch.scenario import (
    Create,
    Delete,
    Query,
    Read,
    Scenario,
    Step,
    Told,
    Transit,
    Update,
    View,
    reference,
    resolve,
)

_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
)


@dataclass(frozen=True, slots=True)
class StepResult:
    """`code` is that of a refusal, or `unexpected`, `not_refused`, `alias_unknown`, `not_carried_out`."""

    position: int
    action: str
    entity: str
    ok: bool
    milliseconds: float
    expected: Any = None
    got: Any = None
    code: str | None = None
    refused: RecordRefused | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The steps taken; those after a failed one were not."""

    scenario: Scenario
    ok: bool
    milliseconds: float
    steps: tuple[StepResult, ...]

    @property
    def failed(self) -> StepResult | None:
        return next((step for step in self.steps if not step.ok), None)


class _Surprise(Exception):
    """What came was not what was expected."""

    def __init__(self, code: str, expected: Any, got: Any) -> None:
        super().__init__(code)
        self.code, self.expected, self.got = code, expected, got


@dataclass
class _Stage:
    application: Application
    connection: Connection
    scenario: Scenario
    clock: Clock
    saved: dict[str, Record] = field(default_factory=dict[str, Record])
    entities: dict[str, str] = field(default_factory=dict[str, str])

    def user(self, step: Step) -> User:
        role = step.role or self.scenario.role
        return User(id=role, name=role, roles=(role,))

    def record(self, text: str) -> tuple[str, UUID]:
        """Entity and id of the record that a step is about."""
        found = reference(text)
        if found is None or found[0] not in self.saved:
            raise _Surprise("alias_unknown", text, sorted(self.saved))
        alias, name = found
        entity = self.entities[alias]
        if name is not None and name != "id":
            entry = self.application.manifest.visible_entities[entity].visible_fields.get(name)
            if entry is None or not isinstance(entry.definition, RefField):
                raise _Surprise("alias_unknown", text, sorted(self.saved))
            entity = entry.definition.target
        value = self.saved[alias].get(name or "id")
        if value is None:
            raise _Surprise("alias_unknown", text, None)
        return entity, UUID(value)

    def keep(self, step: Create | Read | Update | Transit, entity: str, record: Record) -> None:
        self.save(step.save, entity, record)
        self.require(entity, dict(step.expect), record)
        if not isinstance(step, Read) and step.warns is not None:
            warned = sorted(one["rule"] for one in record.get("_warnings", ()))
            if warned != sorted(step.warns):
                raise _Surprise("unexpected", {"warns": sorted(step.warns)}, {"warns": warned})

    def save(self, alias: str | None, entity: str, record: Record) -> None:
        if alias is not None:
            self.saved[alias], self.entities[alias] = record, entity

    def require(self, entity: str, expected: Mapping[str, Any], record: Record) -> None:
        wanted = resolve(expected, self.saved)
        wrong = unequal(self.application.manifest.visible_entities[entity], wanted, record)
        if wrong:
            raise _Surprise(
                "unexpected", {name: wanted[name] for name in wrong}, {name: record.get(name) for name in wrong}
            )


async def run_scenario(application: Application, connection: Connection, scenario: Scenario, clock: Clock) -> Outcome:
    """Play one scenario in a savepoint of its own, rolled back afterwards. `scenario.at` goes before `clock`."""
    started = perf_counter()
    at = scenario.at
    if at is not None:
        clock = FixedClock(at if at.tzinfo else at.replace(tzinfo=datetime.UTC))
    stage = _Stage(application, connection, scenario, clock)
    steps: list[StepResult] = []
    transaction = connection.transaction()
    await transaction.start()
    try:
        for position, step in enumerate(scenario.steps):
            steps.append(await _take(stage, position, step))
            if not steps[-1].ok:
                break
    finally:
        if not connection.is_closed():
            await transaction.rollback()
    return Outcome(scenario, all(step.ok for step in steps), (perf_counter() - started) * 1000, tuple(steps))


async def _take(stage: _Stage, position: int, step: Step) -> StepResult:
    started = perf_counter()
    entity = step.entity if isinstance(step, Create | Query | View) else ""
    said: dict[str, Any] = {"ok": True}
    try:
        if not isinstance(step, Create | Query | View):
            entity, _ = stage.record(step.record)
        if step.fails is None:
            await _perform(stage, step)
        else:
            said = await _expect_refusal(stage, step)
    except _Surprise as surprise:
        said = {"ok": False, "code": surprise.code, "expected": surprise.expected, "got": surprise.got}
    except RecordRefused as refused:
        said = _refused(refused, "no refusal", ok=False)
    except Refusal as refusal:
        said = {"ok": False, "code": refusal.code, "got": dict(refusal.params)}
    except asyncpg.PostgresError as error:
        if isinstance(error, _AWAY) and not isinstance(error, asyncpg.QueryCanceledError):
            raise
        said = {"ok": False, "code": "not_carried_out", "got": f"{type(error).__name__}: {error}"}
    milliseconds = (perf_counter() - started) * 1000
    return StepResult(position=position, action=step.step, entity=entity, milliseconds=milliseconds, **said)


async def _expect_refusal(stage: _Stage, step: Step) -> dict[str, Any]:
    """In a savepoint, as a request that is refused is undone."""
    named = {"fails": step.fails, "field": step.field, "rule": step.rule}
    expected = {name: one for name, one in named.items() if one is not None}
    try:
        async with stage.connection.transaction():
            await _perform(stage, step)
    except RecordRefused as refused:
        return _refused(refused, expected, ok=_is_that(refused, step))
    return {"ok": False, "code": "not_refused", "expected": expected, "got": "no refusal"}


def _is_that(refused: RecordRefused, step: Step) -> bool:
    if step.field is None and step.rule is None and step.fails == refused.code:
        return True
    return any(
        step.fails in (one.code, refused.code)
        and (step.field is None or one.field == step.field or one.field.startswith(f"{step.field}."))
        and step.rule in (None, one.params.get("rule"))
        for one in refused.problems
    )


def _refused(refused: RecordRefused, expected: Any, *, ok: bool) -> dict[str, Any]:
    code = refused.problems[0].code if refused.problems else refused.code
    got = [one.as_dict() for one in refused.problems]
    return {"ok": ok, "code": code, "expected": expected, "got": got, "refused": refused}


async def _perform(stage: _Stage, step: Step) -> None:
    application, connection, user, clock = stage.application, stage.connection, stage.user(step), stage.clock
    match step:
        case Create():
            values = resolve(step.values, stage.saved)
            record = await application.create(connection, step.entity, values, user, clock)
            stage.keep(step, step.entity, record)
        case Read():
            entity, record_id = stage.record(step.record)
            stage.keep(step, entity, await application.read(connection, entity, record_id, user, clock))
        case Update():
            entity, record_id = stage.record(step.record)
            values = resolve(step.values, stage.saved)
            stage.keep(step, entity, await application.update(connection, entity, record_id, values, user, clock))
        case Delete():
            entity, record_id = stage.record(step.record)
            await application.delete(connection, entity, record_id, user, clock)
        case Transit():
            entity, record_id = stage.record(step.record)
            stage.keep(step, entity, await application.transition(connection, entity, record_id, step.to, user, clock))
        case Query():
            await _query(stage, step, user)
        case View():
            await _view(stage, step, user)
        case Told():
            await _told(stage, step, user)


async def _query(stage: _Stage, step: Query, user: User) -> None:
    where = resolve(step.where, stage.saved)
    found = await stage.application.query(
        stage.connection, step.entity, user, where=where, sort=step.sort, limit=200, after=None, clock=stage.clock
    )
    count = len(step.expect) if step.count is None and step.expect else step.count
    if count is not None and len(found.items) != count:
        raise _Surprise("unexpected", {"count": count}, {"count": len(found.items), "records": found.items[:5]})
    if step.save is not None and not found.items:
        raise _Surprise("unexpected", {"save": step.save}, {"count": 0})
    for record in found.items[:1]:
        stage.save(step.save, step.entity, record)
    for expected, record in zip(step.expect, found.items, strict=False):
        stage.require(step.entity, expected, record)


async def _told(stage: _Stage, step: Told, user: User) -> None:
    entity, record_id = stage.record(step.record)
    notices = await stage.application.notices(stage.connection, user, 200)
    about = [one["message"] for one in notices if (one["entity"], one["record_id"]) == (entity, str(record_id))]
    if len(about) != step.count:
        raise _Surprise("unexpected", {"count": step.count}, {"count": len(about), "messages": about[:5]})


async def _view(stage: _Stage, step: View, user: User) -> None:
    shown, count = await _rendered(stage, step, user)
    present = [name for name in shown if name in step.shows]
    if present != list(step.shows):
        raise _Surprise("unexpected", {"shows": list(step.shows)}, {"shows": shown})
    seen = [name for name in step.hides if name in shown]
    if seen:
        raise _Surprise("unexpected", {"hides": list(step.hides)}, {"shows": seen})
    if step.count is not None and count != step.count:
        raise _Surprise("unexpected", {"count": step.count}, {"count": count})


async def _rendered(stage: _Stage, step: View, user: User) -> tuple[list[str], int]:
    """Names on the page, and how many there are of what it lists."""
    application = stage.application
    if step.page == "list":
        names = [one["name"] for one in application.list_view(step.entity, user)["columns"]]
        return names, len(names)
    if step.page == "form":
        names = [one["name"] for one in application.form_view(step.entity, user)["fields"]]
        return names, len(names)
    _, record_id = stage.record(step.record or "")
    entries = (await application.timeline_view(stage.connection, step.entity, record_id, user, clock=stage.clock))[
        "entries"
    ]
    return [str(one["value"]) for one in entries], len(entries)
