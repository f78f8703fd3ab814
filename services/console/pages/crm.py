"""The CRM as its own users see it, made from the view models of the live manifest: a published change is seen here."""

import asyncio
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, Response
from starlette.datastructures import FormData

from services.console import files, records
from services.console.gateway import Refused
from services.console.page import Page, SignedIn

router = APIRouter(prefix="/crm")
Text = Annotated[str, Form()]
# Rows offered for new lines; a record with more keeps them all.
SPARE_LINES = 3
NEW = "new"


@router.get("")
async def menus(page: SignedIn) -> Response:
    found = await page.gateway.get("/menus", language=page.tongue.language)
    return page.render("crm_menus.html", menus=found["items"])


@router.get("/{entity}")
async def find_records(page: SignedIn, entity: str, cursor: str = "", sort: str = "") -> Response:
    view = await page.gateway.get(f"/views/{entity}/list", language=page.tongue.language)
    order = sort or view["sort"] or ""
    found = await page.gateway.get(f"/crm/{entity}", cursor=cursor, sort=order, limit=50)
    shown = partial(records.shown, page.tongue)
    return page.render("crm_list.html", entity=entity, view=view, found=found, sort=order, cursor=cursor, shown=shown)


@router.get("/{entity}/{record_id}")
async def record(page: SignedIn, entity: str, record_id: str) -> Response:
    return await _form(page, entity, record_id)


@router.get("/{entity}/{record_id}/{field}")
async def file(page: SignedIn, entity: str, record_id: str, field: str) -> Response:
    """To be saved, never to be shown: what people attach is not ours."""
    return files.handed_over(await page.gateway.open(f"/crm/{entity}/{record_id}/{field}"))


@router.post("/{entity}/{record_id}")
async def save(page: SignedIn, entity: str, record_id: str) -> Response:
    files.refuse_too_much(page.request)
    async with page.request.form() as form:
        return await _save(page, entity, record_id, form)


async def _save(page: Page, entity: str, record_id: str, form: FormData) -> Response:
    view = await page.gateway.get(f"/views/{entity}/form", language=page.tongue.language)
    values = records.values(view, form)
    try:
        async for name, value in files.attached(page.gateway, view, form):
            values[name] = value
        if record_id == NEW:
            known = {name: value for name, value in values.items() if value is not None}
            saved = await page.gateway.post(f"/crm/{entity}", known)
        else:
            tag = f'"{form.get("read_at")}"' if form.get("read_at") else None
            saved = await page.gateway.patch(f"/crm/{entity}/{record_id}", values, unchanged_since=tag)
    except Refused as refused:
        return await _form(page, entity, record_id, refused, values)
    return page.go(f"/crm/{entity}/{saved['id']}", "record-saved")


@router.post("/{entity}/{record_id}/transition")
async def transition(page: SignedIn, entity: str, record_id: str, to: Text) -> Response:
    try:
        await page.gateway.post(f"/crm/{entity}/{record_id}/transition", {"to": to})
    except Refused as refused:
        return await _form(page, entity, record_id, refused)
    return page.go(f"/crm/{entity}/{record_id}", "record-saved")


@router.post("/{entity}/{record_id}/delete")
async def delete(page: SignedIn, entity: str, record_id: str) -> Response:
    try:
        await page.gateway.delete(f"/crm/{entity}/{record_id}")
    except Refused as refused:
        return await _form(page, entity, record_id, refused)
    return page.go(f"/crm/{entity}", "record-deleted")


async def _form(
    page: Page, entity: str, record_id: str, refused: Refused | None = None, typed: dict[str, Any] | None = None
) -> Response:
    view = await page.gateway.get(f"/views/{entity}/form", language=page.tongue.language)
    new = record_id == NEW
    stored: dict[str, Any] = records.filled_in(view) if new else await page.gateway.get(f"/crm/{entity}/{record_id}")
    targets = sorted(records.targets(view))
    choices = dict(zip(targets, await asyncio.gather(*(_choices(page, one) for one in targets)), strict=True))
    return page.render(
        "crm_form.html",
        refused.status if refused else 200,
        refused=refused,
        entity=entity,
        record_id=record_id,
        new=new,
        view=view,
        stored=stored,
        record=stored | (typed or {}),
        inputs=records.inputs(view, stored | (typed or {})),
        wrong=_beside(page, refused),
        choices=choices,
        spare=SPARE_LINES,
        shown=partial(records.shown, page.tongue),
        timelines=[] if new else await _timelines(page, entity, record_id),
    )


def _beside(page: Page, refused: Refused | None) -> dict[str, str]:
    """The problems of a form by field, for the place where each belongs."""
    told: dict[str, str] = {}
    for one in refused.problems if refused else ():
        field = str(one.get("field") or "")
        told[field] = f"{told[field]} {page.tell(one)}" if field in told else page.tell(one)
    return told


async def _choices(page: Page, entity: str) -> list[dict[str, str]]:
    """The records a reference may name: the first 200, by title. None where the person may not see them."""
    try:
        view, found = await asyncio.gather(
            page.gateway.get(f"/views/{entity}/form", language=page.tongue.language),
            page.gateway.get(f"/crm/{entity}", limit=200),
        )
    except Refused:
        return []
    titled = [{"id": one["id"], "title": str(one.get(view["title_field"]) or one["id"])} for one in found["items"]]
    return sorted(titled, key=lambda one: one["title"].casefold())


async def _timelines(page: Page, entity: str, record_id: str) -> list[dict[str, Any]]:
    live = await page.gateway.get("/manifest")
    tellers = records.timelines(live["manifest"], entity)
    found = await asyncio.gather(*(_timeline(page, teller, record_id) for teller in tellers))
    return [timeline for timeline in found if timeline is not None]


async def _timeline(page: Page, teller: str, record_id: str) -> dict[str, Any] | None:
    """None where the person's CRM roles do not reach."""
    try:
        told: dict[str, Any] = await page.gateway.get(
            f"/views/{teller}/timeline", record=record_id, language=page.tongue.language
        )
    except Refused:
        return None
    return told
