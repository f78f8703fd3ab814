"""Progress: what is worth watching and not worth keeping. Transient and lossy; never an event."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Protocol

BACKLOG = 1000


class Progress(Protocol):
    """`send` never fails and never waits for a watcher; `watch` yields `{"subject": …, **data}`."""

    async def send(self, subject: str, data: dict[str, Any]) -> None: ...

    def watch(self) -> AsyncIterator[dict[str, Any]]: ...


class ProgressHub:
    """Progress within one process. A watcher that does not keep up loses the oldest."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Queue[dict[str, Any]]] = set()

    async def send(self, subject: str, data: dict[str, Any]) -> None:
        for queue in self._watchers:
            if queue.full():
                with suppress(asyncio.QueueEmpty):
                    queue.get_nowait()
            queue.put_nowait({"subject": subject, **data})

    async def watch(self) -> AsyncIterator[dict[str, Any]]:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(BACKLOG)
        self._watchers.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._watchers.discard(queue)
