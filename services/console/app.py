"""The console: eight pages, one stylesheet, no state."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from services.console import bundle
from services.console.gateway import Away, Refused, SignInNeeded
from services.console.page import error_page, to_sign_in
from services.console.pages import PAGES
from services.console.protection import protect
from services.console.settings import Settings

# Shorter than uvicorn's own five seconds, so that no request meets a connection just closed.
_KEEP_ALIVE_SECONDS = 3


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings.model_validate({})

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with _client(settings) as client:
            app.state.client = client
            yield

    app = FastAPI(title="Patchbay console", openapi_url=None, lifespan=lifespan)
    app.state.settings = settings
    app.mount("/static", bundle.files(), name="static")
    app.middleware("http")(protect)
    for page in PAGES:
        app.include_router(page.router)
    app.add_exception_handler(SignInNeeded, to_sign_in)
    for error in (Refused, Away, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(error, error_page)

    @app.get("/livez")
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    async def ready(request: Request) -> Response:
        try:
            answer = await request.app.state.client.get("/livez")
        except httpx.TransportError:
            return Response(status_code=503)
        return Response(status_code=200 if answer.is_success else 503)

    return app


def _client(settings: Settings) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=settings.gateway_url,
        limits=httpx.Limits(max_connections=200, keepalive_expiry=_KEEP_ALIVE_SECONDS),
        timeout=httpx.Timeout(settings.gateway_timeout_seconds),
        # The gateway is ours: no proxy for the outer world stands between.
        trust_env=False,
        # Reading the authorities' certificates takes 20 ms, for nothing where there is no TLS.
        verify=settings.gateway_url.startswith("https:"),
    )
