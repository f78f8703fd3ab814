"""How a verdict travels through `faststream-outbox`, and how the dead letters that it keeps are read and replayed."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from faststream_outbox.client import OutboxClient
from sqlalchemy import Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.runtime.bus import DeadLetter
from shared.runtime.wire import Delivery, readable

UNTOLD_SECONDS = 1.0


class Told(Exception):
    """A verdict in the place where the library keeps the handler's exception: when again, or why it is dead."""

    def __init__(self, *, seconds: float | None = None, reason: str = "", attempts: int = 0) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.reason = reason
        self.attempts = attempts


class AsTold:
    """The library's retry strategy: again when the verdict says."""

    def get_next_attempt_delay(
        self,
        *,
        first_attempt_at: datetime,
        last_attempt_at: datetime,
        attempts_count: int,
        exception: BaseException | None = None,
    ) -> float | None:
        return exception.seconds if isinstance(exception, Told) else UNTOLD_SECONDS


def told(error: BaseException) -> str:
    """What is kept with a dead letter."""
    attempts = error.attempts if isinstance(error, Told) else 0
    return json.dumps({"reason": str(error), "attempts": attempts})


async def listed(connection: AsyncConnection, dead: Table, prefix: str, limit: int) -> list[DeadLetter]:
    """The dead letters of the queues that begin with `prefix`, newest first."""
    rows = select(dead).where(dead.c.queue.startswith(prefix, autoescape=True)).order_by(dead.c.id.desc()).limit(limit)
    return [_letter(row) for row in (await connection.execute(rows)).mappings()]


async def replay(
    connection: AsyncConnection, client: OutboxClient, dead: Table, prefix: str, event_id: UUID | None
) -> int:
    """Move the dead letters (or the one) back to their queues, as they were; all or none."""
    rows = select(dead).where(dead.c.queue.startswith(prefix, autoescape=True)).order_by(dead.c.id).with_for_update()
    count = 0
    for row in (await connection.execute(rows)).mappings().all():
        if event_id in (None, _letter(row).event_id):
            await client.insert(connection, queue=row["queue"], payload=row["payload"], headers=row["headers"])
            await connection.execute(delete(dead).where(dead.c.id == row["id"]))
            count += 1
    return count


def _letter(row: Mapping[Any, Any]) -> DeadLetter:
    facts: dict[str, Any] = json.loads(row["last_exception"]) if row["last_exception"] else {}
    return DeadLetter(
        event_id=Delivery(row["queue"], row["payload"], row["headers"] or {}).event_id,
        queue=row["queue"],
        topic=row["queue"].split(".", 1)[1],
        reason=facts.get("reason") or f"Delivered {row['deliveries_count']} times and never ended.",
        attempts=facts.get("attempts") or row["deliveries_count"],
        died_at=row["failed_at"],
        body=readable(row["payload"]),
    )
