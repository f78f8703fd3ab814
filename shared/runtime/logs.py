"""Logs as JSON, one object per line, with the trace and the correlation of the story being told.

Configured by the process (`serve.py`, `patchbay up`), never by a service: several of them may share the process.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from shared.runtime.tracing import current_story


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        story = current_story()
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "trace_id": story.trace_id if story else None,
            "correlation_id": story.correlation_id if story else None,
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps({key: value for key, value in line.items() if value is not None}, ensure_ascii=False)


# What they say of each connection, request and start is said by our own loggers already, with the trace.
_NOISY = ("aio_pika", "alembic", "asyncio", "httpx", "uvicorn.access", "uvicorn.error")
# While the broker is away `aio_pika.robust_connection` says so at each try; these add a page of their insides.
_BABBLING = ("aio_pika.tools", "aiormq")


def configure_logs(level: int = logging.INFO, handler: logging.Handler | None = None) -> None:
    """Send everything to `handler`, or standard error, as JSON. For the process's main function."""
    handler = handler or logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    # The service has logged the failure with its request; the server would log the traceback once more.
    handler.addFilter(lambda record: not record.getMessage().startswith("Exception in ASGI application"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for babbling in _BABBLING:
        logging.getLogger(babbling).setLevel(logging.CRITICAL)
