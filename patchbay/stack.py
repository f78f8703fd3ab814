"""The services as processes of their own, on a real RabbitMQ and PostgreSQL, each with its own database and role."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from patchbay.embedded import ServiceFailed
from patchbay.keys import Keys
from patchbay.local.ports import free_port
from patchbay.local.postgres import LocalPostgres
from patchbay.local.program import Program, Terms
from patchbay.local.rabbit import LocalRabbit
from patchbay.plan import SERVICES, Options, environment_for, settings_for
from shared.runtime.provision import SERVICES as WITH_DATABASE
from shared.runtime.provision import SHARED, provision

_READY_SECONDS = 60

Told = tuple[Keys, dict[str, str], dict[str, int]]


@asynccontextmanager
async def stack(options: Options) -> AsyncGenerator[Keys]:
    """Patchbay as separate processes, ready; all of them end with the block, and with us, however we end.

    Raises StartFailed (PostgreSQL, RabbitMQ) or ServiceFailed, naming the log.
    """
    options.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    keys = Keys.kept_in(options.folder, (*WITH_DATABASE, *SHARED))
    with ExitStack() as started:
        postgres = await asyncio.to_thread(started.enter_context, LocalPostgres(options.folder / "postgres"))
        if options.rabbit_url == "private":
            rabbit = await asyncio.to_thread(started.enter_context, LocalRabbit(options.folder / "rabbit"))
            options = replace(options, rabbit_url=rabbit.url)
        databases = await provision(postgres.url, keys.databases)
        ports = {service: free_port() for service in SERVICES} | {
            "gateway": options.gateway_port,
            "console": options.console_port,
        }
        programs = {
            name: started.enter_context(_running(name, service, options, (keys, databases, ports)))
            for name, service in _processes(options)
        }
        await _until_ready(programs, ports, options.folder)
        yield keys


def _processes(options: Options) -> list[tuple[str, str]]:
    """Name and service of each process; the testers beyond the first compete with it for runs."""
    return [(service, service) for service in SERVICES] + [
        (f"tester-{number}", "tester") for number in range(2, options.testers + 1)
    ]


@contextmanager
def _running(name: str, service: str, options: Options, told: Told) -> Generator[Program]:
    settings = settings_for(service, options, *told)
    if name != service:
        settings["port"] = free_port()
    environment = os.environ | environment_for(settings)
    command: list[str | Path] = [sys.executable, "-m", f"services.{service}"]
    program = Program(command, Terms(log=options.folder / f"{name}.log", environment=environment))
    try:
        yield program
    finally:
        program.stop()


async def _until_ready(programs: dict[str, Program], ports: dict[str, int], folder: Path) -> None:
    async with httpx.AsyncClient(timeout=2) as client, asyncio.timeout(_READY_SECONDS):
        for name, program in programs.items():
            while not (name not in ports or await _answers(client, ports[name])):
                if not program.running:
                    raise ServiceFailed(f"{name} ended. Its log, {folder / f'{name}.log'}, ends:\n{program.log_tail()}")
                await asyncio.sleep(0.1)


async def _answers(client: httpx.AsyncClient, port: int) -> bool:
    try:
        return (await client.get(f"http://127.0.0.1:{port}/readyz")).is_success
    except httpx.TransportError:
        return False
