"""The host as its tests see it: releases go in, events and records come out."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from services.crm.handlers import handlers
from shared.contracts.event import Actor, Cause, VersionRef
from shared.contracts.publishing import ReleaseAuthorised, ReleaseKind
from shared.patch import content_hash, parse
from shared.runtime.messaging import Consumer
from tests.services.edge import ANNA, Edge


def crm_person(name: str, *crm_roles: str) -> Actor:
    return Actor(kind="person", id=f"id-{name}", name=name, crm_roles=crm_roles)


SALLY = crm_person("sally", "sales")
MAX = crm_person("max", "manager")
ADAM = crm_person("adam", "admin")
NOBODY = crm_person("nobody")

LOYALTY: dict[str, Any] = {
    "patch": "1",
    "module": {"name": "loyalty", "title": {"en": "Loyalty", "zh": "会员"}},
    "operations": [
        {
            "op": "add_field",
            "entity": "Customer",
            "field": {
                "type": "enum",
                "name": "loyaltyTier",
                "options": [{"value": "bronze"}, {"value": "silver"}, {"value": "gold"}],
                "default": "bronze",
            },
        },
        {"op": "add_field", "entity": "Order", "field": {"type": "text", "name": "deliveryNote"}},
        {
            "op": "add_rule",
            "entity": "Order",
            "rule": {
                "name": "large_orders_need_a_delivery_note",
                "expression": "total <= 10000 || deliveryNote != null",
                "message": {"en": "Orders over 10000 need a delivery note.", "zh": "金额超过 10000 的订单需要送货单。"},
            },
        },
    ],
}


def version_of(patch: dict[str, Any], number: int = 1, module_id: UUID | None = None) -> VersionRef:
    parsed = parse(patch)
    name = parsed.module.name
    return VersionRef(module_id=module_id or uuid4(), module=name, version=number, content_hash=content_hash(parsed))


@dataclass
class Host(Edge):
    """`live` is what the publisher believes to be live."""

    live: tuple[VersionRef, ...] = field(default=())

    def order(
        self, kind: ReleaseKind, version: VersionRef, after: Sequence[VersionRef], patch: dict[str, Any] | None
    ) -> ReleaseAuthorised:
        release_id = uuid4()
        return ReleaseAuthorised(
            cause=Cause(actor=ANNA).by("publisher"),
            subject=str(release_id),
            release_id=release_id,
            kind=kind,
            version=version,
            before=self.live,
            after=tuple(after),
            patch=patch,
        )

    async def publish(self, patch: dict[str, Any], version: VersionRef | None = None) -> VersionRef:
        version = version or version_of(patch)
        await self.hear(self.order("publish", version, [*self.live, version], patch))
        self.live = (*self.live, version)
        return version

    async def unpublish(self, version: VersionRef) -> None:
        after = [one for one in self.live if one != version]
        await self.hear(self.order("unpublish", version, after, None))
        self.live = tuple(after)

    async def patch(self, path: str, who: Actor, values: dict[str, Any], **headers: str) -> httpx.Response:
        return await self.client.patch(path, json=values, headers=self._headers(who) | headers)

    async def delete(self, path: str, who: Actor, **headers: str) -> httpx.Response:
        return await self.client.delete(path, headers=self._headers(who) | headers)

    async def send(self, content: bytes | AsyncIterator[bytes], who: Actor, media_type: str) -> httpx.Response:
        """A file."""
        headers = self._headers(who) | {"content-type": media_type}
        return await self.client.post("/crm/files", content=content, headers=headers)

    async def execute(self, statement: str) -> None:
        """As somebody with a database console."""
        async with self.sessions.begin() as session:
            await session.execute(text(statement))

    async def customer(self, **values: Any) -> dict[str, Any]:
        answer = await self.post("/crm/Customer", SALLY, name="Acme", email="a@acme.example", **values)
        assert answer.status_code == 201, answer.text
        return answer.json()


@asynccontextmanager
async def at_the_host(app: FastAPI) -> AsyncGenerator[Host]:
    """The app started for as long as the block lasts, without a transport."""
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://crm") as client:
            yield Host(app, client, Consumer(handlers, app.state.sessions, {"host_name": "crm"}, (1,)))
