"""The live CRM, wired."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.crm import api, views
from services.crm.application import Applications
from services.crm.genesis import found_crm
from services.crm.handlers import handlers
from services.crm.refusals import answer_refused_record
from services.crm.settings import Settings
from services.crm.tables import Base
from shared.engine import RecordRefused
from shared.runtime.bootstrap import create_service


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings.model_validate({})

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        await found_crm(app.state.sessions, settings.host_name, fixtures=settings.fixtures)
        yield

    app = create_service(
        "crm",
        settings,
        routers=[api.router, views.router],
        handlers=handlers,
        base=Base,
        resources={"host_name": settings.host_name, "applications": Applications()},
        lifespan=lifespan,
    )
    app.add_exception_handler(RecordRefused, answer_refused_record)
    return app
