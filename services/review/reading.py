"""Read reviews, newest first, each with its version and its run."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.review.deciding import unknown
from services.review.tables import DraftedVersion, FinishedRun, Review
from shared.contracts.lifecycle import State
from shared.runtime.errors import Invalid


class Whole(NamedTuple):
    """A review and the facts that it rests on."""

    review: Review
    version: DraftedVersion
    run: FinishedRun


async def find_reviews(
    session: AsyncSession, state: State | None, module_id: UUID | None, limit: int, cursor: str | None
) -> tuple[Sequence[Whole], str | None]:
    """One page and the cursor of the next, which is None on the last."""
    query = _wholes()
    if state is not None:
        query = query.where(Review.state == state)
    if module_id is not None:
        query = query.where(Review.module_id == module_id)
    if cursor is not None:
        query = query.where(tuple_(Review.submitted_at, Review.id) < tuple_(*_position(cursor)))
    query = query.order_by(Review.submitted_at.desc(), Review.id.desc()).limit(limit + 1)
    found = [Whole(*row) for row in await session.execute(query)]
    if len(found) <= limit:
        return found, None
    return found[:limit], _cursor_after(found[limit - 1].review)


async def read_review(session: AsyncSession, review_id: UUID) -> Whole:
    """The review; 404 `review_unknown`."""
    row = (await session.execute(_wholes().where(Review.id == review_id))).first()
    if row is None:
        raise unknown(review_id)
    return Whole(*row)


def _wholes() -> Select[Review, DraftedVersion, FinishedRun]:
    its_version = and_(DraftedVersion.module_id == Review.module_id, DraftedVersion.version == Review.version)
    joined = select(Review, DraftedVersion, FinishedRun).join(DraftedVersion, its_version)
    return joined.join(FinishedRun, FinishedRun.run_id == Review.run_id)


def _cursor_after(review: Review) -> str:
    return urlsafe_b64encode(f"{review.submitted_at.isoformat()}|{review.id}".encode()).decode()


def _position(cursor: str) -> tuple[datetime, UUID]:
    try:
        time, review_id = urlsafe_b64decode(cursor).decode().split("|")
        return datetime.fromisoformat(time).astimezone(UTC), UUID(review_id)
    except ValueError as problem:
        detail = "This cursor was not made here: start again without one."
        raise Invalid(detail, code="cursor_unreadable") from problem
