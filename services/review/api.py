"""The review service over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.review import deciding, reading, submitting
from services.review.views import ReviewPage, ReviewView, view_of
from shared.contracts.event import Cause
from shared.contracts.lifecycle import State
from shared.runtime.database import Transaction
from shared.runtime.identity import requires

router = APIRouter(prefix="/reviews", tags=["reviews"])

Reader = Annotated[Cause, requires("administrator", "developer", "reviewer")]
Developer = Annotated[Cause, requires("developer")]
Reviewer = Annotated[Cause, requires("reviewer", "administrator")]

Pointer = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000, pattern=r"^[^\x00]*$")]


class Submission(BaseModel):
    model_config = ConfigDict(extra="forbid")

    module_id: UUID
    version: int = Field(ge=1, le=2_147_483_647)


class Approval(BaseModel):
    model_config = ConfigDict(extra="forbid")

    acknowledged: tuple[Pointer, ...] = Field(default=(), max_length=500)
    note: Note | None = None


class Rejection(BaseModel):
    model_config = ConfigDict(extra="forbid")

    # A blank reason is the lifecycle's to refuse, with a code of its own.
    reason: Note = ""


@router.post("", status_code=201)
async def open_review(body: Submission, cause: Developer, session: Transaction) -> ReviewView:
    review = await submitting.open_review(session, cause, body.module_id, body.version)
    return await _view(session, review.id)


@router.get("")
async def find_reviews(
    _reader: Reader,
    session: Transaction,
    state: State | None = None,
    module_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> ReviewPage:
    found, following = await reading.find_reviews(session, state, module_id, limit, cursor)
    return ReviewPage(items=[view_of(whole) for whole in found], next=following)


@router.get("/{review_id}")
async def read_review(review_id: UUID, _reader: Reader, session: Transaction) -> ReviewView:
    return await _view(session, review_id)


@router.post("/{review_id}/start")
async def start_review(review_id: UUID, cause: Reviewer, session: Transaction) -> ReviewView:
    await deciding.start(session, cause, review_id)
    return await _view(session, review_id)


@router.post("/{review_id}/approve")
async def approve(review_id: UUID, body: Approval, cause: Reviewer, session: Transaction) -> ReviewView:
    await deciding.approve(session, cause, review_id, body.acknowledged, body.note)
    return await _view(session, review_id)


@router.post("/{review_id}/reject")
async def reject(review_id: UUID, body: Rejection, cause: Reviewer, session: Transaction) -> ReviewView:
    await deciding.reject(session, cause, review_id, body.reason)
    return await _view(session, review_id)


@router.post("/{review_id}/withdraw")
async def withdraw(review_id: UUID, cause: Developer, session: Transaction) -> ReviewView:
    await deciding.withdraw(session, cause, review_id)
    return await _view(session, review_id)


async def _view(session: Transaction, review_id: UUID) -> ReviewView:
    return view_of(await reading.read_review(session, review_id))
