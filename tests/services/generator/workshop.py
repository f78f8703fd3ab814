"""The generator behind its two edges, with what its tests do again and again."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from services.generator.app import create_app
from services.generator.handlers import handlers
from services.generator.settings import Settings
from shared.contracts.event import Actor, VersionRef
from shared.contracts.generation import GenerationRequested
from shared.crm import CRM_VERSION
from shared.runtime.messaging import Consumer
from tests.services import story
from tests.services.edge import ADA, PUBLIC_KEY, Edge

MASTER_KEY = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="
DEMO = "Add a loyalty tier to customers: bronze, silver, gold; default bronze. Orders over 10000 need a delivery note."
DEMO_ZH = "给客户增加会员等级：青铜、白银、黄金；默认青铜。金额超过10000的订单需要送货说明。"
Json = dict[str, Any]


@dataclass
class Workshop(Edge):
    """`generate` asks for a version and lets the handler write it."""

    async def generate(self, sentence: str, who: Actor = ADA, **body: Any) -> Json:
        """The generation as it ended."""
        response = await self.post("/generations", who, sentence=sentence, **body)
        assert response.status_code == 202, response.text
        await self.hear(*await self.requested())
        return (await self.get(f"/generations/{response.json()['id']}", who)).json()

    async def requested(self) -> list[GenerationRequested]:
        told = [one for one in await self.told() if one["topic"] == "generation.requested"]
        return [GenerationRequested.model_validate(one) for one in told]

    async def versions(self, module_id: str) -> list[Json]:
        return (await self.get(f"/modules/{module_id}/versions", ADA)).json()["items"]

    async def version(self, module_id: str, number: int) -> Json:
        return (await self.get(f"/modules/{module_id}/versions/{number}", ADA)).json()

    def headers(self, who: Actor) -> dict[str, str]:
        return self._headers(who)

    async def put(self, path: str, who: Actor, body: Json, **headers: str) -> httpx.Response:
        return await self.client.put(path, json=body, headers=self._headers(who) | headers)

    async def delete(self, path: str, who: Actor, **headers: str) -> httpx.Response:
        return await self.client.delete(path, headers=self._headers(who) | headers)


@asynccontextmanager
async def workshop(
    service_database: Callable[[str], str], *live: VersionRef, told: bool = True, **settings: Any
) -> AsyncGenerator[Workshop]:
    """A generator on a new database, to which the CRM has said what it runs (unless `told` is False)."""
    given: Json = {
        "master_key": MASTER_KEY,
        "allowed_hosts": ("127.0.0.1",),
        "kimi_api_key": None,
        "anthropic_base_url": None,
    }
    app = create_app(
        Settings(
            database_url=service_database("generator"),
            transport="none",
            gateway_public_key=PUBLIC_KEY,
            **(given | settings),
        )
    )
    async with app.router.lifespan_context(app):
        resources = {"keyring": app.state.keyring, "progress": app.state.progress}
        consumer = Consumer(handlers, app.state.sessions, resources, (1,))
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            made = Workshop(app, client, consumer)
            if told:
                await made.hear(story.live_set(1, *live).model_copy(update={"crm_version": CRM_VERSION}))
            yield made
