"""What the host knows of itself. The records live beside it, in schema `crm`, one table per entity."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.runtime.database import service_base

Base = service_base()


class Activation(Base):
    """One state of the CRM. The row with the highest `host_sequence` is what runs now."""

    __tablename__ = "activations"

    host_sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # None at genesis.
    release_id: Mapped[UUID | None] = mapped_column(unique=True)
    crm_version: Mapped[str]
    live: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    # The whole manifest, removed parts too: the next plan starts from it, whatever base module the code has by then.
    manifest: Mapped[dict[str, Any]] = mapped_column(JSONB)
    manifest_fingerprint: Mapped[str]
    schema_fingerprint: Mapped[str]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    activated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class StoredPatch(Base):
    """A patch that was live once: the live set names it by its hash."""

    __tablename__ = "patches"

    content_hash: Mapped[str] = mapped_column(primary_key=True)
    module: Mapped[str]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)


class AnsweredRelease(Base):
    """A release that the host has answered, with an activation or with a code: it is obeyed once."""

    __tablename__ = "answered_releases"

    release_id: Mapped[UUID] = mapped_column(primary_key=True)
    host_sequence: Mapped[int | None]
    code: Mapped[str | None]
    params: Mapped[dict[str, Any]] = mapped_column(JSONB)
    answered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
