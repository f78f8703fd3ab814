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
        state: dict[str, Any] = scope.setdefault("state", {})
        status = 0
        body = bytearray()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif status >= FIRST_REFUSAL:
                body.extend(message.get("body", b"")[: BODY_BYTES - len(body)])
                if not message.get("more_body", False):
                    await _record(scope, state, status, bytes(body))
            await send(message)

        await self._app(scope, receive, watched)


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
