"""Services without HTTP: a database, handlers and a transport each, started, stopped and looked at by a test."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Self

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from shared.contracts.event import Event
from shared.runtime.bus import Bus, bindings
from shared.runtime.database import Sessions, open_engine, open_sessions
from shared.runtime.messaging import Handler, Handlers
from shared.runtime.outbox import emit
from shared.runtime.settings import ServiceSettings
from shared.runtime.startup import Messaging, open_bus
from shared.runtime.tables import InboxRow, OutboxRow, RuntimeBase
from tests.runtime.events import LISTENERS
from tests.support.databases import Databases, as_sqlalchemy

PATIENCE_SECONDS = 20.0
BINDINGS = bindings(LISTENERS)


async def until(condition: Callable[[], bool | Awaitable[bool | int]], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until it holds, or fail."""
    async with asyncio.timeout(seconds):
        while True:
            holds = condition()
            if holds is True or (not isinstance(holds, bool) and await holds):
                return
            await asyncio.sleep(0.02)


def listening(service: str, heard: list[Event]) -> Handlers:
    """Handlers for everything that the service listens to: each event is noted in `work` and in `heard`."""

    async def listen(event: Event, session: AsyncSession) -> None:
        await note_down(session, str(event.id))
        heard.append(event)

    return handling(service, listen)


def handling(service: str, handler: Handler) -> Handlers:
    """The same handler for everything that the service listens to."""
    handlers = Handlers(service)
    for event, services in LISTENERS.items():
        if service in services:
            handlers.on(event)(handler)
    return handlers


@dataclass
class Service:
    """A service's database, and its messaging while it runs."""

    name: str
    settings: ServiceSettings
    engine: AsyncEngine
    sessions: Sessions
    messaging: Messaging
    handlers: Handlers | None = None
    resources: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def bus(self) -> Bus:
        return self.messaging.bus

    async def start(self) -> None:
        await self.messaging.start(self.sessions, self.handlers, self.resources)

    async def stop(self) -> None:
        await self.messaging.stop()

    async def restart(self) -> None:
        """What a new process of the service would do."""
        await self.stop()
        bus = open_bus(self.name, self.settings, BINDINGS)
        assert bus is not None
        self.messaging = Messaging(self.name, self.settings, bus)
        await self.start()

    async def emit(self, *events: Event) -> None:
        async with self.sessions.begin() as session:
            for event in events:
                await emit(session, event)

    async def count(self, statement: str) -> int:
        async with self.sessions() as session:
            return int((await session.execute(text(statement))).scalar_one())

    async def handled(self) -> int:
        async with self.sessions() as session:
            return (await session.execute(select(func.count()).select_from(InboxRow))).scalar_one()

    async def has_handled(self, count: int) -> bool:
        return await self.handled() == count

    async def all_sent(self) -> bool:
        async with self.sessions() as session:
            waiting = select(func.count()).select_from(OutboxRow).where(OutboxRow.sent_at.is_(None))
            return (await session.execute(waiting)).scalar_one() == 0


class Traffic:
    """Services on one transport; everything stops when the test ends."""

    def __init__(self, transport: str, bus_url: str, databases: Databases) -> None:
        self.transport = transport
        self.bus_url = bus_url
        self._databases = databases
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()

    async def service(self, name: str, handlers: Handlers | None = None, **resources: Any) -> Service:
        """A service with its own database, not started yet; `work(note)` is a table for its handlers."""
        settings = self.settings(as_sqlalchemy(self._database()))
        engine = open_engine(settings.database_url, name=f"test {name}")
        self._stack.push_async_callback(engine.dispose)
        async with engine.begin() as connection:
            await connection.run_sync(RuntimeBase.metadata.create_all)
            await connection.execute(text("CREATE TABLE work (note text UNIQUE DEFERRABLE INITIALLY DEFERRED)"))
        bus = open_bus(name, settings, BINDINGS)
        assert bus is not None
        messaging = Messaging(name, settings, bus)
        sessions = open_sessions(engine, wake=messaging.wake)
        made = Service(name, settings, engine, sessions, messaging, handlers, resources)
        self._stack.push_async_callback(made.stop)
        return made

    async def started(self, name: str, handlers: Handlers | None = None, **resources: Any) -> Service:
        service = await self.service(name, handlers, **resources)
        await service.start()
        return service

    def settings(self, database_url: str) -> ServiceSettings:
        return ServiceSettings(
            database_url=database_url,
            transport="postgres" if self.transport == "postgres" else "rabbitmq",
            bus_url=as_sqlalchemy(self.bus_url) if self.transport == "postgres" else None,
            rabbit_url=self.bus_url if self.transport == "rabbitmq" else None,
            retry_seconds=(0.1, 0.2),
            outbox_poll_seconds=0.05,
            drain_seconds=5,
        )

    def _database(self) -> str:
        url = self._databases.empty()
        self._stack.callback(self._databases.drop, url)
        return url


async def note_down(session: AsyncSession, note: str) -> None:
    await session.execute(text("INSERT INTO work VALUES (:note)"), {"note": note})
