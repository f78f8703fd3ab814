"""Who did what, to what, when, and why: filtered by the address of the page."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.console.page import SignedIn

router = APIRouter(prefix="/admin/audit")


@router.get("")
async def entries(
    page: SignedIn, *, operation: str = "", module: str = "", person: str = "", story: str = "", cursor: str = ""
) -> Response:
    found = await page.gateway.get(
        "/audit", operation=operation, module_id=module, person=person, correlation_id=story, cursor=cursor, limit=50
    )
    return page.render("audit.html", entries=found, operation=operation, module=module, person=person, story=story)


@router.get("/{entry_id}")
async def entry(page: SignedIn, entry_id: UUID) -> Response:
    return page.render("audit_entry.html", entry=await page.gateway.get(f"/audit/{entry_id}"))
