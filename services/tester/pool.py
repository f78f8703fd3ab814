"""The sandbox processes of this tester: one run in each at a time.

A worker is a process of its own because a run is work for a processor, which must never hold up the event loop that
answers the broker; because it can be ended at any moment without harm; and because it holds no credentials but the
sandbox's. It ends with us: its input closes.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from services.tester.evidence import Job, Report, Told

Tell = Callable[[Told], Awaitable[None]]

_ROOT = Path(__file__).parents[2]
# A report with every step of every scenario is one line.
_LINE_BYTES = 64 * 1024 * 1024
# All else in our environment, passwords and keys above all, is not for a process that runs what others wrote.
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "VIRTUAL_ENV")


class WorkerDied(Exception):
    """The process ended in the middle of a run. The run is taken up again."""


class RunOverran(Exception):
    """A run took longer than it may, `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The run took longer than {seconds:g} s.")
        self.seconds = seconds


class Worker:
    """One process with one sandbox."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, sandbox_url: str) -> "Worker":
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.tester.worker",
            stdin=PIPE,
            stdout=PIPE,
            cwd=_ROOT,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            limit=_LINE_BYTES,
            # An interrupt from the keyboard is for us, not for every process that we started.
            start_new_session=True,
        )
        worker = cls(process)
        await worker._write(sandbox_url)
        return worker

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def run(self, job: Job, tell: Tell) -> Report:
        """Raises WorkerDied, and ConnectionError when the sandbox's database is away."""
        await self._write(job.model_dump_json())
        while True:
            told = await self._read()
            if told.report is not None:
                return told.report
            if told.away is not None:
                raise ConnectionError(told.away)
            if told.total is not None:
                await tell(told)

    async def end(self) -> None:
        if self.alive:
            with suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()

    async def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode() + b"\n")
            await self._process.stdin.drain()
        except ConnectionError as error:
            raise WorkerDied(f"Worker {self.pid} is gone.") from error

    async def _read(self) -> Told:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise WorkerDied(f"Worker {self.pid} died in the middle of a run.")
        return Told.model_validate_json(line)


class SandboxPool:
    """As many workers as there are slots, started when first needed."""

    def __init__(self, sandbox_url: str, slots: int, run_seconds: float) -> None:
        self._sandbox_url = sandbox_url
        self._run_seconds = run_seconds
        self._slots = slots
        self._free = asyncio.Semaphore(slots)
        self._starting = asyncio.Lock()
        self._idle: list[Worker] = []
        self.workers: set[Worker] = set()

    async def run(self, job: Job, tell: Tell) -> Report:
        """Run `job` in a slot. Whatever goes wrong, and when cancelled, the worker is ended and its work undone."""
        async with self._free:
            worker = await self._take()
            try:
                async with asyncio.timeout(self._run_seconds):
                    report = await worker.run(job, tell)
            except TimeoutError as error:
                await self._end(worker)
                raise RunOverran(self._run_seconds) from error
            except BaseException:
                await self._end(worker)
                raise
            self._idle.append(worker)
            return report

    async def warm(self) -> None:
        """Start the workers before they are needed."""
        while len(self.workers) < self._slots:
            async with self._starting:
                self._idle.append(await self._start())

    async def close(self) -> None:
        for worker in list(self.workers):
            await self._end(worker)

    async def _take(self) -> Worker:
        async with self._starting:
            while self._idle:
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                await self._end(worker)
            return await self._start()

    async def _start(self) -> Worker:
        worker = await Worker.start(self._sandbox_url)
        self.workers.add(worker)
        return worker

    async def _end(self, worker: Worker) -> None:
        self.workers.discard(worker)
        await asyncio.shield(worker.end())
