"""An event as the live stream tells it: who, what, on which module, and a few facts; never whole documents.

Invariants:
1. Ids of `stream_events` become visible in their own order, so a reader who has seen an id has missed none below it.
2. An event is stored once: the row commits with the event's inbox row.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.tables import StreamEvent
from shared.contracts.event import Event, VersionRef
from shared.runtime.database import Sessions

# Arbitrary, and ours alone in this database.
_WRITERS_LOCK = 7_402_213
PAGE = 500

# What is worth telling to whoever watches. Patches, manifests and prompts are fetched by whoever wants them.
_SUMMARY = {
    "generation_id",
    "sentence",
    "title",
    "source",
    "author",
    "risk",
    "acknowledge",
    "model",
    "run_id",
    "full",
    "tally",
    "review_id",
    "reviewer",
    "reason",
    "note",
    "replaced_by",
    "release_id",
    "kind",
    "replaces",
    "code",
    "params",
    "host",
    "host_sequence",
    "live",
}


async def record(session: AsyncSession, event: Event) -> None:
    """Store the event for the stream, in the transaction of its handler."""
    # Ids are given out before commits: without the lock a reader could see 8, then never look back for 7.
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITERS_LOCK})
    module_id, data = told(event)
    session.add(StreamEvent(topic=event.topic, module_id=module_id, data=data))
    await session.flush()


def told(event: Event) -> tuple[UUID | None, dict[str, Any]]:
    """The module that the event is about, if there is one, and the event's data on the stream."""
    summary = event.model_dump(mode="json", include=_SUMMARY, exclude_none=True)
    version: VersionRef | None = getattr(event, "version", None)
    module_id: UUID | None = version.module_id if version else getattr(event, "module_id", None)
    data = {
        "topic": event.topic,
        "time": event.time.isoformat(),
        "actor": event.cause.person.name,
        "via": event.cause.person.via,
        "correlation_id": str(event.cause.correlation_id),
        "module_id": str(module_id) if module_id else None,
        "module": version.module if version else getattr(event, "module", None),
        "version": version.version if version else None,
        **summary,
    }
    return module_id, data


async def newest(sessions: Sessions) -> int:
    """The last id that is visible; 0 when there is none."""
    async with sessions() as session:
        return await session.scalar(select(func.max(StreamEvent.id))) or 0


async def after(sessions: Sessions, last: int) -> Sequence[StreamEvent]:
    """What came after the id `last`, oldest first, at most one page."""
    async with sessions() as session:
        query = select(StreamEvent).where(StreamEvent.id > last).order_by(StreamEvent.id).limit(PAGE)
        return (await session.scalars(query)).all()


async def forget(sessions: Sessions, hours: int) -> None:
    """Drop what is older than `hours`: the stream is for watching, the audit is for looking back."""
    async with sessions.begin() as session:
        await session.execute(
            delete(StreamEvent).where(StreamEvent.stored_at < datetime.now(UTC) - timedelta(hours=hours))
        )
