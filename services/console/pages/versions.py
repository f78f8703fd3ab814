"""Editing a patch by hand: check it, save it as a new version, restore an earlier one, import a document."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Form, Response

from services.console.gateway import Refused
from services.console.page import SignedIn
from services.console.pages.develop import HERE, show_module

router = APIRouter(prefix=HERE)
Text = Annotated[str, Form()]
Number = Annotated[int, Form()]


@router.post("/import")
async def import_document(page: SignedIn, document: Text = "") -> Response:
    try:
        module = await page.gateway.post("/modules", {"patch": read_json(document)})
    except Refused as refused:
        return page.render("import.html", refused.status, refused=refused, document=document)
    return page.go(f"{HERE}?module={module['id']}", "saved")


@router.get("/import")
async def import_form(page: SignedIn) -> Response:
    return page.render("import.html", document="")


@router.post("/{module}/save")
async def save(page: SignedIn, module: UUID, number: Number, patch: Text = "", note: Text = "") -> Response:
    """What was typed stays in the box when it is refused."""
    try:
        body = {"patch": read_json(patch), "note": note.strip() or None}
        saved = await page.gateway.post(f"/modules/{module}/versions", body)
    except Refused as refused:
        return await show_module(page, module, number, refused=refused, typed=patch, note=note)
    return page.go(f"{HERE}?module={module}", "unchanged" if saved["unchanged"] else "saved")


@router.post("/{module}/restore")
async def restore(page: SignedIn, module: UUID, number: Number) -> Response:
    try:
        await page.gateway.post(f"/modules/{module}/versions/{number}/restore")
    except Refused as refused:
        return await show_module(page, module, number, refused=refused)
    return page.go(f"{HERE}?module={module}", "restored")


@router.post("/check")
async def check(page: SignedIn, patch: Text = "") -> Response:
    """The problems of the text as it stands, as a fragment under the editor; nothing is saved."""
    try:
        found = await page.gateway.post("/patches/validate", {"patch": read_json(patch)})
    except Refused as refused:
        return page.render("check.html", refused=refused, found=None)
    return page.render("check.html", found=found, refused=_as_refusal(found))


def read_json(text: str) -> Any:
    """The document in a text box. Raises Refused naming line and column."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        params = {"line": error.lineno, "column": error.colno}
        problem: dict[str, Any] = {"code": "json_invalid", "params": params, "detail": error.msg}
        raise Refused(422, "json_invalid", error.msg, problem) from error


def _as_refusal(found: dict[str, Any]) -> Refused | None:
    return None if found["valid"] else Refused(422, "patch_invalid", "", {"problems": found["problems"]})
