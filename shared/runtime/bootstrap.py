"""A service, put together: the one way in which all of them start."""

import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from types import MappingProxyType

from fastapi import APIRouter, FastAPI
from sqlalchemy.orm import DeclarativeBase

from shared.contracts.event import Event
from shared.contracts.topology import LISTENERS
from shared.runtime import health, migrations
from shared.runtime.bus import bindings
from shared.runtime.database import Sessions, open_engine, open_sessions
from shared.runtime.limits import BodyLimits
from shared.runtime.messaging import Handlers
from shared.runtime.problems import answer_problems
from shared.runtime.progress import ProgressHub
from shared.runtime.requests import RequestStory
from shared.runtime.settings import ServiceSettings
from shared.runtime.startup import Messaging, open_bus, open_progress

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
NOTHING: Mapping[str, object] = MappingProxyType({})


def create_service(
    name: str,
    settings: ServiceSettings,
    *,
    routers: Sequence[APIRouter],
    handlers: Handlers | None,
    base: type[DeclarativeBase] | None,
    resources: Mapping[str, object] = NOTHING,
    lifespan: Lifespan | None = None,
    progress_hub: ProgressHub | None = None,
    listeners: Mapping[type[Event], tuple[str, ...]] = LISTENERS,
) -> FastAPI:
    """The service's app. Raises TypeError when its handlers are not those that the topology names.

    `base` is the declarative base of its tables, or None for a service without a database, which then takes no part
    in the traffic. `resources` are what handlers may ask for by name, and become `app.state.<name>`. `lifespan` runs
    when the database is open and nothing is consumed yet.
    """
    if base is not None and handlers is not None:
        handlers.check(listeners, resources)
    bus = open_bus(name, settings, bindings(listeners)) if base is not None else None
    app = FastAPI(title=f"Patchbay {name}", openapi_url="/openapi.json", docs_url=None, redoc_url=None)
    app.state.service = name
    app.state.settings = settings
    app.state.gateway_public_key = settings.gateway_public_key
    app.state.progress = open_progress(bus, progress_hub)
    app.state.bus = bus
    app.state.sessions = None
    app.state.messaging = None
    for key, value in resources.items():
        setattr(app.state, key, value)
    app.router.lifespan_context = _lifespan(name, settings, handlers, base, resources=resources, own=lifespan)
    answer_problems(app)
    app.add_middleware(BodyLimits)
    app.add_middleware(RequestStory, service=name)
    for router in (health.router, *routers):
        app.include_router(router)
    return app


def _lifespan(
    name: str,
    settings: ServiceSettings,
    handlers: Handlers | None,
    base: type[DeclarativeBase] | None,
    *,
    resources: Mapping[str, object],
    own: Lifespan | None,
) -> Lifespan:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            messaging = Messaging(name, settings, app.state.bus) if app.state.bus is not None else None
            sessions: Sessions | None = None
            if base is not None:
                await migrations.migrate(name, settings.database_url)
                engine = open_engine(
                    settings.database_url, name=f"patchbay {name}", connections=settings.database_connections
                )
                stack.push_async_callback(engine.dispose)
                sessions = open_sessions(engine, wake=messaging.wake if messaging else None)
            app.state.sessions = sessions
            if own is not None:
                await stack.enter_async_context(own(app))
            if messaging is not None and sessions is not None:
                stack.push_async_callback(messaging.stop)
                await messaging.start(sessions, handlers, {**resources, "progress": app.state.progress})
                app.state.messaging = messaging
            log = logging.getLogger(f"patchbay.{name}")
            log.info("Started.")
            yield
            log.info("Stopping.")

    return lifespan
