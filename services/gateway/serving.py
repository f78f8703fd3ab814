"""A server that does not wait for streams which never end by themselves."""

import socket

import uvicorn
from fastapi import FastAPI

from services.gateway.settings import Settings
from services.gateway.stream import LiveStream
from shared.runtime.logs import configure_logs


class StreamEndingServer(uvicorn.Server):
    """Uvicorn ends the lifespan only after the last request; our streams are requests, so they end first."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        stream: LiveStream = self._app.state.stream
        stream.close()
        await super().shutdown(sockets)


def serve_gateway(app: FastAPI, settings: Settings) -> None:
    """Serve until told to stop (SIGTERM)."""
    configure_logs()
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=int(settings.drain_seconds),
    )
    StreamEndingServer(config, app).run()
