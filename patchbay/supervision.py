"""What we started for a person is started again when it dies: after a growing pause, and with a line in the log."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Protocol

from patchbay.local.program import StartFailed

_LOOK_SECONDS = 0.1
_FIRST_PAUSE_SECONDS = 0.5
_MOST_PAUSE_SECONDS = 10.0
# Who has run this long before it died did not die of its start.
_HEALTHY_SECONDS = 30.0

_log = logging.getLogger("patchbay.supervision")


class Supervised(Protocol):
    """`stop` is called before `start` again, and may be called on what has ended already."""

    @property
    def running(self) -> bool: ...
    def start(self) -> object: ...
    def stop(self) -> None: ...


@asynccontextmanager
async def supervised(programs: Mapping[str, Supervised]) -> AsyncGenerator[None]:
    """While the block runs, what ends is started again; when it is left, a start under way is still finished."""
    ending = asyncio.Event()
    watches = [asyncio.create_task(_watch(name, program, ending)) for name, program in programs.items()]
    try:
        yield
    finally:
        ending.set()
        await asyncio.gather(*watches)


async def _watch(name: str, program: Supervised, ending: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    pause, since = _FIRST_PAUSE_SECONDS, loop.time()
    while not await _ends_within(ending, _LOOK_SECONDS):
        if program.running:
            continue
        if loop.time() - since > _HEALTHY_SECONDS:
            pause = _FIRST_PAUSE_SECONDS
        _log.warning("%s has ended; it is started again in %.1f s.", name, pause)
        if await _ends_within(ending, pause):
            return
        pause = min(pause * 2, _MOST_PAUSE_SECONDS)
        try:
            await asyncio.to_thread(_again, program)
        except StartFailed as failed:
            _log.error("%s could not be started again. %s", name, failed)
        else:
            _log.info("%s has been started again.", name)
        since = loop.time()


def _again(program: Supervised) -> None:
    program.stop()
    program.start()


async def _ends_within(ending: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await ending.wait()
    except TimeoutError:
        return False
    return True
