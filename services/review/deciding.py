"""Take a review up, decide it, take it back, or let it lapse. Each is one step of the lifecycle and one event.

The review's row is locked first: of two people who decide at once, the second is told what the first one did.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.review.stepping import take_step
from services.review.tables import DraftedVersion, Outcome, PublishedVersion, Review
from shared.contracts import commands
from shared.contracts.event import Actor, Cause, Event, VersionRef
from shared.contracts.lifecycle import Command, Evidence, Life
from shared.runtime.errors import Conflict, NotFound
from shared.runtime.outbox import emit


async def start(session: AsyncSession, cause: Cause, review_id: UUID) -> Review:
    review, version = await _locked(session, review_id)
    started = _take(review, version, commands.StartReview(by=cause.person))
    review.started_at, review.started_by = _now(), _name(cause.person)
    await say(session, started, review, version, cause, reviewer=cause.person.id)
    return review


async def approve(
    session: AsyncSession, cause: Cause, review_id: UUID, acknowledged: tuple[str, ...], note: str | None
) -> Review:
    """Approve this very content. Every pointer of an L2 version must be acknowledged; nobody approves their own."""
    review, version = await _locked(session, review_id)
    approved = _take(review, version, commands.Approve(by=cause.person, acknowledged=acknowledged))
    _decide(review, cause, "approved")
    review.acknowledged, review.note = list(acknowledged), note
    told = {"run_id": review.run_id, "base_fingerprint": review.base_fingerprint, "acknowledged": acknowledged}
    await say(session, approved, review, version, cause, reviewer=cause.person.id, note=note, **told)
    return review


async def reject(session: AsyncSession, cause: Cause, review_id: UUID, reason: str) -> Review:
    review, version = await _locked(session, review_id)
    rejected = _take(review, version, commands.Reject(by=cause.person, reason=reason))
    _decide(review, cause, "rejected")
    review.reason = reason.strip()
    await say(session, rejected, review, version, cause, reviewer=cause.person.id, reason=review.reason)
    return review


async def withdraw(session: AsyncSession, cause: Cause, review_id: UUID) -> Review:
    review, version = await _locked(session, review_id)
    withdrawn = _take(review, version, commands.Withdraw(by=cause.person))
    _decide(review, cause, "withdrawn")
    await say(session, withdrawn, review, version, cause)
    return review


async def lapse_older(session: AsyncSession, cause: Cause, newer: VersionRef) -> None:
    """A new version voids what was open or approved before it, except a version that has been live."""
    was_live = select(PublishedVersion).where(
        PublishedVersion.module_id == Review.module_id, PublishedVersion.version == Review.version
    )
    older = select(Review).where(
        Review.module_id == newer.module_id,
        Review.version < newer.version,
        Review.state.in_(commands.Lapse.sources),
        ~was_live.exists(),
    )
    for review in await session.scalars(older.order_by(Review.id).with_for_update()):
        version = await _version_of(session, review)
        lapsed = _take(review, version, commands.Lapse(by=cause.actor))
        review.replaced_by = newer.version
        await say(session, lapsed, review, version, cause, replaced_by=newer.version)


def unknown(review_id: UUID) -> NotFound:
    return NotFound(f"There is no review {review_id}.", code="review_unknown", params={"id": str(review_id)})


async def say(
    session: AsyncSession, event: type[Event], review: Review, version: DraftedVersion, cause: Cause, **told: Any
) -> None:
    """Emit the one event of a step."""
    reference = VersionRef(
        module_id=version.module_id, module=version.module, version=version.version, content_hash=version.content_hash
    )
    subject = f"{version.module_id}/{version.version}"
    said = {"cause": cause, "subject": subject, "review_id": review.id, "version": reference, **told}
    await emit(session, event.model_validate(said))


def _take(review: Review, version: DraftedVersion, command: Command) -> type[Event]:
    if review.state not in command.sources:
        raise _refusal(review, command)
    life = Life(
        content_hash=review.content_hash,
        author=version.author,
        editors=tuple(version.editors),
        risk=version.risk,
        acknowledge=tuple(version.acknowledge),
        state=review.state,
        run=Evidence(content_hash=review.content_hash, base_fingerprint=review.base_fingerprint),
    )
    review.state, says = take_step(life, command)
    return says


def _refusal(review: Review, command: Command) -> Conflict:
    """Say who did what, and when, that leaves no room for this command."""
    who = review.decided_by or review.started_by or review.submitted_by
    when = review.decided_at or review.started_at or review.submitted_at
    detail = f"This review is {review.state}, since {when:%Y-%m-%d %H:%M:%S} UTC, by {who['name']}."
    if review.state == "lapsed":
        detail = f"This review lapsed: version {review.replaced_by} took the place of version {review.version}."
    params = {
        "command": type(command).__name__,
        "state": review.state,
        "by": who,
        "at": when.isoformat(),
        "allowed": sorted(command.sources),
    }
    return Conflict(detail, code="state_forbids", params=params)


async def _locked(session: AsyncSession, review_id: UUID) -> tuple[Review, DraftedVersion]:
    review = await session.get(Review, review_id, with_for_update=True)
    if review is None:
        raise unknown(review_id)
    return review, await _version_of(session, review)


async def _version_of(session: AsyncSession, review: Review) -> DraftedVersion:
    return await session.get_one(DraftedVersion, (review.module_id, review.version))


def _decide(review: Review, cause: Cause, outcome: Outcome) -> None:
    review.outcome, review.decided_at, review.decided_by = outcome, _now(), _name(cause.person)


def _name(person: Actor) -> dict[str, str]:
    return {"id": person.id, "name": person.name}


def _now() -> datetime:
    return datetime.now(UTC)
