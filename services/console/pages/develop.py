"""Describe a change, watch it being written, and look at what came of it."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Form, Response
from starlette.responses import RedirectResponse

from services.console.gateway import Refused
from services.console.page import Page, SignedIn

router = APIRouter(prefix="/admin/ai-modules/develop")
Text = Annotated[str, Form()]
HERE = "/admin/ai-modules/develop"
EXAMPLES = {
    "en": (
        "Add a loyalty tier to customers: bronze, silver, gold; default bronze.",
        "Orders over 10000 need a delivery note.",
        "Customers need a birthday, a date.",
    ),
    "zh": (
        "给客户增加会员等级：青铜、白银、黄金；默认青铜。",
        "金额超过10000的订单需要送货说明。",
    ),
}
UNFINISHED = ("queued", "writing")


@router.get("")
async def workspace(
    page: SignedIn, module: UUID | None = None, version: int | None = None, generation: UUID | None = None
) -> Response:
    if module is not None:
        return await show_module(page, module, version)
    if generation is not None:
        return await _generation(page, generation)
    return await _describe(page)


@router.post("")
async def describe(page: SignedIn, sentence: Text = "", model: Text = "", module: Text = "") -> Response:
    body = {"sentence": sentence} | ({"model_id": model} if model else {}) | ({"module_id": module} if module else {})
    try:
        generation = await page.gateway.post("/generations", body)
    except Refused as refused:
        return await _describe(page, refused, sentence)
    return page.go(f"{HERE}?generation={generation['id']}")


@router.get("/live")
async def live(page: SignedIn, generation: UUID) -> Response:
    first = await page.gateway.get(f"/generations/{generation}")

    async def progress() -> str:
        return page.text("generation_state.html", generation=await page.gateway.get(f"/generations/{generation}"))

    return page.live(first["module_id"], progress)


async def _describe(page: Page, refused: Refused | None = None, sentence: str = "") -> Response:
    models = await page.gateway.get("/models")
    usable = [model for model in models["items"] if model["enabled"]]
    return page.render(
        "develop.html",
        refused.status if refused else 200,
        refused=refused,
        sentence=sentence,
        models=usable,
        examples=EXAMPLES[page.tongue.language],
    )


async def _generation(page: Page, generation_id: UUID) -> Response:
    generation = await page.gateway.get(f"/generations/{generation_id}")
    if generation["state"] == "done":
        return RedirectResponse(f"{HERE}?module={generation['module_id']}", 303)
    return page.render("generation.html", generation=generation, going_on=generation["state"] in UNFINISHED)


async def show_module(
    page: Page, module_id: UUID, number: int | None, refused: Refused | None = None, typed: str | None = None
) -> Response:
    """One version of a module, whole: what it does, the document, and all that became of the module."""
    overview = await page.gateway.get(f"/modules/{module_id}/overview")
    newest: int = overview["module"]["version"]
    wanted = number or newest
    version, previous = await asyncio.gather(
        page.gateway.get(f"/modules/{module_id}/versions/{wanted}"), _compared(page, module_id, wanted)
    )
    text = typed if typed is not None else orjson.dumps(version["patch"], option=orjson.OPT_INDENT_2).decode()
    return page.render(
        "module.html",
        refused.status if refused else 200,
        refused=refused,
        overview=overview,
        version=version,
        difference=previous,
        newest=newest,
        text=text,
    )


async def _compared(page: Page, module_id: UUID, number: int) -> list[dict[str, Any]]:
    if number <= 1:
        return []
    found = await page.gateway.get(f"/modules/{module_id}/versions/{number}/diff", against=number - 1)
    return found["changes"]
