"""The services as processes of their own, on a real RabbitMQ and PostgreSQL, each with its own database and role."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from patchbay.keys import Keys
from patchbay.local.ports import free_port
from patchbay.local.postgres import LocalPostgres
from patchbay.local.program import Program, Terms
from patchbay.local.rabbit import LocalRabbit
from patchbay.plan import DOORS, SERVICES, Options, environment_for, settings_for
from patchbay.starting import ServiceFailed, prepare, refuse_taken_ports
from patchbay.supervision import Supervised, supervised
from shared.runtime.provision import SERVICES as WITH_DATABASE
from shared.runtime.provision import SHARED, provision

_READY_SECONDS = 90
_LOOK_SECONDS = 0.1
# What is in hand gets 10 s to end, then open requests and connections.
_GRACE_SECONDS = 15.0
_ROOT = Path(__file__).parents[1]


@dataclass
class Process:
    """One service in a process of its own; the log of a second life goes on after that of the first."""

    service: str
    settings: dict[str, Any]
    log: Path
    _program: Program | None = field(default=None, repr=False)

    @property
    def running(self) -> bool:
        return self._program is not None and self._program.running

    def start(self) -> None:
        terms = Terms(
            log=self.log,
            environment=os.environ | environment_for(self.settings) | {"PYTHONPATH": str(_ROOT)},
            grace_seconds=_GRACE_SECONDS,
            append=self._program is not None,
        )
        command: list[str | Path] = [sys.executable, "-m", f"services.{self.service}"]
        self._program = Program(command, terms)

    def stop(self) -> None:
        if self._program is not None:
            self._program.stop()

    def log_tail(self) -> str:
        return self._program.log_tail() if self._program is not None else ""


@asynccontextmanager
async def stack(options: Options) -> AsyncGenerator[Keys]:
    """Patchbay as separate processes, ready; all of them end with the block, and with us, however we end.

    Raises PortTaken, StartFailed (PostgreSQL, RabbitMQ) or ServiceFailed, naming the log.
    """
    prepare(options.folder)
    refuse_taken_ports(options)
    keys = Keys.kept_in(options.folder, (*WITH_DATABASE, *SHARED))
    postgres = LocalPostgres(options.folder / "postgres")
    rabbit = LocalRabbit(options.folder / "rabbit") if options.rabbit_url == "private" else None
    servers: dict[str, LocalPostgres | LocalRabbit] = {"PostgreSQL": postgres}
    if rabbit:
        servers["RabbitMQ"] = rabbit
    processes: dict[str, Process] = {}
    try:
        await asyncio.gather(*(asyncio.to_thread(server.start) for server in servers.values()))
        options = replace(options, rabbit_url=rabbit.url) if rabbit else options
        databases = await provision(postgres.url, keys.databases)
        processes = _processes(options, keys, databases)
        for process in processes.values():
            process.start()
        await _until_ready(processes)
        async with supervised({**servers, **processes}):
            yield keys
    finally:
        await _stop(process for process in processes.values() if process.service in DOORS)
        await _stop(process for process in processes.values() if process.service not in DOORS)
        await _stop(servers.values())


def _processes(options: Options, keys: Keys, databases: dict[str, str]) -> dict[str, Process]:
    """By name; the testers beyond the first compete with it for runs."""
    fixed = {"gateway": options.gateway_port, "console": options.console_port}
    ports = {service: fixed.get(service) or free_port() for service in SERVICES}
    names = {service: service for service in SERVICES}
    names |= {f"tester-{number}": "tester" for number in range(2, options.testers + 1)}
    processes: dict[str, Process] = {}
    for name, service in names.items():
        settings = settings_for(service, options, keys, databases, ports)
        if name != service:
            settings["port"] = free_port()
        processes[name] = Process(service, settings, options.folder / f"{name}.log")
    return processes


async def _until_ready(processes: Mapping[str, Process]) -> None:
    lacks = "nobody has answered"
    try:
        async with asyncio.timeout(_READY_SECONDS), httpx.AsyncClient(timeout=5, trust_env=False) as client:
            for name, process in processes.items():
                while lack := await _lack(client, process):
                    lacks = f"the {name} is not: {lack}"
                    _refuse_the_dead(processes)
                    await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError as error:
        raise ServiceFailed(f"Not all services were ready within {_READY_SECONDS} s; {lacks}.") from error


async def _lack(client: httpx.AsyncClient, process: Process) -> str:
    """What it says it lacks; nothing when it is ready."""
    try:
        answer = await client.get(f"http://127.0.0.1:{process.settings['port']}/readyz")
    except httpx.TransportError:
        return "it does not answer"
    return "" if answer.is_success else answer.text or answer.reason_phrase


def _refuse_the_dead(processes: Mapping[str, Process]) -> None:
    for name, process in processes.items():
        if not process.running:
            raise ServiceFailed(f"The {name} ended. Its log, {process.log}, ends:\n{process.log_tail()}")


async def _stop(programs: Iterable[Supervised]) -> None:
    await asyncio.gather(*(asyncio.to_thread(program.stop) for program in programs))
