"""The review service's tables: its decisions, and its own copies of the facts that it decides from."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import DateTime, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.contracts.lifecycle import State
from shared.runtime.database import service_base

Base = service_base()

Outcome = Literal["approved", "rejected", "withdrawn"]


class Review(Base):
    """The human decision on one version, with the run that it rests on."""

    __tablename__ = "ai_module_reviews"
    __table_args__ = (
        Index("ai_module_reviews_by_age", "submitted_at", "id"),
        Index("ai_module_reviews_by_module", "module_id", "version"),
        Index(
            "ai_module_reviews_one_open",
            "module_id",
            "version",
            unique=True,
            postgresql_where=text("state IN ('pending', 'reviewing')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    module_id: Mapped[UUID]
    version: Mapped[int]
    content_hash: Mapped[str]
    state: Mapped[State] = mapped_column(Text)
    run_id: Mapped[UUID]
    base_fingerprint: Mapped[str]
    submitted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    submitted_by: Mapped[dict[str, str]] = mapped_column(JSONB)
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    started_by: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    # What a person decided last; an approval that lapsed keeps its outcome here.
    outcome: Mapped[Outcome | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    acknowledged: Mapped[list[str]] = mapped_column(JSONB, default=list)
    note: Mapped[str | None]
    reason: Mapped[str | None]
    replaced_by: Mapped[int | None]


class ReviewedModule(Base):
    """One row per module: submitting and drafting lock it, so that neither misses the other."""

    __tablename__ = "reviewed_modules"

    module_id: Mapped[UUID] = mapped_column(primary_key=True)
    newest_version: Mapped[int]


class DraftedVersion(Base):
    """From version.drafted."""

    __tablename__ = "drafted_versions"

    module_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str]
    title: Mapped[str]
    content_hash: Mapped[str]
    author: Mapped[str]
    author_name: Mapped[str]
    editors: Mapped[list[str]] = mapped_column(JSONB)
    risk: Mapped[Literal["L1", "L2", "L3"]] = mapped_column(Text)
    acknowledge: Mapped[list[str]] = mapped_column(JSONB)
    drafted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class FinishedRun(Base):
    """From run.passed and run.failed; may be here before its version is."""

    __tablename__ = "finished_runs"
    __table_args__ = (Index("finished_runs_by_content", "content_hash", "finished_at"),)

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    module_id: Mapped[UUID]
    version: Mapped[int]
    content_hash: Mapped[str]
    base_fingerprint: Mapped[str]
    suite_version: Mapped[str]
    engine_version: Mapped[str]
    full: Mapped[bool]
    passed: Mapped[bool]
    tally: Mapped[dict[str, Any]] = mapped_column(JSONB)
    finished_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PublishedVersion(Base):
    """A version that is live or has been: a newer version never lapses it."""

    __tablename__ = "published_versions"

    module_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)


class LiveSet(Base):
    """What the host runs, from crm.activated and crm.deactivated; no row until it has said so once."""

    __tablename__ = "live_sets"

    host: Mapped[str] = mapped_column(primary_key=True)
    host_sequence: Mapped[int]
    crm_version: Mapped[str]
    live: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
