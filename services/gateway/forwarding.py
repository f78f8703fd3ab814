"""A person's request on its way to the service that owns the path, and the answer on its way back.

Bodies stream through both ways; nothing is read into memory.
"""

from collections.abc import AsyncIterator
from http import HTTPStatus
from urllib.parse import unquote

import httpx
from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.gateway.door import SignedInCause, upstreams_of
from services.gateway.routing import OWNERS, PREFIX, first_part
from services.gateway.upstream import away
from shared.runtime.errors import NotFound

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

Headers = list[tuple[bytes, bytes]]

_HOP_BY_HOP = {
    b"connection",
    b"keep-alive",
    b"proxy-authenticate",
    b"proxy-authorization",
    b"proxy-connection",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
}
# Ours to say: who asks, from where, and in which story.
_KEPT_IN = _HOP_BY_HOP | {b"host", b"authorization", b"cookie", b"expect", b"forwarded", b"traceparent", b"tracestate"}
_KEPT_OUT = _HOP_BY_HOP | {b"server", b"date", b"set-cookie", b"www-authenticate"}


async def forward(request: Request, cause: SignedInCause) -> Response:
    """Carry the request to its owner. 503 `service_unavailable` when the owner is away."""
    target = _target(request)
    service = OWNERS[first_part(request.url.path)]
    answer = await upstreams_of(request).send(
        service,
        request.method,
        target,
        cause,
        headers=_without(request.headers.raw, _KEPT_IN),
        content=_body(request),
    )
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        # The person is signed in: it is us whom the service does not believe. That is an outage, not his mistake.
        await answer.aclose()
        raise away(service, PermissionError("the service refused the gateway's token"))
    return CarriedAnswer(answer)


class CarriedAnswer(Response):
    """A service's answer, passed on as it arrives; its connection is given back whatever happens."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(status_code=answer.status_code)
        self._answer = answer
        self.raw_headers = [
            (name, _public_location(value, answer) if name == b"location" else value)
            for name, value in _without(answer.headers.raw, _KEPT_OUT)
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            async for chunk in self._answer.aiter_raw():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            await self._answer.aclose()


def _target(request: Request) -> str:
    raw: bytes = request.scope["raw_path"]
    path = raw.decode("ascii").removeprefix(PREFIX)
    # A client library resolves dots, and would leave the part of the tree that the routing table opened.
    if any(unquote(part) in {".", ".."} for part in path.split("/")):
        raise NotFound("There is nothing here: a path may not contain dots alone.")
    query: bytes = request.scope["query_string"]
    return f"{path}?{query.decode('ascii')}" if query else path


def _without(headers: Headers, dropped: set[bytes]) -> Headers:
    named = b",".join(value for name, value in headers if name.lower() == b"connection")
    every = dropped | {name.strip().lower() for name in named.split(b",")}
    return [
        (name.lower(), value)
        for name, value in headers
        if name.lower() not in every and not name.lower().startswith(b"x-forwarded-")
    ]


def _body(request: Request) -> AsyncIterator[bytes] | None:
    carries = "transfer-encoding" in request.headers or request.headers.get("content-length", "0") != "0"
    return request.stream() if carries else None


def _public_location(value: bytes, answer: httpx.Response) -> bytes:
    """A service names its own address or a bare path; the world knows only ours."""
    own = str(answer.request.url.join("/")).rstrip("/").encode()
    path = value.removeprefix(own)
    bare = path.startswith(b"/") and not path.startswith(PREFIX.encode())
    return PREFIX.encode() + path if bare else path


def forwarding_routes() -> APIRouter:
    """One route per prefix of the routing table, so that what nobody owns stays an honest 404."""
    router = APIRouter(include_in_schema=False)
    for prefix in OWNERS:
        router.add_api_route(f"/{prefix}", forward, methods=METHODS, response_model=None, name=prefix)
        router.add_api_route(f"/{prefix}/{{rest:path}}", forward, methods=METHODS, response_model=None, name=prefix)
    return router
