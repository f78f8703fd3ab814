"""The tables that every service's database holds for the runtime, and their first migration."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from sqlalchemy import JSON, BigInteger, DateTime, Identity, Index, MetaData, Text, func, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

if TYPE_CHECKING:
    from sqlalchemy import Connection

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class RuntimeBase(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class OutboxRow(RuntimeBase):
    """An event that is true, to be sent; kept for seven days after, so that a wiped broker can be refilled."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "next_attempt_at", "position", postgresql_where=text("sent_at IS NULL")),
        Index("ix_outbox_sent_at", "sent_at", postgresql_where=text("sent_at IS NOT NULL")),
    )

    position: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    topic: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(BigInteger)
    # Not JSONB: the text must leave as it came, to the last digit.
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    next_attempt_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    problem: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class InboxRow(RuntimeBase):
    """An event whose effects are committed: written in the handler's own transaction."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_handled_at", "handled_at"),)

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(Text)
    handled_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class AttemptRow(RuntimeBase):
    """How often the handling of an event failed: written in a transaction of its own."""

    __tablename__ = "attempts"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(Text)
    count: Mapped[int]
    problem: Mapped[str] = mapped_column(Text)
    failed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class SequenceRow(RuntimeBase):
    """The last sequence given out for a subject. The source is the service whose database this is."""

    __tablename__ = "sequences"

    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class Migration(Protocol):
    """What the runtime needs of `alembic.op`, which is a module."""

    def get_bind(self) -> "Connection": ...


def create_runtime_tables(op: Migration) -> None:
    """The runtime's part of a service's first migration: `create_runtime_tables(op)`."""
    RuntimeBase.metadata.create_all(op.get_bind(), checkfirst=False)


def drop_runtime_tables(op: Migration) -> None:
    """The way back, for the first migration's `downgrade`."""
    RuntimeBase.metadata.drop_all(op.get_bind(), checkfirst=False)
