"""Files over HTTP: sent before the record that holds them, and got from the record, never to be shown in a page."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

from services.crm.api import CLOCK, Host, Reader
from services.crm.application import Applications, Running
from shared.patch.attaching import media_type
from shared.patch.bounds import Unfit
from shared.runtime.database import Sessions
from shared.runtime.errors import Invalid

router = APIRouter(tags=["crm"])

_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
# What a file says of itself is believed by nobody: a browser keeps it on disk, and runs nothing of it.
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
_PLAIN = re.compile(r"[^A-Za-z0-9 ._()-]")


class UploadedFile(BaseModel):
    """With a name, what a record's field takes."""

    media_type: str
    size: int
    digest: str


@router.post(
    "/crm/files",
    status_code=201,
    openapi_extra={"requestBody": {"required": True, "content": {"*/*": _BINARY}}},
)
async def upload_file(request: Request, user: Reader) -> UploadedFile:
    """Send a file of at most 25 MiB, as it is: its media type is the `Content-Type`.

    Within a day, name it in a record that you write: `{"name": "offer.pdf", "media_type": …, "digest": …}`.
    """
    kind = _media_type(request.headers.get("content-type") or "application/octet-stream")
    # Nothing is held in the database while the file comes in.
    async with _running(request) as host:
        host.application.require_attaching(user)
    content = await _content(request)
    async with _running(request) as host:
        digest = await host.application.upload(host.connection, content, user, CLOCK)
    return UploadedFile(media_type=kind, size=len(content), digest=digest)


@router.get(
    "/crm/{entity}/{record_id}/{field}",
    response_class=Response,
    responses={200: {"description": "What the file holds", "content": {"application/octet-stream": _BINARY}}},
)
async def read_file(entity: str, record_id: UUID, field: str, host: Host, user: Reader) -> Response:
    """The file that a record's field holds, to be saved under its name."""
    found = await host.application.file(host.connection, entity, record_id, field, user, CLOCK)
    named = {"Content-Type": found.file.media_type, "Content-Disposition": _disposition(found.file.name)}
    return Response(found.content, headers=named | _SAFE)


@asynccontextmanager
async def _running(request: Request) -> AsyncGenerator[Running]:
    sessions: Sessions = request.app.state.sessions
    applications: Applications = request.app.state.applications
    async with sessions.begin() as session:
        yield await applications.running(session)


async def _content(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect:
        raise Invalid("The file did not arrive whole. Send it again.", code="file_incomplete") from None


def _media_type(said: str) -> str:
    try:
        return media_type(said)
    except Unfit:
        sentence = "The Content-Type is no media type. Say what the file is, such as application/pdf."
        raise Invalid(sentence, code="media_type_unknown", params={"media_type": said[:80]}) from None


def _disposition(name: str) -> str:
    """RFC 6266: the name in any script, and without its special letters for whoever does not read that."""
    return f"attachment; filename=\"{_PLAIN.sub('_', name)}\"; filename*=UTF-8''{quote(name, safe='')}"
