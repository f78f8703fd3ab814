"""The CRM's records over HTTP. What a person may do with them is decided by their CRM roles."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from services.crm import records
from services.crm.application import Applications, Running
from shared.engine import SystemClock, User
from shared.runtime.database import Transaction
from shared.runtime.identity import Caller

router = APIRouter(tags=["crm"])

CLOCK = SystemClock()


async def _running(request: Request, session: Transaction) -> Running:
    applications: Applications = request.app.state.applications
    return await applications.running(session)


async def _user(cause: Caller) -> User:
    person = cause.person
    return User(id=person.id, name=person.name, roles=person.crm_roles)


Host = Annotated[Running, Depends(_running)]
Reader = Annotated[User, Depends(_user)]
IfMatch = Annotated[str | None, Header()]
Values = Annotated[dict[str, Any], Body()]


class RecordPage(BaseModel):
    items: list[dict[str, Any]]
    next: str | None


class Move(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to: str


@router.get("/crm/{entity}")
async def query_records(
    *,
    entity: str,
    request: Request,
    host: Host,
    user: Reader,
    sort: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> RecordPage:
    where = records.filters(request.query_params)
    page = await host.application.query(
        host.connection, entity, user, where=where, sort=sort, limit=limit, after=cursor
    )
    return RecordPage(items=page.items, next=page.next)


@router.post("/crm/{entity}", status_code=201)
async def create_record(entity: str, values: Values, host: Host, user: Reader, response: Response) -> dict[str, Any]:
    record = await host.application.create(host.connection, entity, values, user, CLOCK)
    response.headers["location"] = f"/api/v1/crm/{entity}/{record['id']}"
    return _tagged(record, response)


@router.get("/crm/{entity}/{record_id}")
async def read_record(entity: str, record_id: UUID, host: Host, user: Reader, response: Response) -> dict[str, Any]:
    return _tagged(await host.application.read(host.connection, entity, record_id, user), response)


@router.patch("/crm/{entity}/{record_id}")
async def update_record(
    *,
    entity: str,
    record_id: UUID,
    values: Values,
    host: Host,
    user: Reader,
    response: Response,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    await records.require_unchanged(host, entity, record_id, user, if_match)
    record = await host.application.update(host.connection, entity, record_id, values, user, CLOCK)
    return _tagged(record, response)


@router.delete("/crm/{entity}/{record_id}", status_code=204)
async def delete_record(entity: str, record_id: UUID, host: Host, user: Reader, if_match: IfMatch = None) -> None:
    await records.require_unchanged(host, entity, record_id, user, if_match)
    await host.application.delete(host.connection, entity, record_id, user, CLOCK)


@router.post("/crm/{entity}/{record_id}/transition")
async def transition_record(
    *, entity: str, record_id: UUID, move: Move, host: Host, user: Reader, response: Response, if_match: IfMatch = None
) -> dict[str, Any]:
    await records.require_unchanged(host, entity, record_id, user, if_match)
    record = await host.application.transition(host.connection, entity, record_id, move.to, user, CLOCK)
    return _tagged(record, response)


def _tagged(record: dict[str, Any], response: Response) -> dict[str, Any]:
    response.headers["etag"] = records.entity_tag(record)
    return record
