"""The CRM as its own users see it, made from the view models of the live manifest: a published change is seen here."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Response
from starlette.datastructures import FormData

from services.console.gateway import Refused
from services.console.page import Page, SignedIn

router = APIRouter(prefix="/crm")
Text = Annotated[str, Form()]
# Rows offered for new lines; a record with more keeps them all.
SPARE_LINES = 3


@router.get("")
async def menus(page: SignedIn) -> Response:
    return page.render("crm_menus.html", **await _menus(page))


@router.get("/{entity}")
async def records(page: SignedIn, entity: str, cursor: str = "", sort: str = "") -> Response:
    view = await page.gateway.get(f"/views/{entity}/list", language=page.tongue.language)
    found = await page.gateway.get(f"/crm/{entity}", cursor=cursor, sort=sort, limit=50)
    return page.render("crm_list.html", entity=entity, view=view, records=found, **await _menus(page))


@router.get("/{entity}/{record_id}")
async def record(page: SignedIn, entity: str, record_id: str) -> Response:
    return await _form(page, entity, record_id)


@router.post("/{entity}/{record_id}")
async def save(page: SignedIn, entity: str, record_id: str) -> Response:
    form = await page.request.form()
    view = await page.gateway.get(f"/views/{entity}/form", language=page.tongue.language)
    values = _values(view, form)
    try:
        if record_id == "new":
            await page.gateway.post(
                f"/crm/{entity}", {name: value for name, value in values.items() if value is not None}
            )
        else:
            await page.gateway.patch(f"/crm/{entity}/{record_id}", values)
    except Refused as refused:
        return await _form(page, entity, record_id, refused, values)
    return page.go(f"/crm/{entity}", "record-saved")


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
    stored: dict[str, Any] = {} if record_id == "new" else await page.gateway.get(f"/crm/{entity}/{record_id}")
    wrong = {one.get("field"): page.tongue.pick(one.get("message")) for one in refused.problems} if refused else {}
    targets = {field["target"] for field in _with_lines(view["fields"]) if field.get("target")}
    choices = {target: await _choices(page, target) for target in targets}
    return page.render(
        "crm_form.html",
        refused.status if refused else 200,
        refused=refused,
        entity=entity,
        record_id=record_id,
        view=view,
        record=stored | (typed or {}),
        wrong=wrong,
        choices=choices,
        spare=SPARE_LINES,
        **await _menus(page),
    )


async def _menus(page: Page) -> dict[str, Any]:
    return {"menus": (await page.gateway.get("/menus", language=page.tongue.language))["items"]}


async def _choices(page: Page, entity: str) -> list[dict[str, str]]:
    """The records a reference may name: the first 200, by title."""
    view = await page.gateway.get(f"/views/{entity}/form", language=page.tongue.language)
    found = await page.gateway.get(f"/crm/{entity}", limit=200)
    return [{"id": one["id"], "title": str(one.get(view["title_field"]) or one["id"])} for one in found["items"]]


def _with_lines(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*fields, *(inner for field in fields for inner in _inner(field))]


def _inner(field: dict[str, Any]) -> list[dict[str, Any]]:
    return field.get("fields") or []


def _values(view: dict[str, Any], form: FormData) -> dict[str, Any]:
    """What the form says, as the record API takes it: an empty box is no value."""
    return {
        field["name"]: _lines(field, form) if field["type"] == "lines" else _value(field, form.get(field["name"]))
        for field in view["fields"]
        if not field["read_only"]
    }


def _lines(field: dict[str, Any], form: FormData) -> list[dict[str, Any]]:
    count = int(str(form.get(f"{field['name']}.count") or 0))
    inner = [one for one in field["fields"] if not one["read_only"]]
    rows = [
        {one["name"]: _value(one, form.get(f"{field['name']}.{index}.{one['name']}")) for one in inner}
        for index in range(count)
    ]
    return [row for row in rows if any(value is not None for value in row.values())]


def _value(field: dict[str, Any], typed: object) -> Any:
    if field["type"] == "boolean":
        return typed == "on"
    text = str(typed).strip() if typed is not None else ""
    if not text:
        return None
    if field["type"] == "integer":
        # Not a number stays as typed: the CRM says what is wrong with it, beside the field.
        return int(text) if text.lstrip("-").isdigit() else text
    if field["type"] == "datetime" and len(text) == len("2026-01-01T10:00"):
        return text + ":00Z"
    return text
