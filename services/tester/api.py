"""The tester over HTTP: ask for a run, watch it, read its evidence, see the suite."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from services.tester import cancelling, reading, requests
from services.tester.suite import SuiteView, base_suite
from shared.contracts.event import Cause
from shared.runtime.database import Transaction
from shared.runtime.identity import requires

router = APIRouter(tags=["runs"])

Developer = Annotated[Cause, requires("developer")]
Reader = Annotated[Cause, requires("administrator", "developer", "reviewer")]


class RunAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    module_id: UUID
    version: int = Field(ge=1)
    # Some entities only: quicker, and never enough for a review.
    entities: tuple[str, ...] = ()
    # Run again though the stored result of the same content on the same base would answer.
    force: bool = False


class RunLine(BaseModel):
    """One line of the list."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    module_id: UUID
    module: str
    version: int
    content_hash: str
    state: str
    full: bool
    entities: list[str]
    requested_by: dict[str, Any]
    requested_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    base_fingerprint: str | None
    suite_version: str | None
    engine_version: str | None
    reused_from: UUID | None
    tally: dict[str, Any] | None
    problems: list[dict[str, Any]]


class CaseView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    suite: str
    scenario: str
    title: dict[str, str]
    entity: str | None
    outcome: str
    milliseconds: float
    steps: list[dict[str, Any]]
    problem: dict[str, Any] | None


class RunView(RunLine):
    """The whole run. The rehearsal is five of its cases: publish, write, unpublish, suite, republish."""

    attempts: int
    rehearsal: list[CaseView] = []
    cases: list[CaseView] = []


class RunPage(BaseModel):
    items: list[RunLine]
    next: str | None


@router.post("/runs", status_code=202)
async def request_run(body: RunAsked, cause: Developer, session: Transaction) -> RunLine:
    entities = tuple(sorted(set(body.entities)))
    run = await requests.request_run(session, body.module_id, body.version, entities, cause, force=body.force)
    return RunLine.model_validate(run)


@router.get("/runs")
async def find_runs(
    _reader: Reader,
    session: Transaction,
    module_id: UUID | None = None,
    version: int | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> RunPage:
    runs, following = await reading.find_runs(session, module_id, version, limit, cursor)
    return RunPage(items=[RunLine.model_validate(run) for run in runs], next=following)


@router.get("/runs/{run_id}")
async def read_run(run_id: UUID, _reader: Reader, session: Transaction) -> RunView:
    run, cases = await reading.read_run(session, run_id)
    views = [CaseView.model_validate(case) for case in cases]
    rehearsal = [view for view in views if view.suite == "rehearsal"]
    return RunView.model_validate(run).model_copy(update={"rehearsal": rehearsal, "cases": views})


@router.post("/runs/{run_id}/cancel")
async def cancel_run(run_id: UUID, cause: Developer, session: Transaction) -> RunLine:
    return RunLine.model_validate(await cancelling.cancel_run(session, run_id, cause))


@router.get("/suite")
async def read_suite(_reader: Reader) -> SuiteView:
    return base_suite()
