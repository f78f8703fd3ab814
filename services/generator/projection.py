"""The state of a version, folded from what the other services said of it. For reading only, never a gate.

Facts arrive in any order and some twice, so all of them are kept and the state is folded anew from their times; within
one source and subject, the sequence decides.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.generator.tables import Version, VersionFact
from shared.contracts import commands
from shared.contracts.event import Actor, Event, VersionRef
from shared.contracts.lifecycle import Command, Evidence, Life, State
from shared.contracts.publishing import (
    ModulePublished,
    ModuleRolledBack,
    ModuleUnpublished,
    ReleaseAuthorised,
    ReleaseFailed,
)
from shared.contracts.review import (
    ReviewApproved,
    ReviewLapsed,
    ReviewOpened,
    ReviewRejected,
    ReviewStarted,
    ReviewWithdrawn,
)
from shared.contracts.testing import RunCancelled, RunFailed, RunPassed, RunStarted
from shared.contracts.topology import EVENTS

_SOURCES = {"run": "tester", "review": "review", "release": "publisher", "module": "publisher"}
_VERDICTS = (RunPassed, RunFailed, RunCancelled)
_RELEASES: dict[str, Callable[[Actor], Command]] = {
    "publish": lambda by: commands.Publish(by=by, base_fingerprint=""),
    "rollback": lambda by: commands.RollBack(by=by),
    "unpublish": lambda by: commands.Unpublish(by=by),
}
# What these say is void unless the version is where they begin; the others are the word of whoever decides.
_ONLY_FROM = (RunStarted, *_VERDICTS, ReviewLapsed, ReleaseFailed)
_COMMANDS: dict[type[Event], Callable[[Any], Command]] = {
    RunStarted: lambda event: commands.StartRun(by=event.cause.actor),
    RunPassed: lambda event: commands.PassRun(
        by=event.cause.actor, base_fingerprint=event.base_fingerprint, full=event.full
    ),
    RunFailed: lambda event: commands.FailRun(by=event.cause.actor),
    RunCancelled: lambda event: commands.CancelRun(by=event.cause.actor),
    ReviewOpened: lambda event: commands.Submit(by=event.cause.actor, base_fingerprint=event.base_fingerprint),
    ReviewWithdrawn: lambda event: commands.Withdraw(by=event.cause.actor),
    ReviewStarted: lambda event: commands.StartReview(by=event.cause.actor),
    ReviewApproved: lambda event: commands.Approve(by=event.cause.actor, acknowledged=event.acknowledged),
    ReviewRejected: lambda event: commands.Reject(by=event.cause.actor, reason=event.reason),
    ReviewLapsed: lambda event: commands.Lapse(by=event.cause.actor),
    ReleaseAuthorised: lambda event: _RELEASES[event.kind](event.cause.actor),
    ReleaseFailed: lambda event: commands.FailRelease(by=event.cause.actor),
    ModulePublished: lambda event: commands.Activate(by=event.cause.actor),
    ModuleRolledBack: lambda event: commands.Activate(by=event.cause.actor),
    ModuleUnpublished: lambda event: commands.Deactivate(by=event.cause.actor),
}


async def take_note(session: AsyncSession, event: Any) -> None:
    """Keep the fact and fold the states of the version it is about, and of the one that it replaces."""
    ref: VersionRef = event.version
    await _fold(session, event, ref.module_id, ref.version)
    replaced = getattr(event, "replaces", None)
    if replaced is not None and replaced != ref.version:
        await _fold(session, event, ref.module_id, replaced)


def state_of(life: Life, facts: Iterable[Event], number: int) -> State:
    """Where the facts have taken version `number`."""
    for event in in_order(facts):
        life = _take(life, event, number)
    return life.state


def in_order(facts: Iterable[Event]) -> list[Event]:
    """By time; those of one source and subject take their places among the others in the order of their sequence."""
    by_time = sorted(facts, key=lambda event: event.time)
    groups: dict[tuple[str, str], list[Event]] = {}
    for event in by_time:
        groups.setdefault(_line(event), []).append(event)
    lines = {line: iter(sorted(group, key=lambda event: event.sequence)) for line, group in groups.items()}
    return [next(lines[_line(event)]) for event in by_time]


async def _fold(session: AsyncSession, event: Event, module_id: Any, number: int) -> None:
    fact = {
        "event_id": event.id,
        "module_id": module_id,
        "version": number,
        "topic": event.topic,
        "subject": event.subject,
        "sequence": event.sequence,
        "time": event.time,
        "told": event.model_dump(mode="json"),
    }
    await session.execute(insert(VersionFact).values(fact).on_conflict_do_nothing())
    # The lock makes the last of several handlers at once see the facts of all.
    version = await session.get(Version, (module_id, number), with_for_update=True, populate_existing=True)
    if version is not None:
        version.state = state_of(_life(version), await _facts(session, version), number)


async def _facts(session: AsyncSession, version: Version) -> Sequence[Event]:
    rows = await session.scalars(
        select(VersionFact).where(VersionFact.module_id == version.module_id, VersionFact.version == version.number)
    )
    return [EVENTS[row.topic].model_validate(row.told) for row in rows]


def _life(version: Version) -> Life:
    return Life(content_hash=version.content_hash, author=version.author, editors=tuple(version.editors))


def _take(life: Life, event: Any, number: int) -> Life:
    if event.version.version != number:
        return _step(life, commands.Supersede(by=event.cause.actor))
    if isinstance(event, _VERDICTS) and life.state in commands.StartRun.sources:
        # Its beginning has not arrived yet.
        life = _step(life, commands.StartRun(by=event.cause.actor))
    command = _COMMANDS[type(event)](event)
    if isinstance(event, _ONLY_FROM) and life.state not in command.sources:
        return life
    life = _step(life, command)
    if isinstance(event, ReviewApproved):
        evidence = Evidence(content_hash=event.version.content_hash, base_fingerprint=event.base_fingerprint)
        return life.model_copy(update={"approval": evidence, "run": life.run or evidence})
    return life


def _step(life: Life, command: Command) -> Life:
    return life.model_copy(update=command.changes(life))


def _line(event: Event) -> tuple[str, str]:
    return _SOURCES[event.topic.partition(".")[0]], event.subject
