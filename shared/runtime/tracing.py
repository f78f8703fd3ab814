"""Which story is being told right now: trace id and correlation id, for logs and for what is emitted next."""

import re
import secrets
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from shared.runtime.wire import attribute

_TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$")


@dataclass(frozen=True, slots=True)
class Story:
    traceparent: str
    correlation_id: str | None = None

    @property
    def trace_id(self) -> str:
        return self.traceparent[3:35]


_story: ContextVar[Story | None] = ContextVar("story", default=None)


def current_story() -> Story | None:
    return _story.get()


def begin_story(traceparent: str | None, correlation_id: str | None = None) -> Story:
    """Go on with the caller's trace, or begin one; it lasts as long as the task."""
    story = Story(_continued(traceparent), correlation_id)
    _story.set(story)
    return story


@contextmanager
def told_as(headers: Mapping[str, Any]) -> Generator[Story]:
    """The story that a message belongs to, for as long as it is handled."""
    story = Story(_continued(attribute(headers, "traceparent")), attribute(headers, "correlationid"))
    token = _story.set(story)
    try:
        yield story
    finally:
        _story.reset(token)


def _continued(traceparent: str | None) -> str:
    match = _TRACEPARENT.match(traceparent or "")
    trace = match.group(1) if match else secrets.token_hex(16)
    return f"00-{trace}-{secrets.token_hex(8)}-01"
