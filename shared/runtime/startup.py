"""What a service opens when it starts and closes when it stops, in the right order.

Start: schema, engine, the service's own things, transport, consumers, relay. Stop: consumers first (what is in hand
may end), then the relay once more, then the transport, the service's own things, the engine.
"""

import asyncio
import logging
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, cast

from shared.runtime.bus import Binding, Bus, BusAway
from shared.runtime.database import Sessions
from shared.runtime.messaging import Consumer, Handlers
from shared.runtime.progress import Progress, ProgressHub
from shared.runtime.relay import Relay
from shared.runtime.settings import ServiceSettings

MOST_BACKOFF_SECONDS = 5.0


def open_bus(service: str, settings: ServiceSettings, bound: Sequence[Binding]) -> Bus | None:
    """The transport that the settings name, not yet started; None for the transport "none"."""
    # Imported here: each brings a library that the other transport's processes do without.
    if settings.transport == "rabbitmq":
        from shared.runtime.rabbitmq import RabbitBus  # noqa: PLC0415 see above

        return RabbitBus(service, settings, bound)
    if settings.transport == "postgres":
        with _hidden("alembic"):
            from shared.runtime.postgres_bus import PostgresBus  # noqa: PLC0415 see above

        return PostgresBus(service, settings, bound)
    return None


@contextmanager
def _hidden(name: str) -> Generator[None]:
    """As if `name` were not installed. `faststream-outbox` imports Alembic if it is, for a check that we do not use:
    a tenth of a second of each start."""
    modules = cast("dict[str, Any]", sys.modules)
    present = modules.get(name)
    modules[name] = None
    try:
        yield
    finally:
        del modules[name]
        if present is not None:
            modules[name] = present


def open_progress(bus: Bus | None, hub: ProgressHub | None) -> Progress:
    """The transient exchange on RabbitMQ; otherwise the hub that the process shares, or one of the service's own."""
    return getattr(bus, "progress", None) or hub or ProgressHub()


class Messaging:
    """One service's part in the traffic: its transport, its consumers and its relay."""

    def __init__(self, service: str, settings: ServiceSettings, bus: Bus) -> None:
        self.bus = bus
        self._service = service
        self._settings = settings
        self._tasks: list[asyncio.Task[None]] = []
        self._relay: Relay | None = None
        self._connected = asyncio.Event()
        self._log = logging.getLogger(f"patchbay.{service}")

    def wake(self) -> None:
        if self._relay is not None:
            self._relay.wake()

    async def start(self, sessions: Sessions, handlers: Handlers | None, resources: Mapping[str, Any]) -> None:
        """Connect, consume, relay. While the transport is away the service starts all the same and keeps trying."""
        consumer = Consumer(handlers, sessions, resources, self._settings.retry_seconds) if handlers else None
        self._relay = Relay(self._service, sessions, self.bus, self._settings.outbox_poll_seconds)
        if not await self._connect(consumer):
            self._tasks.append(asyncio.create_task(self._keep_connecting(consumer)))
        self._tasks.append(asyncio.create_task(self._relay.run()))

    async def stop(self) -> None:
        """Take nothing new, let what is in hand end, send what it emitted, and let go."""
        await self.bus.drain()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        await self.bus.stop()

    async def health(self) -> dict[str, str]:
        broker = "ok" if self._connected.is_set() and await self.bus.alive() else "away"
        problem = self._relay.problem if self._relay else "not started"
        return {"broker": broker, "relay": "ok" if problem is None else problem}

    async def _connect(self, consumer: Consumer | None) -> bool:
        try:
            await self.bus.start()
            if consumer is not None:
                await self.bus.consume(consumer.lanes(self._settings.prefetch), consumer)
        except BusAway as away:
            self._log.warning("The transport is away: %s", away)
            return False
        self._connected.set()
        return True

    async def _keep_connecting(self, consumer: Consumer | None) -> None:
        pause = 0.2
        while not await self._connect(consumer):
            pause = min(pause * 2, MOST_BACKOFF_SECONDS)
            await asyncio.sleep(pause)
