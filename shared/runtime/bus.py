"""The seam between the runtime and a transport: what a transport must do, and nothing about how."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from shared.contracts.event import Event
from shared.runtime.wire import Delivery, Outgoing


class BusAway(Exception):
    """The transport cannot be reached, or went away: nothing is wrong with the messages."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What `queue` receives: the topics that match `pattern` (`*` is one word, `#` any number)."""

    service: str
    queue: str
    pattern: str

    def takes(self, topic: str) -> bool:
        return _matches(self.pattern.split("."), topic.split("."))


def _matches(pattern: Sequence[str], words: Sequence[str]) -> bool:
    if not pattern:
        return not words
    if pattern[0] == "#":
        return any(_matches(pattern[1:], words[skipped:]) for skipped in range(len(words) + 1))
    return bool(words) and pattern[0] in ("*", words[0]) and _matches(pattern[1:], words[1:])


def bindings(listeners: Mapping[type[Event], Iterable[str]]) -> tuple[Binding, ...]:
    """One queue per (service, event), named `service.topic`: the topology table as a transport sees it."""
    return tuple(
        Binding(service, f"{service}.{event.topic}", event.topic)
        for event, services in listeners.items()
        for service in services
    )


def quiet_log(service: str) -> logging.Logger:
    """For the transports' library: it tells of each task that a stop ends, and of an outage with a page per try."""
    log = logging.getLogger(f"patchbay.{service}.bus.library")
    log.setLevel(logging.WARNING)
    log.addFilter(_in_one_line)
    return log


def _in_one_line(record: logging.LogRecord) -> bool:
    record.exc_info = None
    return True


@dataclass(frozen=True, slots=True)
class Done:
    """Handled, or a twin of what was handled: acknowledge it."""


@dataclass(frozen=True, slots=True)
class Again:
    """Failed: deliver it again after `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Dead:
    """Failed for good: put it among the dead letters with the reason."""

    reason: str
    attempts: int


Verdict = Done | Again | Dead


class Receiver(Protocol):
    """The edge of a service, as a transport sees it."""

    async def deliver(self, delivery: Delivery) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class Lane:
    """Queues served together by `workers` at once. Work that takes long has a lane of its own."""

    queues: tuple[str, ...]
    workers: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be handled, with the reason: it waits for somebody to look and replay it."""

    event_id: UUID
    queue: str
    topic: str
    reason: str
    attempts: int
    died_at: datetime | None
    body: dict[str, Any] | None


class Publisher(Protocol):
    """The half of a transport that the relay needs."""

    async def publish(self, batch: Sequence[Outgoing]) -> list[str | None]:
        """Send all, pipelined; for each, in order, None when confirmed, or what is wrong with that one.

        Raises BusAway when the outcome of all of them is unknown: they are to be sent again, with the same ids.
        """
        ...


class Bus(Publisher, Protocol):
    """A transport, as one service uses it."""

    async def start(self) -> None:
        """Connect and declare the whole topology. Raises BusAway; may then be called again."""
        ...

    async def consume(self, lanes: Sequence[Lane], receiver: Receiver) -> None:
        """Begin to deliver what is in the queues; returns at once."""
        ...

    async def drain(self) -> None:
        """Take nothing new, then wait for what is in hand, at most the drain time."""
        ...

    async def stop(self) -> None: ...

    async def alive(self) -> bool: ...

    async def dead_letters(self, limit: int = 200) -> list[DeadLetter]: ...

    async def replay(self, event_id: UUID | None = None) -> int:
        """Send one dead letter, or all, to its queue again with the same id; returns how many."""
        ...
