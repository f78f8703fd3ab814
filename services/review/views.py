"""What a review looks like from outside."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from services.review.reading import Whole
from services.review.tables import Outcome
from shared.contracts.lifecycle import State


class PersonView(BaseModel):
    id: str
    name: str


class RunView(BaseModel):
    """The run that the review rests on."""

    id: UUID
    base_fingerprint: str
    suite_version: str
    engine_version: str
    tally: dict[str, Any]
    finished_at: datetime


class DecisionView(BaseModel):
    outcome: Outcome
    by: PersonView
    at: datetime
    acknowledged: list[str]
    note: str | None
    reason: str | None


class ReviewView(BaseModel):
    id: UUID
    module_id: UUID
    module: str
    version: int
    content_hash: str
    title: str
    author: PersonView
    editors: list[str]
    risk: Literal["L1", "L2", "L3"]
    # Pointers of the operations that an approval must acknowledge.
    acknowledge: list[str]
    state: State
    run: RunView
    submitted_by: PersonView
    submitted_at: datetime
    started_by: PersonView | None
    started_at: datetime | None
    decision: DecisionView | None
    # The version that lapsed this review.
    replaced_by: int | None


class ReviewPage(BaseModel):
    items: list[ReviewView]
    next: str | None


def view_of(whole: Whole) -> ReviewView:
    review, version, run = whole
    return ReviewView(
        id=review.id,
        module_id=review.module_id,
        module=version.module,
        version=review.version,
        content_hash=review.content_hash,
        title=version.title,
        author=PersonView(id=version.author, name=version.author_name),
        editors=version.editors,
        risk=version.risk,
        acknowledge=version.acknowledge,
        state=review.state,
        run=RunView(
            id=run.run_id,
            base_fingerprint=run.base_fingerprint,
            suite_version=run.suite_version,
            engine_version=run.engine_version,
            tally=run.tally,
            finished_at=run.finished_at,
        ),
        submitted_by=PersonView.model_validate(review.submitted_by),
        submitted_at=review.submitted_at,
        started_by=PersonView.model_validate(review.started_by) if review.started_by else None,
        started_at=review.started_at,
        decision=_decision(whole),
        replaced_by=review.replaced_by,
    )


def _decision(whole: Whole) -> DecisionView | None:
    review = whole.review
    if review.decided_by is None or review.decided_at is None or review.outcome is None:
        return None
    return DecisionView(
        outcome=review.outcome,
        by=PersonView.model_validate(review.decided_by),
        at=review.decided_at,
        acknowledged=review.acknowledged,
        note=review.note,
        reason=review.reason,
    )
