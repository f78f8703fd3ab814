"""A module on one page: what five services know of it, asked in parallel, degraded by part.

A part whose service is away is null, and named in `gaps`; only an unknown module is a 404.
"""

import asyncio
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.gateway.door import SignedInCause, UpstreamsHere
from services.gateway.upstream import ServiceUnavailable, Upstreams
from shared.contracts.event import Cause
from shared.runtime.errors import NotFound

# Part → the service that knows it, and where.
PARTS = {
    "module": ("generator", "/modules/{id}"),
    "versions": ("generator", "/modules/{id}/versions"),
    "runs": ("tester", "/runs?module_id={id}"),
    "reviews": ("review", "/reviews?module_id={id}"),
    "releases": ("publisher", "/releases?module_id={id}"),
    "published": ("publisher", "/published/{id}"),
}

router = APIRouter()


class Gap(BaseModel):
    """A part that could not be had, from whom, and why."""

    part: str
    service: str
    code: str


class Overview(BaseModel):
    """Each part as its service shows it: lists newest first, one page; null where there is a gap, or nothing yet."""

    module: dict[str, Any] | None = None
    versions: list[dict[str, Any]] | None = None
    runs: list[dict[str, Any]] | None = None
    reviews: list[dict[str, Any]] | None = None
    releases: list[dict[str, Any]] | None = None
    published: dict[str, Any] | None = None
    gaps: list[Gap]


@router.get("/modules/{module_id}/overview", tags=["modules"])
async def overview(module_id: UUID, cause: SignedInCause, upstreams: UpstreamsHere) -> Overview:
    """A module with its versions, runs, reviews, releases and what is live of it."""
    answers = await asyncio.gather(*(_part(upstreams, part, module_id, cause) for part in PARTS))
    parts = dict(zip(PARTS, answers, strict=True))
    if parts["module"] == (None, None):
        raise NotFound(
            "There is no such module. `GET /modules` lists those there are.", params={"module_id": str(module_id)}
        )
    gaps = [gap for _, gap in parts.values() if gap is not None]
    return Overview(gaps=gaps, **{part: content for part, (content, _) in parts.items()})


async def _part(upstreams: Upstreams, part: str, module_id: UUID, cause: Cause) -> tuple[Any, Gap | None]:
    service, path = PARTS[part]
    try:
        status, answer = await upstreams.read(service, path.format(id=module_id), cause)
    except ServiceUnavailable as error:
        return None, Gap(part=part, service=service, code=error.code)
    if status == HTTPStatus.NOT_FOUND:
        return None, None
    if status != HTTPStatus.OK:
        return None, Gap(part=part, service=service, code=_code(status, answer))
    return (answer["items"] if part not in {"module", "published"} else answer), None


def _code(status: int, answer: Any) -> str:
    code = cast("dict[str, Any]", answer).get("code") if isinstance(answer, dict) else None
    return str(code or f"http_{status}")
