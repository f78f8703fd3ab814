"""Run the console alone: `python -m services.console`."""

import uvicorn

from services.console.app import create_app
from services.console.settings import Settings

settings = Settings.model_validate({})
uvicorn.run(create_app(settings), host=settings.host, port=settings.port, timeout_graceful_shutdown=3)
