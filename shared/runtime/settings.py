"""What every service is told from outside. Built once, in `app.py`, and handed on as values."""

from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Settings that all services share; a service adds its own by inheriting."""

    model_config = SettingsConfigDict(env_prefix="PATCHBAY_", frozen=True, extra="ignore")

    # The service's own database and role: postgresql+asyncpg://…
    database_url: str = ""
    # "none": events stay in the outbox and nothing is consumed, for tests of one service.
    transport: Literal["postgres", "rabbitmq", "none"] = "postgres"
    rabbit_url: str | None = None
    # Database patchbay_bus, for the transport "postgres".
    bus_url: str | None = None
    # PEM, Ed25519: what the gateway signs its service tokens with is verified with this.
    gateway_public_key: str = ""

    host: str = "127.0.0.1"
    port: int = 8000

    database_connections: int = 5
    # How many messages of one queue are in hand at once.
    prefetch: int = 1
    # One fixed-time retry queue for each; after the last one the message is a dead letter.
    retry_seconds: tuple[float, ...] = (1, 5, 30, 120)
    outbox_poll_seconds: float = 0.2
    publish_timeout_seconds: float = 10.0
    # How long handlers in hand may take to end when the service stops.
    drain_seconds: float = 10.0
