"""Commands that were answered with a refusal, by a service or by the gateway itself, become events.

The answer stands whatever happens here: when it cannot be recorded, that is logged and the person hears the truth.
"""

import asyncio
import logging
from typing import Any, cast

import orjson
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.routing import PREFIX
from shared.contracts.event import Actor, Cause
from shared.contracts.people import CommandRefused
from shared.runtime.database import Sessions
from shared.runtime.outbox import emit

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FIRST_REFUSAL = 400
# More of a refusal's body than this is not worth reading for its code.
BODY_BYTES = 64 * 1024
RECORD_SECONDS = 2.0

log = logging.getLogger("patchbay.gateway")


class RefusalRecorder:
    """Watches answers pass; the record is written when the answer is complete, before its last byte leaves."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE or _told_otherwise(scope):
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Watched(scope, send))


class _Watched:
    """`send`, with an ear on what is sent."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        # The very dict that the endpoint will write into: on the way in, scopes are copied.
        self._state: dict[str, Any] = scope.setdefault("state", {})
        self._send = send
        self._status = 0
        self._body = bytearray()
        self._kept: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
        if message["type"] == "http.response.start" or self._status < FIRST_REFUSAL:
            await self._send(message)
            return
        self._body.extend(message.get("body", b"")[: BODY_BYTES - len(self._body)])
        more = message.get("more_body", False)
        if not more:
            await _record(self._scope, self._state, self._status, bytes(self._body))
        # One piece is always kept back: the last one with bytes in it may be followed by an empty end.
        if self._kept is not None:
            await self._send(self._kept)
        self._kept = message if more else None
        if not more:
            await self._send(message)


def _told_otherwise(scope: Scope) -> bool:
    # A failed sign-in is an event of its own.
    return scope["path"] == f"{PREFIX}/session" and scope["method"] == "POST"


async def _record(scope: Scope, state: dict[str, Any], status: int, body: bytes) -> None:
    cause: Cause = state.get("cause") or _stranger(scope)
    code, params = _code(body)
    event = CommandRefused(
        cause=cause,
        subject=f"person:{cause.actor.id}",
        method=scope["method"],
        path=scope["path"],
        status=status,
        code=code or f"http_{status}",
        params=params,
    )
    sessions: Sessions = scope["app"].state.sessions
    try:
        async with asyncio.timeout(RECORD_SECONDS), sessions.begin() as session:
            await emit(session, event)
    except (SQLAlchemyError, OSError):
        log.warning("A refusal could not be recorded: %s %s, %s.", event.method, event.path, event.code)


def _stranger(scope: Scope) -> Cause:
    client = scope.get("client")
    return Cause(actor=Actor(kind="person", id="unknown", name="unknown", address=client[0] if client else None))


def _code(body: bytes) -> tuple[str | None, dict[str, Any]]:
    try:
        problem = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None, {}
    if not isinstance(problem, dict):
        return None, {}
    said = cast("dict[str, Any]", problem)
    code, params = said.get("code"), said.get("params")
    return (
        code if isinstance(code, str) else None,
        cast("dict[str, Any]", params) if isinstance(params, dict) else {},
    )
