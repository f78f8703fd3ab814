"""Files pass through the gateway as they are: larger than any other body, and with what keeps them from being shown."""

from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.crm.app import create_app
from services.crm.settings import Settings
from services.gateway.merging import Merged
from shared.patch.fields import FILE_BYTES_MAX
from tests.services.gateway.running import Gateway, Service


@pytest.fixture
def services() -> dict[str, Service]:
    """The CRM, with nothing to say yet."""
    return {"crm": Service("crm")}


PIECE = b"[" * 1_048_576


async def pieces(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield PIECE


async def weighed(request: Request) -> Response:
    size = 0
    async for piece in request.stream():
        size += len(piece)
    return JSONResponse({"size": size, "kind": request.headers["content-type"]}, 201)


async def test_a_file_of_the_largest_size_goes_through(city: Gateway, services: dict[str, Service]) -> None:
    services["crm"].endpoints["/crm/files"] = weighed
    headers = {**await city.sign_in(crm_roles=["sales"]), "Content-Type": "application/json"}
    for content in (PIECE * 25, pieces(25)):
        answer = await city.client.post("/crm/files", content=content, headers=headers)
        assert answer.json() == {"size": FILE_BYTES_MAX, "kind": "application/json"}
    assert services["crm"].cause().actor.crm_roles == ("sales",)


async def test_a_larger_one_does_not(city: Gateway, services: dict[str, Service]) -> None:
    services["crm"].endpoints["/crm/files"] = weighed
    headers = await city.sign_in()
    said = await city.client.post("/crm/files", content=PIECE * 25 + b"[", headers=headers)
    assert services["crm"].asked == []
    unsaid = await city.client.post("/crm/files", content=pieces(26), headers=headers)
    assert [(a.status_code, a.json()["code"]) for a in (said, unsaid)] == [(413, "body_too_large")] * 2
    other = await city.client.post("/crm/Customer", content=PIECE + b"]", headers=headers)
    assert other.status_code == 413


async def test_nobody_sends_or_gets_a_file(city: Gateway, services: dict[str, Service]) -> None:
    assert (await city.client.post("/crm/files", content=b"x")).status_code == 401
    assert (await city.client.get("/crm/Customer/7/scan")).status_code == 401
    assert services["crm"].asked == []


async def test_what_keeps_a_file_from_being_shown_reaches_the_browser(
    city: Gateway, services: dict[str, Service]
) -> None:
    safe = {
        "Content-Disposition": "attachment; filename=\"_.html\"; filename*=UTF-8''%E6%8A%A5.html",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Type": "text/html",
    }

    async def scan(_request: Request) -> Response:
        return Response(b"<script>", headers=safe)

    services["crm"].endpoints["/crm/Customer/7/scan"] = scan
    answer = await city.client.get("/crm/Customer/7/scan", headers=await city.sign_in())
    assert answer.content == b"<script>"
    assert {name: answer.headers[name] for name in safe} == safe


def test_both_are_documented() -> None:
    merged = Merged({"info": {"version": "1"}, "paths": {}})
    merged.add("crm", create_app(Settings(database_url="postgresql+asyncpg://nowhere", transport="none")).openapi())
    paths = merged.document["paths"]
    sent = paths["/api/v1/crm/files"]["post"]
    assert sent["requestBody"]["content"]["*/*"]["schema"]["format"] == "binary"
    got = paths["/api/v1/crm/{entity}/{record_id}/{field}"]["get"]
    assert list(got["responses"]["200"]["content"]) == ["application/octet-stream"]
