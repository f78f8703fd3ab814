"""Read the record: newest first, by operation, person, module and time."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.tables import AuditEntry
from shared.runtime.errors import Invalid, NotFound


@dataclass(frozen=True)
class Filter:
    """What to look for; nothing set means everything. `since` is included, `until` is not."""

    operation: str | None = None
    person: str | None = None
    module_id: UUID | None = None
    correlation_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


async def find_entries(
    session: AsyncSession, wanted: Filter, limit: int, cursor: str | None
) -> tuple[Sequence[AuditEntry], str | None]:
    """One page and the cursor of the next, which is None on the last."""
    query = select(AuditEntry).where(*_conditions(wanted))
    if cursor is not None:
        query = query.where(tuple_(AuditEntry.time, AuditEntry.id) < tuple_(*_position(cursor)))
    query = query.order_by(AuditEntry.time.desc(), AuditEntry.id.desc()).limit(limit + 1)
    entries = (await session.scalars(query)).all()
    if len(entries) <= limit:
        return entries, None
    return entries[:limit], _cursor_after(entries[limit - 1])


async def read_entry(session: AsyncSession, entry_id: UUID) -> AuditEntry:
    """The whole entry; 404 `audit_entry_unknown`."""
    entry = await session.get(AuditEntry, entry_id)
    if entry is None:
        detail = f"There is no audit entry {entry_id}."
        raise NotFound(detail, code="audit_entry_unknown", params={"id": str(entry_id)})
    return entry


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.operation is not None:
        conditions.append(AuditEntry.operation == wanted.operation)
    if wanted.person is not None:
        conditions.append(or_(AuditEntry.actor_id == wanted.person, AuditEntry.behalf_id == wanted.person))
    if wanted.module_id is not None:
        conditions.append(AuditEntry.module_id == wanted.module_id)
    if wanted.correlation_id is not None:
        conditions.append(AuditEntry.correlation_id == wanted.correlation_id)
    if wanted.since is not None:
        conditions.append(AuditEntry.time >= wanted.since)
    if wanted.until is not None:
        conditions.append(AuditEntry.time < wanted.until)
    return conditions


def _cursor_after(entry: AuditEntry) -> str:
    return urlsafe_b64encode(f"{entry.time.isoformat()}|{entry.id}".encode()).decode()


def _position(cursor: str) -> tuple[datetime, UUID]:
    try:
        time, entry_id = urlsafe_b64decode(cursor).decode().split("|")
        return datetime.fromisoformat(time).astimezone(UTC), UUID(entry_id)
    except ValueError as problem:
        detail = "This cursor was not made here: start again without one."
        raise Invalid(detail, code="cursor_unreadable") from problem
