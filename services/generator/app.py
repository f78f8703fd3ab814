"""The generator, put together."""

from fastapi import FastAPI

from services.generator import api, handlers, model_api
from services.generator.configuration import Keyring
from services.generator.presets import Environment
from services.generator.settings import Settings
from services.generator.tables import Base
from services.generator.vault import Vault
from shared.runtime.bootstrap import create_service
from shared.runtime.progress import ProgressHub


def create_app(settings: Settings | None = None, *, progress_hub: ProgressHub | None = None) -> FastAPI:
    """Raises `ValueError` for a master key that is none."""
    settings = settings or Settings.model_validate({})
    return create_service(
        "generator",
        settings,
        routers=(api.router, model_api.router),
        handlers=handlers.handlers,
        base=Base,
        resources={"keyring": keyring_of(settings)},
        progress_hub=progress_hub,
    )


def keyring_of(settings: Settings) -> Keyring:
    api_key = settings.kimi_api_key.get_secret_value() if settings.kimi_api_key else None
    return Keyring(
        vault=Vault.of(settings.master_key, settings.retired_master_keys),
        environment=Environment(api_key or None, settings.anthropic_base_url or None),
        allowed_hosts=settings.allowed_hosts,
    )
