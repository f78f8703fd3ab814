"""The audit service over HTTP: reading only. People with any platform role may read."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, StringConstraints

from services.audit import entries
from services.audit.tables import AuditEntry
from shared.contracts.event import Cause
from shared.runtime.database import Transaction
from shared.runtime.identity import requires

router = APIRouter(prefix="/audit", tags=["audit"])

Word = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
Reader = Annotated[Cause, requires("administrator", "developer", "reviewer")]


class PersonView(BaseModel):
    kind: str
    id: str
    name: str


class EntryLine(BaseModel):
    """One line of the list."""

    id: UUID
    operation: str
    time: datetime
    who: PersonView
    on_behalf_of: PersonView | None
    subject: str
    sequence: int
    module_id: UUID | None
    module: str | None
    version: int | None
    via: str | None
    address: str | None
    correlation_id: UUID


class EntryView(EntryLine):
    """The whole entry."""

    recorded_at: datetime
    content_hash: str | None
    traceparent: str | None
    before: Any | None
    after: Any | None
    facts: dict[str, Any]


class EntryPage(BaseModel):
    items: list[EntryLine]
    next: str | None


@router.get("")
async def find_entries(
    _reader: Reader,
    session: Transaction,
    *,
    operation: Word | None = None,
    person: Word | None = None,
    module_id: UUID | None = None,
    correlation_id: UUID | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> EntryPage:
    wanted = entries.Filter(operation, person, module_id, correlation_id, since, until)
    found, following = await entries.find_entries(session, wanted, limit, cursor)
    return EntryPage(items=[EntryLine.model_validate(_line(entry)) for entry in found], next=following)


@router.get("/{entry_id}")
async def read_entry(entry_id: UUID, _reader: Reader, session: Transaction) -> EntryView:
    entry = await entries.read_entry(session, entry_id)
    whole = {
        name: getattr(entry, name)
        for name in ("recorded_at", "content_hash", "traceparent", "before", "after", "facts")
    }
    return EntryView.model_validate(_line(entry) | whole)


def _line(entry: AuditEntry) -> dict[str, Any]:
    behalf = {"kind": entry.behalf_kind, "id": entry.behalf_id, "name": entry.behalf_name}
    return {
        "id": entry.id,
        "operation": entry.operation,
        "time": entry.time,
        "who": {"kind": entry.actor_kind, "id": entry.actor_id, "name": entry.actor_name},
        "on_behalf_of": behalf if entry.behalf_id else None,
        "subject": entry.subject,
        "sequence": entry.sequence,
        "module_id": entry.module_id,
        "module": entry.module,
        "version": entry.version,
        "via": entry.via,
        "address": entry.address,
        "correlation_id": entry.correlation_id,
    }
