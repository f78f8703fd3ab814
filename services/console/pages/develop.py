"""Describe a change, watch it being written, and look at what came of it."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Form, Response
from starlette.responses import RedirectResponse

from services.console.gateway import Refused
from services.console.page import Page, SignedIn
from services.console.pages.modules import next_step

router = APIRouter(prefix="/admin/ai-modules/develop")
Text = Annotated[str, Form()]
HERE = "/admin/ai-modules/develop"
# Each is understood by the built-in rules.
EXAMPLES = {
    "en": (
        "Add a loyalty tier to customers: bronze, silver, gold; default bronze.",
        "Orders over 10000 need a delivery note.",
        "Add a birthday date to customers.",
    ),
    "zh": (
        "给客户增加会员等级：青铜、白银、黄金；默认青铜。",
        "金额超过10000的订单需要送货说明。",
        "给客户增加生日（日期）。",
    ),
}
UNFINISHED = ("queued", "writing")


@router.get("")
async def workspace(
    *,
    page: SignedIn,
    module: UUID | None = None,
    version: int | None = None,
    against: int | None = None,
    generation: UUID | None = None,
    follow: UUID | None = None,
) -> Response:
    if module is not None:
        return await show_module(page, module, version, against=against)
    if generation is not None:
        return await _generation(page, generation)
    return await _describe(page, follow)


@router.post("")
async def describe(page: SignedIn, sentence: Text = "", model: Text = "", module: Text = "") -> Response:
    body = {"sentence": sentence} | ({"model_id": model} if model else {}) | ({"module_id": module} if module else {})
    try:
        generation = await page.gateway.post("/generations", body)
    except Refused as refused:
        follow = UUID(module) if module else None
        return await _describe(page, follow, refused, sentence, model)
    return page.go(f"{HERE}?generation={generation['id']}")


@router.get("/live")
async def live(page: SignedIn, generation: UUID) -> Response:
    first = await page.gateway.get(f"/generations/{generation}")

    async def progress() -> str:
        return page.text("generation_state.html", generation=await page.gateway.get(f"/generations/{generation}"))

    return page.live(first["module_id"], progress)


async def _describe(
    page: Page, follow: UUID | None, refused: Refused | None = None, sentence: str = "", model: str = ""
) -> Response:
    """`follow` is the module that the sentence becomes the next version of; without it a new one begins."""
    models, generations = await asyncio.gather(_usable_models(page), page.gateway.get("/generations", limit=10))
    module = await page.gateway.get(f"/modules/{follow}") if follow else None
    return page.render(
        "develop.html",
        refused.status if refused else 200,
        refused=refused,
        sentence=sentence,
        models=models,
        chosen=model,
        module=module if module and module["version"] else None,
        generations=generations["items"],
        examples=EXAMPLES[page.tongue.language],
    )


async def _usable_models(page: Page) -> list[dict[str, Any]]:
    """Only some roles may see them; for the others the page is closed anyway, and says so."""
    try:
        found = await page.gateway.get("/models", limit=200)
    except Refused:
        return []
    return [model for model in found["items"] if model["enabled"]]


async def _generation(page: Page, generation_id: UUID) -> Response:
    generation = await page.gateway.get(f"/generations/{generation_id}")
    if generation["state"] == "done":
        return RedirectResponse(f"{HERE}?module={generation['module_id']}", 303)
    return page.render("generation.html", generation=generation, going_on=generation["state"] in UNFINISHED)


async def show_module(
    page: Page,
    module_id: UUID,
    number: int | None,
    *,
    against: int | None = None,
    refused: Refused | None = None,
    typed: str | None = None,
    note: str = "",
) -> Response:
    """One version of a module, whole: what it does, the document, and all that became of the module."""
    overview = await page.gateway.get(f"/modules/{module_id}/overview")
    module = overview["module"] or await page.gateway.get(f"/modules/{module_id}")
    newest: int | None = module["version"]
    if newest is None:
        return await _without_version(page, module_id)
    wanted = number or newest
    earlier = against if against is not None else wanted - 1
    version, difference = await asyncio.gather(
        page.gateway.get(f"/modules/{module_id}/versions/{wanted}"), _difference(page, module_id, wanted, earlier)
    )
    return page.render(
        "module.html",
        refused.status if refused else 200,
        refused=refused,
        overview=overview | {"module": module},
        version=version,
        against=earlier,
        difference=difference,
        newest=newest,
        next_step=next_step(page.tongue, module) if wanted == newest else None,
        text=typed if typed is not None else orjson.dumps(version["patch"], option=orjson.OPT_INDENT_2).decode(),
        note=note,
    )


async def _without_version(page: Page, module_id: UUID) -> Response:
    """Its sentence is still being written, or was refused: that is what there is to see."""
    generations = await page.gateway.get("/generations", module_id=module_id, limit=1)
    if not generations["items"]:
        raise Refused(404, "page_missing", "", {"code": "page_missing"})
    return RedirectResponse(f"{HERE}?generation={generations['items'][0]['id']}", 303)


async def _difference(page: Page, module_id: UUID, number: int, against: int) -> list[dict[str, Any]]:
    if against < 1:
        return []
    found = await page.gateway.get(f"/modules/{module_id}/versions/{number}/diff", against=against)
    return found["changes"]
