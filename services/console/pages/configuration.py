"""Language models: which there are, whether they answer, and their keys, which are never shown."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Response

from services.console.gateway import Refused
from services.console.page import Page, SignedIn

router = APIRouter(prefix="/admin/ai-models")
Text = Annotated[str, Form()]
HERE = "/admin/ai-models"
KINDS = {"anthropic": "https://api.kimi.com/coding/", "openai": "https://api.openai.com/v1"}


@router.get("")
async def models(page: SignedIn) -> Response:
    return await _models(page)


@router.post("")
async def add(
    page: SignedIn,
    *,
    request_kind: Annotated[str, Form(alias="act")],
    name: Text = "",
    kind: Text = "anthropic",
    base_url: Text = "",
    model: Text = "",
    key: Text = "",
) -> Response:
    """Save, or only try the values as they are typed."""
    typed = {"name": name, "kind": kind, "base_url": base_url, "model": model}
    body = typed | ({"key": key.strip()} if key.strip() else {})
    try:
        if request_kind == "check":
            return await _models(
                page, typed=typed, checked={"name": name, **await page.gateway.post("/models/check", body)}
            )
        await page.gateway.post("/models", body)
    except Refused as refused:
        return await _models(page, refused, typed)
    return page.go(HERE, "model-saved")


@router.post("/{model_id}/check")
async def check(page: SignedIn, model_id: UUID) -> Response:
    try:
        known = await page.gateway.get(f"/models/{model_id}")
        checked = await page.gateway.post(f"/models/{model_id}/check")
        return await _models(page, checked={"name": known["name"], **checked})
    except Refused as refused:
        return await _models(page, refused)


@router.post("/{model_id}/change")
async def change(page: SignedIn, model_id: UUID, enabled: Text = "", default: Text = "", key: Text = "") -> Response:
    try:
        body: dict[str, Any] = {"enabled": enabled == "on", "default": default == "on"}
        body |= {"key": key.strip()} if key.strip() else {}
        await page.gateway.put(f"/models/{model_id}", body)
    except Refused as refused:
        return await _models(page, refused)
    return page.go(HERE, "model-saved")


@router.post("/{model_id}/remove")
async def remove(page: SignedIn, model_id: UUID) -> Response:
    try:
        await page.gateway.delete(f"/models/{model_id}")
    except Refused as refused:
        return await _models(page, refused)
    return page.go(HERE, "model-removed")


async def _models(
    page: Page, refused: Refused | None = None, typed: dict[str, Any] | None = None, checked: Any = None
) -> Response:
    kept = {"name": "", "kind": "anthropic", "base_url": KINDS["anthropic"], "model": "kimi-for-coding"} | (typed or {})
    found = await page.gateway.get("/models")
    status = refused.status if refused else 200
    return page.render("models.html", status, refused=refused, models=found["items"], typed=kept, checked=checked)
