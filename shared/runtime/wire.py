"""How an event travels: a CloudEvents 1.0 event in binary mode.

Attributes are headers, each prefixed `cloudEvents_` (the AMQP binding's spelling; `cloudEvents:` is read too); the
body is the event's JSON. `correlationid`, `traceparent`, `sequence` and `sequencetype` are extension attributes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import NAMESPACE_URL, UUID, uuid5

PREFIX = "cloudEvents_"
CONTENT_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event ready for a transport: `body` is the JSON text exactly as the outbox holds it."""

    id: UUID
    topic: str
    body: bytes
    headers: Mapping[str, str]
    correlation_id: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as a transport hands it over; `queue` is `service.topic`."""

    queue: str
    body: bytes
    headers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    message_id: str | None = None
    redelivered: bool = False

    @property
    def event_id(self) -> UUID:
        """The event's id; for a message without one, an id that its body always gives."""
        text = self.message_id or attribute(self.headers, "id") or ""
        try:
            return UUID(text)
        except ValueError:
            return uuid5(NAMESPACE_URL, self.body.hex())


def attribute(headers: Mapping[str, Any], name: str) -> str | None:
    """A CloudEvents attribute in either of the two spellings."""
    value = headers.get(PREFIX + name, headers.get("cloudEvents:" + name))
    return None if value is None else str(value)


def readable(body: bytes) -> dict[str, Any] | None:
    """The body of a message, if it is an event at all."""
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def outgoing(source: str, topic: str, event: Mapping[str, Any], body: bytes) -> Outgoing:
    """The message for an event as the outbox holds it: `event` is `body` read as JSON."""
    cause = event["cause"]
    attributes = {
        "specversion": "1.0",
        "id": event["id"],
        "source": f"/patchbay/{source}",
        "type": topic,
        "subject": event["subject"],
        "time": event["time"],
        "sequence": str(event["sequence"]),
        "sequencetype": "Integer",
        "correlationid": cause["correlation_id"],
        "traceparent": cause.get("traceparent"),
    }
    return Outgoing(
        id=UUID(event["id"]),
        topic=topic,
        body=body,
        headers={PREFIX + name: str(value) for name, value in attributes.items() if value is not None},
        correlation_id=cause["correlation_id"],
    )
