"""Every module, where it stands, and what comes next."""

from typing import Any

from fastapi import APIRouter, Response

from services.console.i18n import Tongue
from services.console.i18n import marked as _
from services.console.page import Page, SignedIn

router = APIRouter(prefix="/admin/ai-modules")

# What a module in this state waits for: the page where somebody does it.
_NEXT = {
    "draft": ("test", _("Run the tests")),
    "testing": ("test", _("Watch the run")),
    "failed": ("test", _("See what failed")),
    "passed": ("test", _("Submit for review")),
    "pending": ("review", _("Review")),
    "reviewing": ("review", _("Decide")),
    "approved": ("publish", _("Publish")),
    "publishing": ("publish", _("Watch it")),
    "published": ("publish", _("See it live")),
    "unpublishing": ("publish", _("Watch it")),
    "unpublished": ("publish", _("Publish again")),
    "rejected": ("develop", _("Revise")),
    "lapsed": ("develop", _("Open")),
    "withdrawn": ("test", _("Submit for review")),
}


@router.get("")
async def overview(page: SignedIn) -> Response:
    return page.render("modules.html", **await _state(page))


@router.get("/live")
async def live(page: SignedIn) -> Response:
    async def table() -> str:
        return page.text("modules_table.html", **await _state(page))

    return page.live(None, table)


def next_step(tongue: Tongue, module: dict[str, Any]) -> dict[str, str] | None:
    """`{place, path, label}` of what the module waits for."""
    if module["state"] not in _NEXT:
        return None
    place, label = _NEXT[module["state"]]
    return {
        "place": place,
        "path": f"/admin/ai-modules/{place}?module={module['id']}",
        "label": tongue.say(label),
    }


async def _state(page: Page) -> dict[str, Any]:
    def step(module: dict[str, Any]) -> dict[str, str] | None:
        return next_step(page.tongue, module)

    return {"modules": await page.gateway.get("/modules", limit=200), "next_step": step}
