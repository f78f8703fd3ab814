"""The reviewer's queue, and one review with everything the decision rests on."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Response

from services.console.gateway import Refused
from services.console.page import Page, SignedIn

router = APIRouter(prefix="/admin/ai-modules/review")
Text = Annotated[str, Form()]
Ticks = Annotated[list[str], Form()]
HERE = "/admin/ai-modules/review"
OPEN = ("pending", "reviewing")


@router.get("")
async def queue(page: SignedIn, module: UUID | None = None) -> Response:
    return page.render("review_queue.html", module=module, **await _queue(page, module))


@router.get("/live")
async def live(page: SignedIn, module: UUID | None = None) -> Response:
    async def table() -> str:
        return page.text("review_table.html", module=module, **await _queue(page, module))

    return page.live(str(module) if module else None, table)


@router.get("/{review_id}")
async def show(page: SignedIn, review_id: UUID) -> Response:
    return await _show(page, review_id)


@router.post("/{review_id}/start")
async def start(page: SignedIn, review_id: UUID) -> Response:
    return await _decide(page, review_id, "start", None, done="started")


@router.post("/{review_id}/approve")
async def approve(page: SignedIn, review_id: UUID, acknowledged: Ticks = [], note: Text = "") -> Response:  # noqa: B006 - FastAPI copies it
    body = {"acknowledged": acknowledged, "note": note.strip() or None}
    return await _decide(
        page, review_id, "approve", body, done="approved", typed={"note": note, "ticked": acknowledged}
    )


@router.post("/{review_id}/reject")
async def reject(page: SignedIn, review_id: UUID, reason: Text = "") -> Response:
    return await _decide(page, review_id, "reject", {"reason": reason}, done="rejected", typed={"reason": reason})


@router.post("/{review_id}/withdraw")
async def withdraw(page: SignedIn, review_id: UUID) -> Response:
    return await _decide(page, review_id, "withdraw", None, done="withdrawn")


async def _decide(
    page: Page, review_id: UUID, command: str, body: Any, *, done: str, typed: dict[str, Any] | None = None
) -> Response:
    """Confirmed only after the gateway's answer; what was typed stays on the page when it is refused."""
    try:
        await page.gateway.post(f"/reviews/{review_id}/{command}", body)
    except Refused as refused:
        return await _show(page, review_id, refused, typed)
    return page.go(f"{HERE}/{review_id}", done)


async def _show(
    page: Page, review_id: UUID, refused: Refused | None = None, typed: dict[str, Any] | None = None
) -> Response:
    review = await page.gateway.get(f"/reviews/{review_id}")
    version = await page.gateway.get(f"/modules/{review['module_id']}/versions/{review['version']}")
    me = page.me["person"]["id"] if page.me else ""
    blank: dict[str, Any] = {"note": "", "reason": "", "ticked": []}
    kept = blank | (typed or {})
    status = refused.status if refused else 200
    return page.render(
        "review.html",
        status,
        refused=refused,
        review=review,
        version=version,
        own=me in {review["author"]["id"], *review["editors"]},
        typed=kept,
    )


async def _queue(page: Page, module: UUID | None) -> dict[str, Any]:
    found, modules = await asyncio.gather(
        page.gateway.get("/reviews", module_id=module, limit=100), page.gateway.get("/modules", limit=200)
    )
    reviews: list[dict[str, Any]] = found["items"]
    waiting = [review for review in reviews if review["state"] in OPEN]
    decided = [review for review in reviews if review["state"] not in OPEN]
    titles = {one["id"]: one["title"] for one in modules["items"]}
    return {"waiting": waiting, "decided": decided, "titles": titles}
