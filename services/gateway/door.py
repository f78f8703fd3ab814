"""Who is at the door: the session behind a request, and what caused whatever comes of it."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.gateway.settings import Settings
from services.gateway.signing_in import Guest, NotSignedIn, guest_of
from services.gateway.upstream import Upstreams
from shared.contracts.event import Cause
from shared.runtime.database import Sessions
from shared.runtime.errors import Forbidden
from shared.runtime.tracing import current_story

_bearer = HTTPBearer(auto_error=False, scheme_name="session", description="The token that `POST /session` answers.")


async def _guest(request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Guest:
    if bearer is None:
        raise NotSignedIn("Sign in with `POST /api/v1/session` and send the token as `Authorization: Bearer …`.")
    return await guest_of(sessions_of(request), bearer.credentials)


SignedInGuest = Annotated[Guest, Depends(_guest)]


async def _cause(request: Request, guest: SignedInGuest) -> Cause:
    story = current_story()
    cause = Cause(actor=guest.actor(address_of(request)), traceparent=story.traceparent if story else None)
    # For the record of a refused command, which is written outside of the endpoint (`refusals`).
    request.state.cause = cause
    return cause


SignedInCause = Annotated[Cause, Depends(_cause)]


async def _administrator(cause: SignedInCause) -> Cause:
    if "administrator" not in cause.actor.roles:
        raise Forbidden(
            "This takes the role administrator. Ask an administrator for it.",
            code="role_missing",
            params={"needs": ["administrator"]},
        )
    return cause


ADMINISTRATORS_ONLY = Depends(_administrator)
AdministratorCause = Annotated[Cause, ADMINISTRATORS_ONLY]


def address_of(request: Request) -> str | None:
    """Where the request comes from, as far as the server knows (it believes `X-Forwarded-For` of trusted proxies)."""
    return request.client.host if request.client else None


def sessions_of(request: Request) -> Sessions:
    """For what must not hold a connection or a transaction while something slow is done."""
    sessions: Sessions = request.app.state.sessions
    return sessions


def settings_of(request: Request) -> Settings:
    """What this gateway was told from outside."""
    settings: Settings = request.app.state.settings
    return settings


def upstreams_of(request: Request) -> Upstreams:
    """The services behind this gateway."""
    upstreams: Upstreams = request.app.state.upstreams
    return upstreams


SettingsHere = Annotated[Settings, Depends(settings_of)]
SessionsHere = Annotated[Sessions, Depends(sessions_of)]
UpstreamsHere = Annotated[Upstreams, Depends(upstreams_of)]
