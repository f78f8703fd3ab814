"""The review service, wired."""

from fastapi import FastAPI

from services.review import api
from services.review.handlers import handlers
from services.review.settings import Settings
from services.review.tables import Base
from shared.runtime.bootstrap import create_service


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings.model_validate({})
    return create_service("review", settings, routers=[api.router], handlers=handlers, base=Base)
