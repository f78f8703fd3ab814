"""The publisher, wired."""

from fastapi import FastAPI

from services.publisher import api
from services.publisher.handlers import handlers
from services.publisher.settings import Settings
from services.publisher.tables import Base
from shared.runtime.bootstrap import create_service


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings.model_validate({})
    routers = [api.releases, api.registry]
    return create_service("publisher", settings, routers=routers, handlers=handlers, base=Base)
