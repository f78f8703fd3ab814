"""The audit service, wired."""

from fastapi import FastAPI

from services.audit import api
from services.audit.handlers import handlers
from services.audit.settings import Settings
from services.audit.tables import Base
from shared.runtime.bootstrap import create_service


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings.model_validate({})
    return create_service("audit", settings, routers=[api.router], handlers=handlers, base=Base)
