"""The gateway, put together."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from fastapi import APIRouter, FastAPI

from services.gateway import api, documents, overview, stream_api
from services.gateway.documents import ApiDocument
from services.gateway.forwarding import forwarding_routes
from services.gateway.handlers import handlers
from services.gateway.headers import SecurityHeaders
from services.gateway.refusals import RefusalRecorder
from services.gateway.routing import PREFIX
from services.gateway.seeding import seed_people
from services.gateway.settings import Settings
from services.gateway.stream import LiveStream
from services.gateway.tables import Base
from services.gateway.upstream import Upstreams
from shared.runtime.bootstrap import create_service
from shared.runtime.progress import ProgressHub

log = logging.getLogger("patchbay.gateway")


def create_app(settings: Settings | None = None, progress_hub: ProgressHub | None = None) -> FastAPI:
    """The gateway's app. End `app.state.stream` before its server stops: a server waits for open streams."""
    settings = settings or Settings.model_validate({})
    public = APIRouter(prefix=PREFIX)
    # What the gateway answers itself comes before what it carries on: `/modules/{id}/overview` is ours.
    for router in (api.router, overview.router, stream_api.router, documents.router, forwarding_routes()):
        public.include_router(router)
    app = create_service(
        "gateway",
        settings,
        routers=[public],
        handlers=handlers,
        base=Base,
        lifespan=_lifespan,
        progress_hub=progress_hub,
    )
    app.add_middleware(RefusalRecorder)
    app.add_middleware(SecurityHeaders)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    settings: Settings = app.state.settings
    await seed_people(app.state.sessions, settings.seed_people)
    stream = LiveStream(
        app.state.sessions, app.state.progress, settings.stream_poll_seconds, settings.stream_keep_hours
    )
    async with Upstreams(settings) as upstreams:
        app.state.stream = stream
        app.state.upstreams = upstreams
        app.state.api_document = ApiDocument(upstreams, app.openapi(), settings.openapi_keep_seconds)
        reading = asyncio.create_task(stream.run())
        reading.add_done_callback(_say_if_it_died)
        try:
            yield
        finally:
            stream.close()
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading


def _say_if_it_died(reading: asyncio.Task[None]) -> None:
    if not reading.cancelled() and (error := reading.exception()):
        log.critical("The live stream has stopped: nobody is told anything any longer.", exc_info=error)
