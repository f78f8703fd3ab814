"""The live stream: one reader of the table per process, any number of watchers.

Any number of gateway processes may run: each reads the table, and any of them may have stored the event.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from services.gateway import story
from services.gateway.tables import StreamEvent
from shared.runtime.database import Sessions
from shared.runtime.progress import Progress

log = logging.getLogger("patchbay.gateway")

BACKLOG = 1000
PRUNE_SECONDS = 600.0
AWAY_SECONDS = 1.0


@dataclass(frozen=True)
class Told:
    """One message of the stream. What has no id is progress: gone when it is missed."""

    id: int | None
    topic: str
    module_id: str | None
    data: dict[str, Any]


@dataclass(eq=False)
class _Watcher:
    """`None` in the queue is the end."""

    module_id: str | None
    queue: asyncio.Queue[Told | None] = field(default_factory=lambda: asyncio.Queue(BACKLOG))

    def push(self, told: Told) -> None:
        if not self.wants(told):
            return
        if not self.queue.full():
            self.queue.put_nowait(told)
        elif told.id is not None:
            # Too slow to keep everything. It is let go, and comes back with the last id that it has seen.
            self.end()

    def wants(self, told: Told) -> bool:
        # Progress does not always know its module; then it is better told once too often.
        known = told.module_id is not None or told.id is not None
        return self.module_id is None or not known or told.module_id == self.module_id

    def end(self) -> None:
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class LiveStream:
    """Reads what was stored and hands it to whoever watches; `run` does the reading."""

    def __init__(self, sessions: Sessions, progress: Progress | None, poll_seconds: float, keep_hours: int) -> None:
        self._sessions = sessions
        self._progress = progress
        self._poll_seconds = poll_seconds
        self._keep_hours = keep_hours
        self._watchers: set[_Watcher] = set()
        self._wanted = asyncio.Event()
        self._reading = asyncio.Event()
        self._last: int | None = None
        self._closed = False

    async def run(self) -> None:
        """Until cancelled: read, pass progress on, forget what is old."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read())
            tasks.create_task(self._prune())
            if self._progress is not None:
                tasks.create_task(self._pass_progress(self._progress))

    def close(self) -> None:
        """End every stream now, so that a server which waits for open requests can stop."""
        self._closed = True
        for watcher in self._watchers:
            watcher.end()

    async def watch(
        self, last: int | None, module_id: str | None, heartbeat_seconds: float
    ) -> AsyncGenerator[Told | None]:
        """What comes after the id `last` (from now, without it). None is a heartbeat: the first says that we listen."""
        watcher = _Watcher(module_id)
        self._watchers.add(watcher)
        self._wanted.set()
        try:
            # What the reader began after, this watcher reads by itself: nothing falls between the two.
            await self._reading.wait()
            seen = await self._place(last)
            yield None
            async for told in self._replayed(seen):
                seen = told.id or seen
                if watcher.wants(told):
                    yield told
            async for told in self._followed(watcher, heartbeat_seconds):
                if told is None or told.id is None or told.id > seen:
                    yield told
        except (SQLAlchemyError, OSError):
            log.warning("A stream ends: the database is away. Its watcher comes back with the last id it has seen.")
        finally:
            self._watchers.discard(watcher)

    async def _place(self, last: int | None) -> int:
        newest = await story.newest(self._sessions)
        # An id that we have not reached is from before a restored backup: begin at now.
        return newest if last is None or last > newest else last

    async def _replayed(self, last: int) -> AsyncIterator[Told]:
        while rows := await story.after(self._sessions, last):
            for row in rows:
                yield _as_told(row)
            last = rows[-1].id

    async def _followed(self, watcher: _Watcher, heartbeat_seconds: float) -> AsyncIterator[Told | None]:
        while not self._closed:
            told = None
            with suppress(TimeoutError):
                async with asyncio.timeout(heartbeat_seconds):
                    told = await watcher.queue.get()
                if told is None:
                    return
            yield told

    async def _read(self) -> None:
        while True:
            if not self._watchers:
                self._last = None
                self._wanted.clear()
                self._reading.clear()
            await self._wanted.wait()
            try:
                await self._read_while_watched()
            except (SQLAlchemyError, OSError):
                log.warning("The live stream cannot read: the database is away.")
                await asyncio.sleep(AWAY_SECONDS)

    async def _read_while_watched(self) -> None:
        # Kept over an outage of the database: watchers that stayed are owed what was stored meanwhile.
        last = self._last = await story.newest(self._sessions) if self._last is None else self._last
        self._reading.set()
        while self._watchers:
            async for told in self._replayed(last):
                last = self._last = told.id or last
                for watcher in tuple(self._watchers):
                    watcher.push(told)
            await asyncio.sleep(self._poll_seconds)

    async def _pass_progress(self, progress: Progress) -> None:
        # Watching ends whenever the broker is away, and before the transport has begun. It may always begin again.
        while True:
            following = asyncio.create_task(self._follow(progress))
            try:
                await asyncio.wait({following})
            finally:
                following.cancel()
            if error := following.exception():
                log.warning("Progress cannot be watched just now: %r", error)
            await asyncio.sleep(AWAY_SECONDS)

    async def _follow(self, progress: Progress) -> None:
        async for message in progress.watch():
            told = Told(None, "progress", message.get("module_id"), message)
            for watcher in tuple(self._watchers):
                watcher.push(told)

    async def _prune(self) -> None:
        while True:
            try:
                await story.forget(self._sessions, self._keep_hours)
            except (SQLAlchemyError, OSError) as error:
                log.warning("Old stream events were not forgotten; the next try comes: %s", error)
            await asyncio.sleep(PRUNE_SECONDS)


def _as_told(row: StreamEvent) -> Told:
    return Told(row.id, row.topic, str(row.module_id) if row.module_id else None, row.data)
