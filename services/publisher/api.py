"""The publisher over HTTP."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.publisher import reading, releasing
from services.publisher.tables import ReleaseState, Standing
from services.publisher.views import (
    EntryPage,
    ReleasePage,
    ReleaseView,
    WholeEntryView,
    entry_view,
    release_view,
    whole_entry_view,
)
from shared.contracts.event import Cause
from shared.contracts.publishing import ReleaseKind
from shared.runtime.database import Transaction
from shared.runtime.identity import requires

releases = APIRouter(prefix="/releases", tags=["releases"])
registry = APIRouter(prefix="/published", tags=["releases"])

Reader = Annotated[Cause, requires("administrator", "developer", "reviewer")]
Administrator = Annotated[Cause, requires("administrator")]
Limit = Annotated[int, Query(ge=1, le=200)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000, pattern=r"^[^\x00]*$")]


def _patience(request: Request) -> timedelta:
    return timedelta(seconds=request.app.state.settings.release_timeout_seconds)


Patience = Annotated[timedelta, Depends(_patience)]


class ReleaseRequest(BaseModel):
    """`version` is needed to publish and to roll back; a withdrawal takes what is live."""

    model_config = ConfigDict(extra="forbid")

    kind: ReleaseKind
    module_id: UUID
    version: int | None = Field(default=None, ge=1, le=2_147_483_647)
    note: Note | None = None


@releases.post("", status_code=202)
async def request_release(
    body: ReleaseRequest, cause: Administrator, session: Transaction, patience: Patience, response: Response
) -> ReleaseView:
    """202 with a new release, or 200 with the one that already made it so."""
    order = releasing.Order(body.kind, body.module_id, body.version, body.note)
    release, new = await releasing.request_release(session, cause, order)
    response.status_code = 202 if new else 200
    return release_view(release, patience)


@releases.get("")
async def find_releases(
    _reader: Reader,
    session: Transaction,
    patience: Patience,
    *,
    module_id: UUID | None = None,
    state: ReleaseState | None = None,
    limit: Limit = 50,
    cursor: str | None = None,
) -> ReleasePage:
    found, following = await reading.find_releases(session, module_id, state, limit, cursor)
    return ReleasePage(items=[release_view(release, patience) for release in found], next=following)


@releases.get("/{release_id}")
async def read_release(release_id: UUID, _reader: Reader, session: Transaction, patience: Patience) -> ReleaseView:
    return release_view(await reading.read_release(session, release_id), patience)


@releases.post("/{release_id}/resend", status_code=202)
async def resend(release_id: UUID, cause: Administrator, session: Transaction, patience: Patience) -> ReleaseView:
    """Give the host an order again that it has not answered in time."""
    return release_view(await releasing.resend(session, cause, release_id, patience), patience)


@registry.get("")
async def find_published(
    _reader: Reader,
    session: Transaction,
    state: Standing | None = None,
    limit: Limit = 50,
    cursor: str | None = None,
) -> EntryPage:
    found, following = await reading.find_published(session, state, limit, cursor)
    return EntryPage(items=[entry_view(entry) for entry in found], next=following)


@registry.get("/{module_id}")
async def read_published(module_id: UUID, _reader: Reader, session: Transaction) -> WholeEntryView:
    return whole_entry_view(*await reading.read_published(session, module_id))
