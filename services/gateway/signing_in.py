"""Signing in and out: a password in, an opaque token out; a token in, its person out."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy import delete, select

from services.gateway.passwords import password_fits
from services.gateway.people import PersonView
from services.gateway.tables import Person, Session
from shared.contracts.event import Actor, Cause
from shared.contracts.people import SigninFailed
from shared.runtime.database import Sessions
from shared.runtime.errors import Unauthorised
from shared.runtime.outbox import emit

TOKEN_BYTES = 32


class Credentials(BaseModel):
    """`via` marks what the session does in the audit; only the embedded demo may say it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: Annotated[str, Field(max_length=254)]
    password: Annotated[SecretStr, Field(max_length=1024)]
    via: Literal["demo"] | None = None


class SignedIn(BaseModel):
    """The token is shown here once; send it as `Authorization: Bearer …` until `expires`."""

    token: str
    expires: datetime
    person: PersonView


class SigninRefused(Unauthorised):
    """401: one same answer for an unknown address, a wrong password and a disabled person."""

    default_code = "sign_in_refused"


class NotSignedIn(Unauthorised):
    """401: no token, or one that is unknown, expired or signed out."""

    default_code = "not_signed_in"


@dataclass(frozen=True)
class Guest:
    """Who sends this request, and the session by which we know."""

    person: PersonView
    via: str | None
    token_hash: str

    def actor(self, address: str | None) -> Actor:
        """The person as events name who did something."""
        return Actor(
            kind=self.person.kind,
            id=str(self.person.id),
            name=self.person.name,
            roles=self.person.roles,
            crm_roles=self.person.crm_roles,
            via=self.via,
            address=address,
        )


async def sign_in(sessions: Sessions, credentials: Credentials, address: str | None, hours: int) -> SignedIn:
    """Open a session. Raises `SigninRefused`, after the event that tells of it is safe."""
    email = credentials.email.strip().lower()
    async with sessions() as session:
        person = await session.scalar(select(Person).where(Person.email == email))
    # No connection is held while the hash is worked out.
    known = person is not None and not person.disabled
    password_hash = person.password_hash if person is not None and known else None
    if not await password_fits(password_hash, credentials.password.get_secret_value()) or person is None:
        await _tell_of_failure(sessions, email, address)
        raise SigninRefused("The e-mail address or the password is not right. Check both and try again.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires = datetime.now(UTC) + timedelta(hours=hours)
    async with sessions.begin() as session:
        await session.execute(delete(Session).where(Session.expires_at < datetime.now(UTC)))
        session.add(
            Session(token_hash=_hash(token), person_id=person.id, via=credentials.via, expires_at=expires),
        )
    return SignedIn(token=token, expires=expires, person=PersonView.model_validate(person))


async def _tell_of_failure(sessions: Sessions, email: str, address: str | None) -> None:
    cause = Cause(actor=Actor(kind="person", id="unknown", name=email, address=address))
    async with sessions.begin() as session:
        await emit(session, SigninFailed(cause=cause, subject=f"signin:{email}", email=email))


async def guest_of(sessions: Sessions, token: str) -> Guest:
    """Whose token this is now, with the roles of now. Raises `NotSignedIn`."""
    token_hash = _hash(token)
    query = (
        select(Person, Session.via)
        .join(Session, Session.person_id == Person.id)
        .where(Session.token_hash == token_hash, Session.expires_at > datetime.now(UTC), Person.disabled.is_(False))
    )
    async with sessions() as session:
        found = (await session.execute(query)).one_or_none()
    if found is None:
        raise NotSignedIn("You are not signed in, or your session has ended. Sign in with `POST /api/v1/session`.")
    person, via = found
    return Guest(person=PersonView.model_validate(person), via=via, token_hash=token_hash)


async def still_in(sessions: Sessions, guest: Guest) -> bool:
    """Whether the session of a long-lived request still holds."""
    query = (
        select(Session.token_hash)
        .join(Person, Session.person_id == Person.id)
        .where(Session.token_hash == guest.token_hash, Session.expires_at > datetime.now(UTC))
        .where(Person.disabled.is_(False))
    )
    async with sessions() as session:
        return await session.scalar(query) is not None


async def sign_out(sessions: Sessions, guest: Guest) -> None:
    """End this session; the person's others stay."""
    async with sessions.begin() as session:
        await session.execute(delete(Session).where(Session.token_hash == guest.token_hash))


def _hash(token: str) -> str:
    # The token is 256 random bits: a plain hash is enough, there is nothing to guess.
    return hashlib.sha256(token.encode()).hexdigest()
