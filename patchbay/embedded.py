"""Everything in one process and one event loop: a server per service, real sockets between them, PostgreSQL beside."""

import asyncio
import contextlib
import importlib
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import uvicorn

from patchbay.keys import Keys
from patchbay.local.postgres import LocalPostgres
from patchbay.plan import SERVICES, Options, settings_for
from patchbay.starting import ServiceFailed, listen, prepare
from patchbay.supervision import supervised
from shared.runtime.lean import nothing_collected
from shared.runtime.progress import ProgressHub
from shared.runtime.provision import SERVICES as WITH_DATABASE
from shared.runtime.provision import SHARED, provision

_STOP_SECONDS = 10
# These send or show progress, so they share the hub.
_PROGRESS = frozenset({"generator", "tester", "gateway"})


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        # Eight servers share the process; whoever started us listens to the signals.
        yield


@asynccontextmanager
async def embedded(options: Options) -> AsyncGenerator[Keys]:
    """Patchbay, ready; it ends with the block. Raises PortTaken, StartFailed (PostgreSQL) or ServiceFailed."""
    prepare(options.folder)
    sockets = _listen(options)
    keys = Keys.kept_in(options.folder, (*WITH_DATABASE, *SHARED))
    postgres = LocalPostgres(options.folder / "postgres")
    try:
        async with AsyncExitStack() as stack:
            with nothing_collected():
                databases = await _databases(postgres, keys)
                await stack.enter_async_context(_serving(_servers(options, keys, databases, sockets), sockets))
            await stack.enter_async_context(supervised({"PostgreSQL": postgres}))
            yield keys
    finally:
        await asyncio.to_thread(postgres.stop)


async def _databases(postgres: LocalPostgres, keys: Keys) -> dict[str, str]:
    """PostgreSQL starts in its own process while ours imports the services."""
    starting = asyncio.create_task(asyncio.to_thread(postgres.start))
    # Once around the loop, so that the thread is off before the imports begin.
    await asyncio.sleep(0)
    for service in SERVICES:
        importlib.import_module(f"services.{service}.app")
    await starting
    return await provision(postgres.url, keys.databases)


def _listen(options: Options) -> dict[str, socket.socket]:
    fixed = {"gateway": options.gateway_port, "console": options.console_port}
    return {service: listen(service, fixed.get(service, 0)) for service in SERVICES}


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
                    raise ServiceFailed(f"The {service} ended while it was starting.") from tasks[service].exception()
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
