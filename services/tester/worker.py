"""A sandbox worker: `python -m services.tester.worker`, started by the pool.

It reads lines from its standard input — first the sandbox's address, then a job each — and writes lines of `Told`.
It ends when its input closes: with the service that started it.
"""

import asyncio
import os
import sys
from collections.abc import Coroutine
from typing import Any

from services.tester.evidence import Job, Told
from services.tester.sandbox import AWAY, Sandbox
from services.tester.trial import try_out

_LINE_BYTES = 64 * 1024 * 1024


class Workbench:
    """The sandbox of this process, opened when first needed and again after trouble."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._sandbox: Sandbox | None = None

    async def warm(self) -> None:
        told = await self._guarded(self._open())
        if told is not None:
            sys.stderr.write(f"The sandbox is not open yet: {told.away}\n")

    async def work(self, job: Job) -> None:
        """Tell what came of the job. After trouble the sandbox is left as it is, and another one made."""
        told = await self._guarded(self._try_out(job))
        if told is not None:
            tell(told)

    async def _try_out(self, job: Job) -> None:
        tell(Told(report=await try_out(await self._open(), job, tell)))

    async def _open(self) -> Sandbox:
        if self._sandbox is None or not await self._sandbox.alive():
            self._sandbox = await Sandbox.open(self._url)
        return self._sandbox

    async def _guarded(self, work: Coroutine[Any, Any, object]) -> Told | None:
        """What to tell if the database is away. Anything else unforeseen ends the process."""
        try:
            await work
        except AWAY as error:
            if self._sandbox is not None:
                self._sandbox.connection.terminate()
            self._sandbox = None
            return Told(away=f"{type(error).__name__}: {error}")
        return None


def tell(told: Told) -> None:
    sys.stdout.buffer.write(told.model_dump_json(exclude_none=True).encode() + b"\n")
    sys.stdout.buffer.flush()


async def main() -> None:
    lines = asyncio.StreamReader(limit=_LINE_BYTES)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    bench = Workbench((await lines.readline()).decode().strip())
    jobs = asyncio.Queue[Job]()
    working = asyncio.create_task(_work(bench, jobs))
    while line := await lines.readline():
        jobs.put_nowait(Job.model_validate_json(line))
    working.cancel()
    # At once: what the sandbox has in hand is rolled back by its server.
    os._exit(0)


async def _work(bench: Workbench, jobs: asyncio.Queue[Job]) -> None:
    await bench.warm()
    while True:
        await bench.work(await jobs.get())


if __name__ == "__main__":
    asyncio.run(main())
