"""A real gateway and small real services on sockets of their own."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI, Request
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.gateway.app import create_app
from services.gateway.passwords import hash_password
from services.gateway.serving import StreamEndingServer
from services.gateway.settings import Settings
from services.gateway.tables import Person
from shared.contracts.event import Cause
from shared.runtime.identity import make_keys, verify
from shared.runtime.tables import OutboxRow

PASSWORD = "correct horse battery"
PRIVATE_KEY, PUBLIC_KEY = make_keys()

Endpoint = Callable[[Request], Awaitable[Response]]


@asynccontextmanager
async def serving(app: Any, server: uvicorn.Server | None = None, ports: int = 1) -> AsyncGenerator[list[str]]:
    """Serve `app` on free loopback ports for as long as the block lasts; yields their addresses."""
    server = server or uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    sockets = [_listener() for _ in range(ports)]
    addresses = [f"http://127.0.0.1:{bound.getsockname()[1]}" for bound in sockets]
    task = asyncio.create_task(server.serve(sockets=sockets))
    try:
        await until(lambda: server.started or task.done())
        assert server.started, "the server did not start"
        yield addresses
    finally:
        server.should_exit = True
        await task


def _listener() -> socket.socket:
    # The protocol is said: without it asyncio leaves TCP_NODELAY off, and every answer takes 44 ms more.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    return listener


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for `condition`, or fail."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 what we wait for has no event of its own
            await asyncio.sleep(0.01)


@dataclass
class Service:
    """A small service: answers what the test says, remembers what it was asked."""

    name: str
    endpoints: dict[str, Endpoint] = field(default_factory=dict[str, Endpoint])
    asked: list[Request] = field(default_factory=list[Request])

    def says(self, path: str, content: Any, status: int = 200) -> None:
        async def endpoint(_request: Request) -> Response:
            return JSONResponse(content, status)

        self.endpoints[path] = endpoint

    def cause(self) -> Cause:
        """Whose request the last one was, if the gateway's token holds."""
        return verify(PUBLIC_KEY, self.asked[-1].headers["authorization"].removeprefix("Bearer "), self.name)

    async def answer(self, request: Request) -> Response:
        self.asked.append(request)
        endpoint = self.endpoints.get(request.url.path)
        return await endpoint(request) if endpoint else JSONResponse({"code": "not_found"}, 404)


@asynccontextmanager
async def serving_all(services: dict[str, Service]) -> AsyncGenerator[dict[str, str]]:
    """One server, a port for each service; yields the settings that say where each is."""
    by_port: dict[int, Service] = {}

    async def answer(request: Request) -> Response:
        return await by_port[request.scope["server"][1]].answer(request)

    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    app = Starlette(routes=[Route("/{path:path}", answer, methods=methods)])
    async with serving(app, ports=len(services)) as addresses:
        for service, address in zip(services.values(), addresses, strict=True):
            by_port[int(address.rsplit(":", 1)[1])] = service
        yield {f"{name}_url": address for name, address in zip(services, addresses, strict=True)}


@dataclass
class Gateway:
    """The running gateway, and a client of it that is nobody yet."""

    app: FastAPI
    url: str
    server: StreamEndingServer
    client: httpx.AsyncClient

    async def add(self, *roles: str, email: str = "", **rest: Any) -> Person:
        """Somebody with these roles and the one password of all tests."""
        email = email or f"{'-'.join(roles) or 'nobody'}@example.com"
        row = {"email": email, "name": email.split("@")[0].title(), "kind": "person", "disabled": False, **rest}
        person = Person(roles=list(roles), crm_roles=row.pop("crm_roles", []), password_hash=await _hash(), **row)
        async with self.app.state.sessions.begin() as session:
            session.add(person)
        return person

    async def sign_in(self, *roles: str, **rest: Any) -> dict[str, str]:
        """The headers of somebody with these roles, who is added first."""
        person = await self.add(*roles, **rest)
        answer = await self.client.post("/session", json={"email": person.email, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    async def emitted(self) -> list[dict[str, Any]]:
        """The events in the outbox, oldest first, each with its topic."""
        async with self.app.state.sessions() as session:
            rows = await session.scalars(select(OutboxRow).order_by(OutboxRow.position))
            return [{"topic": row.topic, **row.body} for row in rows]


@asynccontextmanager
async def running_gateway(database_url: str, **settings: Any) -> AsyncGenerator[Gateway]:
    """A gateway on a real socket, whose services are at the addresses in `settings`, or nowhere."""
    told = Settings.model_validate(
        {
            "database_url": database_url,
            "transport": "none",
            "gateway_private_key": PRIVATE_KEY,
            "gateway_public_key": PUBLIC_KEY,
            "stream_poll_seconds": 0.05,
            **{f"{service}_url": NOWHERE for service in ("generator", "tester", "review", "publisher", "audit", "crm")},
            **settings,
        }
    )
    app = create_app(told)
    server = StreamEndingServer(uvicorn.Config(app, log_config=None), app)
    async with serving(app, server) as (url,), httpx.AsyncClient(base_url=f"{url}/api/v1", trust_env=False) as client:
        yield Gateway(app, url, server, client)


# The discard port of this machine: nobody answers there.
NOWHERE = "http://127.0.0.1:9"
_HASHES: list[str] = []


async def _hash() -> str:
    if not _HASHES:
        _HASHES.append(await hash_password(PASSWORD))
    return _HASHES[0]
