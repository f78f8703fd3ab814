"""A service behind its two edges: HTTP as somebody, and events as the transport delivers them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import delete, select

from shared.contracts.event import Actor, Cause, Event, Role
from shared.runtime.database import Sessions
from shared.runtime.identity import make_keys, mint
from shared.runtime.messaging import Consumer, Handlers
from shared.runtime.tables import OutboxRow
from shared.runtime.wire import Delivery

PRIVATE_KEY, PUBLIC_KEY = make_keys()


def person(name: str, *roles: Role) -> Actor:
    return Actor(kind="person", id=f"id-{name}", name=name, roles=roles, via="test", address="192.0.2.7")


ADA = person("ada", "developer")
RITA = person("rita", "reviewer")
ROB = person("rob", "reviewer")
ANNA = person("anna", "administrator")
EVE = person("eve", "developer", "reviewer", "administrator")
ROBOT = Actor(kind="service_account", id="id-robot", name="robot", roles=("developer", "reviewer", "administrator"))


@dataclass
class Edge:
    """The service under test. `hear` delivers an event, `post` and `get` ask as somebody, `told` is its outbox."""

    app: FastAPI
    client: httpx.AsyncClient
    consumer: Consumer

    @property
    def sessions(self) -> Sessions:
        return self.app.state.sessions

    async def hear(self, *events: Event) -> None:
        for event in events:
            queue = f"{self.app.state.service}.{event.topic}"
            body = event.model_dump_json().encode()
            verdict = await self.consumer.deliver(Delivery(queue=queue, body=body, message_id=str(event.id)))
            assert type(verdict).__name__ == "Done", verdict

    async def get(self, path: str, who: Actor, **query: Any) -> httpx.Response:
        return await self.client.get(path, params=query, headers=self._headers(who))

    async def post(self, path: str, who: Actor, **body: Any) -> httpx.Response:
        return await self.client.post(path, json=body, headers=self._headers(who))

    async def told(self) -> list[dict[str, Any]]:
        """The events in the outbox since the last time, oldest first, each with its topic."""
        async with self.sessions.begin() as session:
            rows = (await session.scalars(select(OutboxRow).order_by(OutboxRow.position))).all()
            await session.execute(delete(OutboxRow))
            return [{"topic": row.topic, **row.body} for row in rows]

    def _headers(self, who: Actor) -> dict[str, str]:
        token = mint(PRIVATE_KEY, Cause(actor=who), self.app.state.service)
        return {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def at_the_edge(app: FastAPI, handlers: Handlers) -> AsyncGenerator[Edge]:
    """The app started for as long as the block lasts, without a transport."""
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            yield Edge(app, client, Consumer(handlers, app.state.sessions, {}, (1,)))


def problem(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, whose sentence must be fit to be shown."""
    body = response.json()
    assert body["detail"].endswith("."), body
    return response.status_code, body["code"]
