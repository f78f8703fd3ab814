"""Handlers, and the edge where a message becomes a call.

Invariants:
1. A message is acknowledged only after its effects and its inbox row are committed together, or were before.
2. A handler that raises changes nothing; the message comes again after a pause, and at last is a dead letter
   with the reason. An outage of the database does not count as an attempt.
3. Until a handler first uses its session no connection is held, so it may think for as long as it likes.
"""

import inspect
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from shared.contracts.event import Event
from shared.runtime import inbox
from shared.runtime.bus import Again, Dead, Done, Lane, Verdict
from shared.runtime.database import Sessions, database_is_away
from shared.runtime.tables import InboxRow
from shared.runtime.tracing import told_as
from shared.runtime.wire import Delivery

E = TypeVar("E", bound=Event)
Handler = Callable[..., Awaitable[None]]
H = TypeVar("H", bound=Handler)

# Seconds to wait with a message while the database is away.
AWAY_SECONDS = 1.0
REASON_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Handling:
    """A handler, the names it asks for, and how many of its events are in hand at once (None: as the settings say)."""

    event: type[Event]
    handler: Handler
    wants: frozenset[str]
    workers: int | None

    @property
    def takes_long(self) -> bool:
        """Who opens short transactions of its own, or tells its progress, takes long: it has a lane to itself."""
        return self.workers is not None or not self.wants.isdisjoint({"sessions", "progress"})


class Handlers:
    """What a service does when something happened; `@handlers.on(VersionDrafted)` above an async function.

    The function's first parameter is the event. The others are filled by name: `session` (its transaction, which
    carries the inbox row), `sessions`, `progress`, or a resource that the service gave to `create_service`.
    """

    def __init__(self, service: str) -> None:
        self.service = service
        self.handlings: dict[type[Event], Handling] = {}

    def on(self, event: type[Event], *, workers: int | None = None) -> Callable[[H], H]:
        """Handle `event`; `workers` gives it a lane of its own with that many at once."""

        def register(handler: H) -> H:
            if event in self.handlings:
                raise TypeError(f"{self.service} handles {event.topic} twice.")
            wants = frozenset(list(inspect.signature(handler).parameters)[1:])
            self.handlings[event] = Handling(event, handler, wants, workers)
            return handler

        return register

    def check(self, listeners: Mapping[type[Event], Iterable[str]], available: Iterable[str]) -> None:
        """Raise TypeError unless there is a handler for each event that the topology says, no other, each fillable."""
        meant = {event for event, services in listeners.items() if self.service in services}
        missing = sorted(event.topic for event in meant - self.handlings.keys())
        stray = sorted(event.topic for event in self.handlings.keys() - meant)
        if missing or stray:
            raise TypeError(f"{self.service}: the topology wants handlers for {missing}, and none for {stray}.")
        for handling in self.handlings.values():
            if unknown := sorted(handling.wants - {"session", "sessions", "progress", *available}):
                raise TypeError(f"{self.service}: nothing to give the handler of {handling.event.topic} as {unknown}.")

    def lanes(self, prefetch: int) -> list[Lane]:
        """Long work in lanes of its own, everything else together."""
        alone = [h for h in self.handlings.values() if h.takes_long]
        rest = [h for h in self.handlings.values() if not h.takes_long]
        lanes = [Lane((self._queue(h),), h.workers or prefetch) for h in alone]
        return [Lane(tuple(self._queue(h) for h in rest), prefetch), *lanes] if rest else lanes

    def _queue(self, handling: Handling) -> str:
        return f"{self.service}.{handling.event.topic}"


class Consumer:
    """The edge of a service where a delivery becomes a call of its handler and a verdict for the transport."""

    def __init__(
        self, handlers: Handlers, sessions: Sessions, resources: Mapping[str, object], retry_seconds: Sequence[float]
    ) -> None:
        self._handlers = handlers
        self._by_queue = {f"{handlers.service}.{event.topic}": h for event, h in handlers.handlings.items()}
        self._sessions = sessions
        self._resources = {**resources, "sessions": sessions}
        self._retry_seconds = retry_seconds
        self._log = logging.getLogger(f"patchbay.{handlers.service}")

    def lanes(self, prefetch: int) -> list[Lane]:
        return self._handlers.lanes(prefetch)

    async def deliver(self, delivery: Delivery) -> Verdict:
        """Handle the message, and say what is to become of it."""
        with told_as(delivery.headers):
            try:
                await self._handle(delivery)
            except Exception as error:  # noqa: BLE001 the edge: whatever a handler raises is counted and told
                return await self._failed(delivery, error)
        return Done()

    async def _handle(self, delivery: Delivery) -> None:
        handling = self._by_queue[delivery.queue]
        event = handling.event.model_validate_json(delivery.body)
        if await inbox.already_handled(self._sessions, event.id):
            return
        async with self._sessions.begin() as session:
            # Flushed with the handler's first statement, or at the commit: a twin that got this far too fails here.
            session.add(InboxRow(event_id=event.id, topic=event.topic))
            given: dict[str, Any] = {**self._resources, "session": session}
            await handling.handler(event, **{name: given[name] for name in handling.wants})

    async def _failed(self, delivery: Delivery, error: Exception) -> Verdict:
        if database_is_away(error):
            self._log.warning("The database is away: %s waits.", delivery.queue)
            return Again(AWAY_SECONDS)
        reason = f"{type(error).__name__}: {error}"[:REASON_LENGTH]
        topic = delivery.queue.split(".", 1)[1]
        try:
            count = await inbox.count_attempt(self._sessions, delivery.event_id, topic, reason)
            if count > len(self._retry_seconds):
                # Replayed, it has all its attempts again.
                await inbox.forget_attempts(self._sessions, delivery.event_id)
        except (SQLAlchemyError, OSError):
            self._log.exception("A failed attempt at %s could not be counted.", delivery.queue)
            return Again(AWAY_SECONDS)
        if count <= len(self._retry_seconds):
            self._log.warning("Attempt %s at %s failed: %s", count, delivery.queue, reason, exc_info=error)
            return Again(self._retry_seconds[count - 1])
        self._log.error("%s is a dead letter after %s attempts: %s", delivery.queue, count, reason, exc_info=error)
        return Dead(reason, count)
