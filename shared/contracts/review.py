"""What the review service says: a version submitted, taken up and decided."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.event import Event, VersionRef


class _ReviewEvent(Event):
    topic: ClassVar[str]

    review_id: UUID
    version: VersionRef


class ReviewOpened(_ReviewEvent):
    topic: ClassVar[str] = "review.opened"

    run_id: UUID
    base_fingerprint: str


class ReviewWithdrawn(_ReviewEvent):
    topic: ClassVar[str] = "review.withdrawn"


class ReviewStarted(_ReviewEvent):
    topic: ClassVar[str] = "review.started"

    reviewer: str


class ReviewApproved(_ReviewEvent):
    """Binds to `version.content_hash`; `acknowledged` are the pointers that the reviewer confirmed (risk L2)."""

    topic: ClassVar[str] = "review.approved"

    reviewer: str
    run_id: UUID
    base_fingerprint: str
    acknowledged: tuple[str, ...] = ()
    note: str | None = None


class ReviewRejected(_ReviewEvent):
    topic: ClassVar[str] = "review.rejected"

    reviewer: str
    reason: str


class ReviewLapsed(_ReviewEvent):
    """A newer version took the place of one that was pending, in review or approved."""

    topic: ClassVar[str] = "review.lapsed"

    replaced_by: int
