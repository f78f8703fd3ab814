"""The audit service's tables."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.runtime.database import service_base

Base = service_base()


class AuditEntry(Base):
    """One event: who, on whose behalf, what, on what, before and after, from where. Its id is the event's."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("audit_entries_by_time", "time", "id"),
        Index("audit_entries_by_operation", "operation", "time"),
        Index("audit_entries_by_module", "module_id", "time"),
        Index("audit_entries_by_actor", "actor_id", "time"),
        Index("audit_entries_by_behalf", "behalf_id", "time"),
        Index("audit_entries_by_correlation", "correlation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    operation: Mapped[str]
    time: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    behalf_kind: Mapped[str | None]
    behalf_id: Mapped[str | None]
    behalf_name: Mapped[str | None]
    via: Mapped[str | None]
    address: Mapped[str | None]
    correlation_id: Mapped[UUID]
    traceparent: Mapped[str | None]
    subject: Mapped[str]
    sequence: Mapped[int] = mapped_column(BigInteger)
    module_id: Mapped[UUID | None]
    module: Mapped[str | None]
    version: Mapped[int | None]
    content_hash: Mapped[str | None]
    # Null unless the event itself tells what was there before, or after.
    before: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    # Everything else that the event says, as it was told.
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
