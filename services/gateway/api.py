"""The gateway's own part of `/api/v1`: signing in, who am I, people."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from services.gateway import people, signing_in
from services.gateway.capabilities import Me, capabilities_of
from services.gateway.door import (
    ADMINISTRATORS_ONLY,
    AdministratorCause,
    SessionsHere,
    SettingsHere,
    SignedInGuest,
    address_of,
)
from services.gateway.people import NewPerson, PersonChange, PersonView
from services.gateway.signing_in import Credentials, SignedIn
from services.gateway.tables import Person
from shared.runtime.database import Transaction
from shared.runtime.errors import Invalid

router = APIRouter()


class PeoplePage(BaseModel):
    """A page of people, newest first."""

    items: tuple[PersonView, ...]
    next: str | None


@router.post("/session", status_code=201, tags=["session"])
async def sign_in(request: Request, body: Credentials, settings: SettingsHere, sessions: SessionsHere) -> SignedIn:
    """Sign in with e-mail address and password."""
    if body.via is not None and not settings.demo:
        raise Invalid(
            "`via` marks sessions of the demo, and this is not one. Leave it out.", code="via_refused", pointer="/via"
        )
    return await signing_in.sign_in(sessions, body, address_of(request), settings.session_hours)


@router.delete("/session", status_code=204, tags=["session"])
async def sign_out(guest: SignedInGuest, sessions: SessionsHere) -> None:
    """Sign out: the token is worth nothing from here on."""
    await signing_in.sign_out(sessions, guest)


@router.get("/me", tags=["session"])
async def me(guest: SignedInGuest) -> Me:
    """Who I am, and which menu items and commands my roles permit."""
    return Me(person=guest.person, via=guest.via, capabilities=capabilities_of(guest.person))


@router.get("/people", tags=["people"], dependencies=[ADMINISTRATORS_ONLY])
async def list_people(
    session: Transaction,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> PeoplePage:
    """Everybody who is or was let in, newest first."""
    rows, following = await people.list_people(session, limit, cursor)
    return PeoplePage(items=tuple(PersonView.model_validate(row) for row in rows), next=following)


@router.post("/people", status_code=201, response_model=PersonView, tags=["people"])
async def add_person(body: NewPerson, session: Transaction, cause: AdministratorCause) -> Person:
    """Let somebody in."""
    return await people.add_person(session, body, cause)


@router.patch("/people/{person_id}", response_model=PersonView, tags=["people"])
async def change_person(person_id: UUID, body: PersonChange, session: Transaction, cause: AdministratorCause) -> Person:
    """Change name, password, roles, or whether somebody may come in at all."""
    return await people.change_person(session, person_id, body, cause)
