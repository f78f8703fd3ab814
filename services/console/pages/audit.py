"""Who did what, to what, when, and why: filtered by the address of the page."""

import asyncio
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Response

from services.console.gateway import Refused
from services.console.page import Page, SignedIn
from shared.contracts.topology import LISTENERS

router = APIRouter(prefix="/admin/audit")
OPERATIONS = tuple(sorted(event.topic for event in LISTENERS))


@router.get("")
async def entries(
    *,
    page: SignedIn,
    operation: str = "",
    module: str = "",
    person: str = "",
    story: str = "",
    since: str = "",
    until: str = "",
    cursor: str = "",
) -> Response:
    wanted = {"operation": operation, "module": module, "person": person, "story": story}
    wanted |= {"since": since, "until": until}
    query = {"operation": operation, "module_id": module, "person": person, "correlation_id": story, "cursor": cursor}
    query |= {"since": _start_of(since, 0), "until": _start_of(until, 1)}
    found, modules = await asyncio.gather(page.gateway.get("/audit", limit=50, **query), _modules(page))
    return page.render(
        "audit.html",
        entries=found,
        wanted=wanted,
        filtered=any(wanted.values()),
        address=urlencode({name: value for name, value in wanted.items() if value}),
        operations=OPERATIONS,
        modules=modules,
    )


@router.get("/{entry_id}")
async def entry(page: SignedIn, entry_id: UUID) -> Response:
    return page.render("audit_entry.html", entry=await page.gateway.get(f"/audit/{entry_id}"))


async def _modules(page: Page) -> list[dict[str, Any]]:
    """To choose from. The record is readable while the generator is away."""
    try:
        found = await page.gateway.get("/modules", limit=200)
    except Refused:
        return []
    return found["items"]


def _start_of(day: str, later: int) -> str:
    """Midnight, UTC, that many days later; what is no date is no limit."""
    try:
        return f"{(date.fromisoformat(day) + timedelta(days=later)).isoformat()}T00:00:00Z"
    except (ValueError, OverflowError):
        return ""
