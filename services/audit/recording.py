"""Turn an event into its entry, whatever the event is."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.tables import AuditEntry
from shared.contracts.event import Event, VersionRef

_ENVELOPE = frozenset(Event.model_fields)
_COLUMNS = frozenset({"version", "module_id", "module", "before", "after"})


async def record_event(session: AsyncSession, event: Event) -> None:
    """Add the entry of `event`. The same event again changes nothing: an entry is written once."""
    await session.execute(insert(AuditEntry).values(entry_of(event)).on_conflict_do_nothing(index_elements=["id"]))


def entry_of(event: Event) -> dict[str, Any]:
    """The row of an event. A new kind of event needs no code here: its own fields land in `facts`."""
    told = event.model_dump(mode="json", exclude=set(_ENVELOPE))
    actor, behalf, person = event.cause.actor, event.cause.on_behalf_of, event.cause.person
    return {
        "id": event.id,
        "operation": event.topic,
        "time": event.time,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "behalf_kind": behalf.kind if behalf else None,
        "behalf_id": behalf.id if behalf else None,
        "behalf_name": behalf.name if behalf else None,
        "via": person.via,
        "address": person.address,
        "correlation_id": event.cause.correlation_id,
        "traceparent": event.cause.traceparent,
        "subject": event.subject,
        "sequence": event.sequence,
        **_module_of(event),
        "before": told.get("before"),
        "after": told.get("after"),
        "facts": {name: value for name, value in told.items() if name not in _COLUMNS},
    }


def _module_of(event: Event) -> dict[str, Any]:
    version = getattr(event, "version", None)
    if isinstance(version, VersionRef):
        return version.model_dump()
    return {"module_id": getattr(event, "module_id", None), "module": getattr(event, "module", None)}
