"""`/api/v1/openapi.json`: one document, merged from those of the services and the gateway's own."""

import asyncio
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from services.gateway.merging import Document, Merged
from services.gateway.routing import SERVICES
from services.gateway.upstream import ServiceUnavailable, Upstreams
from shared.contracts.event import Actor, Cause

# A service that was away is asked again sooner.
GAP_SECONDS = 2.0

router = APIRouter()


class ApiDocument:
    """Keeps the merged document for a while, so that readers do not ask six services each time."""

    def __init__(self, upstreams: Upstreams, own: Document, keep_seconds: float) -> None:
        self._upstreams = upstreams
        self._own = own
        self._keep_seconds = keep_seconds
        self._merged: Document | None = None
        self._until = 0.0
        self._one_at_a_time = asyncio.Lock()

    async def read(self) -> Document:
        """The document; services that are away are named in `x-gaps`."""
        async with self._one_at_a_time:
            if self._merged is None or time.monotonic() > self._until:
                self._merged = await self._merge()
                keep = GAP_SECONDS if self._merged["x-gaps"] else self._keep_seconds
                self._until = time.monotonic() + keep
            return self._merged

    async def _merge(self) -> Document:
        cause = Cause(actor=Actor(kind="service", id="gateway", name="gateway"))
        documents = await asyncio.gather(*(self._fetch(service, cause) for service in SERVICES))
        merged = Merged(self._own)
        for service, document in zip(SERVICES, documents, strict=True):
            if isinstance(document, str):
                merged.leave_gap(service, document)
            else:
                merged.add(service, document)
        return merged.document

    async def _fetch(self, service: str, cause: Cause) -> Mapping[str, Any] | str:
        try:
            status, document = await self._upstreams.read(service, "/openapi.json", cause)
        except ServiceUnavailable as error:
            return error.code
        return document if status == HTTPStatus.OK else f"http_{status}"


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> JSONResponse:
    """The whole API, OpenAPI 3.1. Public: it says how to sign in."""
    document: ApiDocument = request.app.state.api_document
    return JSONResponse(await document.read())
