"""Everything in one process and one event loop: a server per service, real sockets between them, PostgreSQL beside."""

import asyncio
import contextlib
import importlib
import logging
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn

from patchbay.keys import Keys
from patchbay.local.postgres import LocalPostgres
from patchbay.plan import SERVICES, Options, settings_for
from shared.runtime.logs import JsonFormatter
from shared.runtime.progress import ProgressHub
from shared.runtime.provision import SERVICES as WITH_DATABASE
from shared.runtime.provision import SHARED, provision

_STOP_SECONDS = 10
# These send or show progress, so they share the hub.
_PROGRESS = frozenset({"generator", "tester", "gateway"})


class PortTaken(Exception):
    """Another program, or another Patchbay, listens where we were told to."""


class ServiceFailed(Exception):
    """A service ended while it was starting; the log has its traceback."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        # Eight servers share the process; whoever started us listens to the signals.
        yield


@asynccontextmanager
async def embedded(options: Options) -> AsyncGenerator[Keys]:
    """Patchbay, ready; it ends with the block. Raises PortTaken, StartFailed (PostgreSQL) or ServiceFailed."""
    options.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    _log_to(options.folder / "patchbay.log")
    keys = Keys.kept_in(options.folder, (*WITH_DATABASE, *SHARED))
    sockets = _listen(options)
    postgres = LocalPostgres(options.folder / "postgres")
    await asyncio.to_thread(postgres.start)
    try:
        databases = await provision(postgres.url, keys.databases)
        servers = _servers(options, keys, databases, sockets)
        async with _serving(servers, sockets):
            yield keys
    finally:
        await asyncio.to_thread(postgres.stop)


def _listen(options: Options) -> dict[str, socket.socket]:
    fixed = {"gateway": options.gateway_port, "console": options.console_port}
    sockets: dict[str, socket.socket] = {}
    for service in SERVICES:
        # The protocol is said: without it asyncio leaves TCP_NODELAY off, and every answer takes 44 ms more.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", fixed.get(service, 0)))
        except OSError as error:
            message = (
                f"Port {fixed.get(service)} is taken, perhaps by another Patchbay: choose another, --{service}-port."
            )
            raise PortTaken(message) from error
        sockets[service] = listener
    return sockets


def _servers(
    options: Options, keys: Keys, databases: dict[str, str], sockets: dict[str, socket.socket]
) -> dict[str, _Server]:
    ports = {service: listener.getsockname()[1] for service, listener in sockets.items()}
    hub = ProgressHub()
    servers: dict[str, _Server] = {}
    for service in SERVICES:
        told = settings_for(service, options, keys, databases, ports)
        settings = importlib.import_module(f"services.{service}.settings").Settings.model_validate(told)
        more: dict[str, Any] = {"progress_hub": hub} if service in _PROGRESS else {}
        app = importlib.import_module(f"services.{service}.app").create_app(settings, **more)
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=3)
        servers[service] = _Server(config)
    return servers


@asynccontextmanager
async def _serving(servers: dict[str, _Server], sockets: dict[str, socket.socket]) -> AsyncGenerator[None]:
    tasks = {
        service: asyncio.create_task(server.serve(sockets=[sockets[service]]), name=service)
        for service, server in servers.items()
    }
    try:
        for service, server in servers.items():
            while not server.started:
                if tasks[service].done():
                    raise ServiceFailed(service) from tasks[service].exception()
                await asyncio.sleep(0.005)
        yield
    finally:
        for service in SERVICES:
            _end_streams(servers[service])
            servers[service].should_exit = True
        await asyncio.wait(tasks.values(), timeout=_STOP_SECONDS)


def _end_streams(server: _Server) -> None:
    """A server waits for its open streams; the gateway's would never end by themselves."""
    stream = getattr(getattr(server.config.app, "state", None), "stream", None)
    if stream is not None:
        stream.close()


def _log_to(path: Path) -> None:
    handler = logging.FileHandler(path)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
