"""Run the console alone: `python -m services.console`."""

import uvicorn

from services.console.app import create_app
from services.console.settings import Settings
from shared.runtime.logs import configure_logs

if __name__ == "__main__":
    settings = Settings.model_validate({})
    configure_logs()
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=3,
    )
