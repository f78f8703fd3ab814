"""The tester's tables: runs and their cases, and its own copies of what it tests: versions, and what is live."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.runtime.database import service_base

Base = service_base()


class DraftedVersion(Base):
    """From version.drafted: the patch to test, and what its author may grant."""

    __tablename__ = "drafted_versions"
    __table_args__ = (Index("drafted_versions_by_content", "content_hash"),)

    module_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str]
    content_hash: Mapped[str]
    author: Mapped[dict[str, Any]] = mapped_column(JSONB)
    cause: Mapped[dict[str, Any]] = mapped_column(JSONB)
    patch: Mapped[dict[str, Any]] = mapped_column(JSONB)


class LiveSet(Base):
    """What the live CRM runs. No row until it has said so once."""

    __tablename__ = "live_sets"

    host: Mapped[str] = mapped_column(primary_key=True)
    host_sequence: Mapped[int]
    crm_version: Mapped[str]
    live: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class Run(Base):
    """One execution. State: queued, running, then passed or failed (verdicts), cancelled or broken (none)."""

    __tablename__ = "ai_module_tests"
    __table_args__ = (
        Index("ai_module_tests_by_age", "requested_at", "id"),
        Index("ai_module_tests_by_version", "module_id", "version", "requested_at"),
        Index("ai_module_tests_by_content", "content_hash", "base_fingerprint"),
        # A version is in one run at a time.
        Index(
            "ai_module_tests_one_open",
            "module_id",
            "version",
            unique=True,
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    module_id: Mapped[UUID]
    module: Mapped[str]
    version: Mapped[int]
    content_hash: Mapped[str]
    # Empty: the full suite.
    entities: Mapped[list[str]] = mapped_column(JSONB)
    # The CRM roles of the author decide what the patch may grant, so a stored result is for them only.
    author_roles: Mapped[list[str]] = mapped_column(JSONB)
    # Run though the same content on the same base has a stored result.
    forced: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="queued")
    requested_by: Mapped[dict[str, Any]] = mapped_column(JSONB)
    requested_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # How often a worker took it up: more than once when one died over it.
    attempts: Mapped[int] = mapped_column(default=0)
    base_fingerprint: Mapped[str | None]
    suite_version: Mapped[str | None]
    engine_version: Mapped[str | None]
    reused_from: Mapped[UUID | None]
    tally: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)

    @property
    def full(self) -> bool:
        """Whether it is the full suite: a selective run never satisfies the gate."""
        return not self.entities


class RunCase(Base):
    """One scenario or check of a run, with its steps."""

    __tablename__ = "ai_module_test_cases"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("ai_module_tests.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    suite: Mapped[str]
    scenario: Mapped[str]
    title: Mapped[dict[str, str]] = mapped_column(JSONB)
    entity: Mapped[str | None]
    outcome: Mapped[str]
    milliseconds: Mapped[float]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
