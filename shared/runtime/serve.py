"""A service as a process of its own: what its `__main__.py` calls."""

from typing import TYPE_CHECKING

from shared.runtime.logs import configure_logs
from shared.runtime.settings import ServiceSettings

if TYPE_CHECKING:
    from fastapi import FastAPI


def serve(app: "FastAPI", settings: ServiceSettings) -> None:
    """Serve until told to stop (SIGTERM): requests in hand get as long to end as messages in hand."""
    import uvicorn  # noqa: PLC0415 who embeds a service brings a server of its own

    configure_logs()
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=int(settings.drain_seconds),
    )
