"""What the gateway owns: who may come in, who is in, and the recent past of the live stream."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from shared.runtime.database import service_base

Base = service_base()
Moment = TIMESTAMP(timezone=True)


class Person(Base):
    """Somebody who may sign in, or a service account, which has no password."""

    __tablename__ = "people"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, default="person")
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    crm_roles: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    password_hash: Mapped[str | None] = mapped_column(Text)
    disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())

    __table_args__ = (Index("people_newest_first", text("created_at DESC"), text("id DESC")),)


class Session(Base):
    """A signed-in person. Only the token's hash is kept, so a stolen backup opens no door."""

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    via: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)


class StreamEvent(Base):
    """One event as the live stream tells it. Ids become visible in their own order (see `stream.record`)."""

    __tablename__ = "stream_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    topic: Mapped[str] = mapped_column(Text)
    module_id: Mapped[UUID | None] = mapped_column()
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    stored_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now(), index=True)
