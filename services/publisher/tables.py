"""The publisher's tables: the registry, the releases, and its own copies of the facts that its gate asks for."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import DateTime, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.contracts.publishing import ReleaseKind
from shared.runtime.database import service_base

Base = service_base()

ReleaseState = Literal["authorised", "live", "failed"]
Standing = Literal["published", "unpublished"]


class PublishedModule(Base):
    """The registry: one row per module that has ever been live, whatever became of it since."""

    __tablename__ = "published_modules"
    __table_args__ = (Index("published_modules_by_age", "changed_at", "module_id"),)

    module_id: Mapped[UUID] = mapped_column(primary_key=True)
    module: Mapped[str]
    title: Mapped[str]
    # `version` is the one that is live, or was last.
    state: Mapped[Standing] = mapped_column(Text)
    version: Mapped[int]
    content_hash: Mapped[str]
    release_id: Mapped[UUID]
    first_published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    published_by: Mapped[dict[str, str]] = mapped_column(JSONB)
    unpublished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    unpublished_by: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Release(Base):
    """One act of publishing, unpublishing or rolling back. State: authorised, then live or failed."""

    __tablename__ = "releases"
    __table_args__ = (
        Index("releases_by_age", "requested_at", "id"),
        Index("releases_by_module", "module_id", "requested_at"),
        Index("releases_one_in_flight", "host", unique=True, postgresql_where=text("state = 'authorised'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    host: Mapped[str]
    kind: Mapped[ReleaseKind] = mapped_column(Text)
    module_id: Mapped[UUID]
    module: Mapped[str]
    title: Mapped[str]
    version: Mapped[int]
    content_hash: Mapped[str]
    # The version that was live before, where there was one.
    replaces: Mapped[int | None]
    state: Mapped[ReleaseState] = mapped_column(Text)
    note: Mapped[str | None]
    # What the gate rested on: the run and the review, or the earlier release that a rollback goes back to.
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    before: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    after: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    requested_by: Mapped[dict[str, str]] = mapped_column(JSONB)
    requested_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    times_sent: Mapped[int] = mapped_column(default=1)
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    code: Mapped[str | None]
    params: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class DraftedVersion(Base):
    """From version.drafted, with the patch document that the host will be given."""

    __tablename__ = "drafted_versions"

    module_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str]
    title: Mapped[str]
    content_hash: Mapped[str]
    author: Mapped[str]
    editors: Mapped[list[str]] = mapped_column(JSONB)
    patch: Mapped[dict[str, Any]] = mapped_column(JSONB)


class FinishedRun(Base):
    """From run.passed and run.failed; may be here before its version is."""

    __tablename__ = "finished_runs"
    __table_args__ = (Index("finished_runs_by_content", "module_id", "content_hash", "finished_at"),)

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    module_id: Mapped[UUID]
    content_hash: Mapped[str]
    base_fingerprint: Mapped[str]
    full: Mapped[bool]
    passed: Mapped[bool]
    finished_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Approval(Base):
    """From review.approved and review.lapsed, in either order: a lapse is kept though its approval is not here yet."""

    __tablename__ = "approvals"
    __table_args__ = (Index("approvals_by_version", "module_id", "version"),)

    review_id: Mapped[UUID] = mapped_column(primary_key=True)
    module_id: Mapped[UUID]
    version: Mapped[int]
    content_hash: Mapped[str]
    base_fingerprint: Mapped[str | None]
    reviewer: Mapped[str | None]
    approved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    replaced_by: Mapped[int | None]


class Host(Base):
    """What the live CRM runs. No row until it has said so once; locked by whoever authorises or settles a release."""

    __tablename__ = "hosts"

    host: Mapped[str] = mapped_column(primary_key=True)
    host_sequence: Mapped[int]
    crm_version: Mapped[str]
    live: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
