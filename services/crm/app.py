"""The live CRM, wired."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from asyncpg import DeadlockDetectedError
from fastapi import FastAPI

from services.crm import api, files, views
from services.crm.application import Applications
from services.crm.genesis import found_crm
from services.crm.handlers import handlers
from services.crm.pruning import keep_pruning
from services.crm.refusals import answer_deadlock, answer_refused_record
from services.crm.settings import Settings
from services.crm.tables import Base
from shared.engine import RecordRefused
from shared.runtime.bootstrap import create_service


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings.model_validate({})

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        await found_crm(app.state.sessions, settings.host_name, fixtures=settings.fixtures)
        pruning = asyncio.create_task(keep_pruning(app.state.sessions, settings.upload_hours, settings.prune_seconds))
        try:
            yield
        finally:
            pruning.cancel()
            with suppress(asyncio.CancelledError):
                await pruning

    app = create_service(
        "crm",
        settings,
        routers=[files.router, api.router, views.router],
        handlers=handlers,
        base=Base,
        resources={"host_name": settings.host_name, "applications": Applications()},
        lifespan=lifespan,
    )
    app.add_exception_handler(RecordRefused, answer_refused_record)
    app.add_exception_handler(DeadlockDetectedError, answer_deadlock)
    return app
