"""Progress: seen by whoever watches, kept for nobody, never in the sender's way."""

import asyncio
from typing import Any

from shared.runtime.progress import BACKLOG, Progress, ProgressHub
from shared.runtime.rabbitmq import RabbitBus
from shared.runtime.startup import open_progress
from tests.runtime.traffic import BINDINGS, Traffic, until
from tests.support.databases import Databases


async def _watch(progress: Progress, seen: list[dict[str, Any]]) -> None:
    async for told in progress.watch():
        # Not a comprehension: what is seen must be seen at once.
        seen.extend([told])


async def _sends_until_seen(progress: Progress, watching: Progress) -> None:
    seen: list[dict[str, Any]] = []
    watcher = asyncio.create_task(_watch(watching, seen))
    try:

        async def is_seen() -> bool:
            await progress.send("run/1", {"done": 3, "of": 9})
            return {"subject": "run/1", "done": 3, "of": 9} in seen

        await until(is_seen)
    finally:
        watcher.cancel()
        await asyncio.gather(watcher, return_exceptions=True)


async def test_progress_within_a_process() -> None:
    hub = ProgressHub()
    assert open_progress(None, hub) is hub
    await _sends_until_seen(hub, hub)


async def test_a_watcher_that_does_not_keep_up_loses_the_oldest() -> None:
    hub = ProgressHub()
    watching = hub.watch()
    first = asyncio.ensure_future(anext(watching))
    await asyncio.sleep(0)
    for number in range(BACKLOG + 10):
        await hub.send("s", {"number": number})
    assert (await first)["number"] == 10


async def test_progress_between_processes(broker_url: str, databases: Databases) -> None:
    async with Traffic("rabbitmq", broker_url, databases) as traffic:
        one, other = (RabbitBus(name, traffic.settings(""), BINDINGS) for name in ("worker", "watcher"))
        await one.progress.send("lost", {})
        for bus in (one, other):
            await bus.start()
        assert open_progress(one, ProgressHub()) is one.progress
        await _sends_until_seen(one.progress, other.progress)
        for bus in (one, other):
            await bus.stop()
        await one.progress.send("lost", {})
