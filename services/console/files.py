"""Files in the form of a record: on to the CRM before the record is saved, and from there to whoever wants to keep one.

A file that was sent on stays named in the form when the rest of it is refused: nobody chooses it twice.
"""

import re
from collections.abc import AsyncGenerator
from typing import Any, cast

import httpx
import orjson
from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response, StreamingResponse

from services.console.gateway import Gateway, Refused

# Beyond what any file may have, so that one that is too large is refused beside its field.
_FORM_BYTES = 100 * 1024 * 1024
_PIECE = 64 * 1024
_PASSED_ON = ("content-type", "content-length")
_FOLDERS = re.compile(r".*[/\\]", re.DOTALL)


def refuse_too_much(request: Request) -> None:
    """Raises Refused for a form that is larger than all of its parts may be, or does not say how large it is."""
    said = request.headers.get("content-length", "")
    if not said.isdecimal() or int(said) > _FORM_BYTES:
        raise Refused(413, "form_too_large", "", {"code": "form_too_large"})


async def attached(gateway: Gateway, view: dict[str, Any], form: FormData) -> AsyncGenerator[tuple[str, Any]]:
    """The value of each file field of which the form says anything. Raises Refused for one that is too large."""
    for field in view["fields"]:
        if field["type"] != "file" or field["read_only"] or field["hidden"]:
            continue
        name, chosen = field["name"], form.get(field["name"])
        if isinstance(chosen, UploadFile) and chosen.filename:
            yield name, await _sent_on(gateway, field, chosen, chosen.filename)
        elif form.get(f"{name}.remove"):
            yield name, None
        elif kept := _kept(form.get(f"{name}.kept")):
            yield name, kept


def handed_over(answer: httpx.Response) -> Response:
    """Whatever it says of itself, a browser only saves it."""
    headers = {name: answer.headers[name] for name in _PASSED_ON if name in answer.headers}
    said = answer.headers.get("content-disposition", "")
    headers["content-disposition"] = said if said.startswith("attachment") else "attachment"
    headers["content-security-policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    return StreamingResponse(_pieces_of(answer), headers=headers)


async def _sent_on(gateway: Gateway, field: dict[str, Any], chosen: UploadFile, path: str) -> dict[str, Any]:
    size, name = chosen.size or 0, field["name"]
    if size > field["max_bytes"]:
        problem = {"field": name, "code": "file_too_large", "params": {"bytes": size, "max": field["max_bytes"]}}
        raise Refused(422, "file_too_large", "", {"code": "file_too_large", "problems": [problem]})
    kind = chosen.content_type or "application/octet-stream"
    try:
        sent = await gateway.send("/crm/files", _read(chosen), size, kind)
    except Refused as refused:
        problems = [{**one, "field": name} for one in refused.problems]
        told = {**refused.problem, "problems": problems}
        raise Refused(refused.status, refused.code, refused.detail, told) from refused
    # Some browsers send the whole path.
    return {"name": _FOLDERS.sub("", path), **sent}


def _kept(said: object) -> dict[str, Any] | None:
    """What stood in the form of a file sent on before; whether that is so, the CRM knows."""
    try:
        kept = orjson.loads(said) if isinstance(said, str) else None
    except orjson.JSONDecodeError:
        return None
    parts = cast("dict[str, Any]", kept) if isinstance(kept, dict) else {}
    return parts if isinstance(parts.get("name"), str) and isinstance(parts.get("size"), int) else None


async def _read(chosen: UploadFile) -> AsyncGenerator[bytes]:
    while piece := await chosen.read(_PIECE):
        yield piece


async def _pieces_of(answer: httpx.Response) -> AsyncGenerator[bytes]:
    try:
        async for piece in answer.aiter_raw():
            yield piece
    finally:
        await answer.aclose()
