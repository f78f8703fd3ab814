"""Every module, where it stands, and what comes next."""

from typing import Any

from fastapi import APIRouter, Response

from services.console.page import Page, SignedIn

router = APIRouter(prefix="/admin/ai-modules")

# What a module in this state waits for: the page where somebody does it.
_NEXT = {
    "draft": ("test", "Run the tests"),
    "testing": ("test", "Watch the run"),
    "failed": ("test", "See what failed"),
    "passed": ("test", "Submit for review"),
    "pending": ("review", "Review"),
    "reviewing": ("review", "Decide"),
    "approved": ("publish", "Publish"),
    "published": ("publish", "See it live"),
    "unpublished": ("publish", "Publish again"),
    "rejected": ("develop", "Revise"),
    "lapsed": ("develop", "Open"),
    "withdrawn": ("test", "Submit for review"),
}


@router.get("")
async def overview(page: SignedIn) -> Response:
    return page.render("modules.html", **await _state(page))


@router.get("/live")
async def live(page: SignedIn) -> Response:
    async def table() -> str:
        return page.text("modules_table.html", **await _state(page))

    return page.live(None, table)


async def _state(page: Page) -> dict[str, Any]:
    def next_step(module: dict[str, Any]) -> dict[str, str] | None:
        if module["state"] not in _NEXT:
            return None
        place, label = _NEXT[module["state"]]
        return {"path": f"/admin/ai-modules/{place}?module={module['id']}", "label": page.tongue.say(label)}

    return {"modules": await page.gateway.get("/modules", limit=200), "next_step": next_step}
