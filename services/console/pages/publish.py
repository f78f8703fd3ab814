"""上架 and 下架: what is live, what could be, and the acts between."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Response

from services.console.gateway import Refused
from services.console.page import Page, SignedIn

router = APIRouter(prefix="/admin/ai-modules/publish")
Text = Annotated[str, Form()]
HERE = "/admin/ai-modules/publish"


@router.get("")
async def registry(page: SignedIn, module: UUID | None = None, state: str | None = None) -> Response:
    return page.render("publish.html", module=module, state=state, **await _state(page, module, state))


@router.get("/live")
async def live(page: SignedIn, module: UUID | None = None, state: str | None = None) -> Response:
    async def tables() -> str:
        return page.text("publish_tables.html", module=module, state=state, **await _state(page, module, state))

    return page.live(str(module) if module else None, tables)


@router.get("/confirm")
async def confirm(page: SignedIn, kind: str, module: UUID, version: int) -> Response:
    return await _confirm(page, kind, module, version)


@router.post("/confirm")
async def carry_out(
    page: SignedIn, kind: Text, module: Annotated[UUID, Form()], version: Annotated[int, Form()], note: Text = ""
) -> Response:
    body = {"kind": kind, "module_id": str(module), "version": version, "note": note.strip() or None}
    try:
        await page.gateway.post("/releases", body)
    except Refused as refused:
        return await _confirm(page, kind, module, version, refused=refused, note=note)
    return page.go(f"{HERE}?module={module}")


async def _confirm(
    page: Page, kind: str, module: UUID, version: int, *, refused: Refused | None = None, note: str = ""
) -> Response:
    """What exactly will happen, before it does: from which version to which, and what people will see."""
    overview = await page.gateway.get(f"/modules/{module}/overview")
    detail = await page.gateway.get(f"/modules/{module}/versions/{version}")
    status = refused.status if refused else 200
    return page.render(
        "confirm.html", status, refused=refused, kind=kind, version=detail, overview=overview, note=note, module=module
    )


async def _state(page: Page, module: UUID | None, state: str | None) -> dict[str, Any]:
    modules, published, releases = await asyncio.gather(
        page.gateway.get("/modules", limit=200),
        page.gateway.get("/published", state=state, limit=200),
        page.gateway.get("/releases", module_id=module, limit=20),
    )
    wanted = [one for one in modules["items"] if module is None or one["id"] == str(module)]
    entries = [one for one in published["items"] if module is None or one["module_id"] == str(module)]
    histories = await asyncio.gather(*(page.gateway.get(f"/published/{one['module_id']}") for one in entries))
    return {
        "approved": [one for one in wanted if one["state"] == "approved"],
        "entries": histories,
        "releases": releases["items"],
    }
