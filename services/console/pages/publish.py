"""上架 and 下架: what is live, what could be, and the acts between."""

import asyncio
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Response

from services.console.gateway import Refused
from services.console.page import Page, SignedIn

router = APIRouter(prefix="/admin/ai-modules/publish")
Text = Annotated[str, Form()]
Standing = Literal["published", "unpublished"]
Kind = Literal["publish", "unpublish", "rollback"]
HERE = "/admin/ai-modules/publish"


@router.get("")
async def registry(page: SignedIn, module: UUID | None = None, state: Standing | None = None) -> Response:
    return page.render("publish.html", module=module, state=state, **await _state(page, module, state))


@router.get("/live")
async def live(page: SignedIn, module: UUID | None = None, state: Standing | None = None) -> Response:
    async def tables() -> str:
        return page.text("publish_tables.html", module=module, state=state, **await _state(page, module, state))

    return page.live(str(module) if module else None, tables)


@router.get("/confirm")
async def confirm(page: SignedIn, kind: Kind, module: UUID, version: int) -> Response:
    return await _confirm(page, kind, module, version)


@router.post("/confirm")
async def carry_out(
    page: SignedIn,
    kind: Annotated[Kind, Form()],
    module: Annotated[UUID, Form()],
    version: Annotated[int, Form()],
    note: Text = "",
) -> Response:
    body = {"kind": kind, "module_id": str(module), "version": version, "note": note.strip() or None}
    try:
        await page.gateway.post("/releases", body)
    except Refused as refused:
        return await _confirm(page, kind, module, version, refused=refused, note=note)
    return page.go(f"{HERE}?module={module}", "ordered")


@router.post("/{release_id}/resend")
async def resend(page: SignedIn, release_id: UUID) -> Response:
    """Of an order that the CRM has not answered in time."""
    await page.gateway.post(f"/releases/{release_id}/resend")
    return page.go(HERE)


async def _confirm(
    page: Page, kind: Kind, module: UUID, version: int, *, refused: Refused | None = None, note: str = ""
) -> Response:
    """What exactly will happen, before it does: from which version to which, and what people will see."""
    overview = await page.gateway.get(f"/modules/{module}/overview")
    detail = await page.gateway.get(f"/modules/{module}/versions/{version}")
    return page.render(
        "confirm.html",
        refused.status if refused else 200,
        refused=refused,
        kind=kind,
        version=detail,
        title=page.tongue.pick(detail["title"]),
        published=overview["published"],
        note=note,
        module=module,
    )


async def _state(page: Page, module: UUID | None, state: Standing | None) -> dict[str, Any]:
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
        "titles": {one["id"]: one["title"] for one in modules["items"]},
    }
