"""The tester as its tests see it: versions go in, runs are carried out, evidence comes out."""

import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

from services.tester.handlers import handlers
from services.tester.pool import SandboxPool
from shared.contracts.event import Actor, VersionRef
from shared.contracts.testing import RunRequested
from shared.patch import content_hash, parse
from shared.runtime.bus import Verdict
from shared.runtime.messaging import Consumer
from shared.runtime.progress import ProgressHub
from shared.runtime.wire import Delivery
from tests.services import story
from tests.services.edge import ADA, Edge

RETRIES = 3
SALES = ADA.model_copy(update={"crm_roles": ("sales",)})


def add_field(entity: str, name: str, **definition: Any) -> dict[str, Any]:
    return {"op": "add_field", "entity": entity, "field": {"name": name, **definition}}


def add_rule(entity: str, name: str, expression: str) -> dict[str, Any]:
    message = {"en": f"{name} does not hold.", "zh": f"{name} 不成立。"}
    return {"op": "add_rule", "entity": entity, "rule": {"name": name, "expression": expression, "message": message}}


def patch_of(*operations: dict[str, Any], module: str = "loyalty", **more: Any) -> dict[str, Any]:
    header = {"name": module, "title": {"en": module.title(), "zh": module}}
    return {"patch": "1", "module": header, "operations": list(operations), **more}


TIER = add_field(
    "Customer", "loyaltyTier", type="enum", options=[{"value": "bronze"}, {"value": "gold"}], default="bronze"
)
NOTE = add_field("Order", "deliveryNote", type="text")
LARGE_NEED_NOTE = add_rule("Order", "large_need_note", "total <= 10000 || deliveryNote != null")
LOYALTY = patch_of(TIER, NOTE, LARGE_NEED_NOTE)


@dataclass
class Bench(Edge):
    hub: ProgressHub = field(default_factory=ProgressHub)

    @property
    def sandboxes(self) -> SandboxPool:
        return self.app.state.sandboxes

    async def draft(
        self, patch: dict[str, Any], number: int = 1, module_id: UUID | None = None, author: Actor = SALES
    ) -> VersionRef:
        parsed = parse(patch)
        version = VersionRef(
            module_id=module_id or uuid4(),
            module=parsed.module.name,
            version=number,
            content_hash=content_hash(parsed),
        )
        await self.hear(story.drafted(version, patch=patch, author=author))
        return version

    async def ask(self, version: VersionRef, **more: Any) -> httpx.Response:
        """Ask for a run of `version`."""
        return await self.post("/runs", ADA, module_id=str(version.module_id), version=version.version, **more)

    async def requested(self) -> RunRequested:
        """The run.requested that is in the outbox."""
        (event,) = [one for one in await self.told() if one["topic"] == "run.requested"]
        return RunRequested.model_validate(event)

    async def deliver(self, event: RunRequested) -> Verdict:
        """As the transport does it; the verdict says what becomes of the message."""
        body = event.model_dump_json().encode()
        return await self.consumer.deliver(Delivery(queue="tester.run.requested", body=body, message_id=str(event.id)))

    async def run(self, patch: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Draft it, run it to the end, and read the run."""
        version = await self.draft(patch)
        asked = await self.ask(version, **more)
        assert asked.status_code == 202, asked.text
        await self.hear(await self.requested())
        return await self.read(asked.json()["id"])

    async def read(self, run_id: str) -> dict[str, Any]:
        return (await self.get(f"/runs/{run_id}", ADA)).json()


async def signal_a_worker_at_the_first_scenario(bench: Bench, number: signal.Signals) -> None:
    async for _ in bench.hub.watch():
        (worker,) = bench.sandboxes.workers
        os.kill(worker.pid, number)
        return


@asynccontextmanager
async def at_the_bench(app: FastAPI, *, auto_run: bool) -> AsyncGenerator[Bench]:
    """The app started for as long as the block lasts, without a transport."""
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://tester") as client:
            hub = ProgressHub()
            state = app.state
            resources = {"sandboxes": state.sandboxes, "auto_run": auto_run, "retries": RETRIES, "progress": hub}
            consumer = Consumer(handlers, state.sessions, resources, (1,) * RETRIES)
            yield Bench(app, client, consumer, hub)
