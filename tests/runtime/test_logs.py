"""Logs: one JSON object a line, with the trace and the correlation of the story being told."""

import json
import logging
import sys

from shared.runtime.logs import JsonFormatter
from shared.runtime.tracing import told_as

TRACE = "0af7651916cd43dd8448eb211c80319c"


def line(message: str, *arguments: object, error: bool = False) -> dict[str, str]:
    info = sys.exc_info() if error else None
    record = logging.LogRecord("patchbay.tester", logging.WARNING, "", 0, message, arguments, info)
    written = JsonFormatter().format(record)
    assert "\n" not in written
    return json.loads(written)


def test_a_line_belongs_to_its_story() -> None:
    headers = {"cloudEvents_traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "cloudEvents_correlationid": "c-1"}
    with told_as(headers):
        told = line("run %s ended", 7)
    assert told.pop("time")
    assert told == {
        "level": "warning",
        "logger": "patchbay.tester",
        "message": "run 7 ended",
        "trace_id": TRACE,
        "correlation_id": "c-1",
    }
    assert "trace_id" not in line("outside of any story")


def test_a_failure_keeps_its_traceback_on_the_line() -> None:
    told: dict[str, str] = {}
    try:
        json.loads("日本")
    except ValueError:
        told = line("failed", error=True)
    assert "JSONDecodeError: Expecting value" in told["traceback"]
    assert told["traceback"].count("\n") > 1
