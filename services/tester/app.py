"""The tester service, wired."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.tester import api
from services.tester.handlers import handlers
from services.tester.pool import SandboxPool
from services.tester.settings import Settings
from services.tester.tables import Base
from shared.runtime.bootstrap import create_service
from shared.runtime.progress import ProgressHub


def create_app(settings: Settings | None = None, *, progress_hub: ProgressHub | None = None) -> FastAPI:
    settings = settings or Settings.model_validate({})
    sandboxes = SandboxPool(settings.sandbox_url, settings.slots, settings.run_seconds)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        # In the background: a sandbox takes a second to come up, and nobody has asked for one yet.
        warming = asyncio.create_task(sandboxes.warm())
        yield
        warming.cancel()
        await asyncio.gather(warming, return_exceptions=True)
        await sandboxes.close()

    return create_service(
        "tester",
        # As many runs in hand as there are slots to run them in.
        settings.model_copy(update={"prefetch": settings.slots}),
        routers=[api.router],
        handlers=handlers,
        base=Base,
        resources={
            "sandboxes": sandboxes,
            "auto_run": settings.auto_run,
            "retries": max(1, len(settings.retry_seconds)),
        },
        lifespan=lifespan,
        progress_hub=progress_hub,
    )
