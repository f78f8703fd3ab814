"""What every service answers, whatever goes wrong: one shape, and never a promise that the database did not keep."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text

from shared.contracts.lifecycle import TransitionRefused
from shared.patch.errors import Refusal
from shared.runtime.bootstrap import create_service
from shared.runtime.database import Transaction, service_base
from shared.runtime.errors import Conflict, NotFound, Unavailable
from shared.runtime.limits import BODY_BYTES, JSON_DEPTH, PATCH_BYTES
from shared.runtime.settings import ServiceSettings
from tests.support.databases import as_sqlalchemy
from tests.support.postgres import embedded_postgres

router = APIRouter()


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid")
    quantity: int = Field(gt=0)


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")
    note: str
    lines: list[Line] = Field(default_factory=list[Line])


@router.post("/orders", status_code=201)
async def take_order(order: Order, session: Transaction) -> dict[str, str]:
    await session.execute(text("INSERT INTO work VALUES (:note)"), {"note": order.note})
    return {"note": order.note}


@router.get("/orders")
async def list_orders(session: Transaction, limit: Annotated[int, Query(le=200)] = 50) -> list[str]:
    return list((await session.execute(text("SELECT note FROM work LIMIT :limit"), {"limit": limit})).scalars())


@router.post("/modules")
@router.post("/anything")
async def take_anything(body: dict[str, Any]) -> int:
    return len(body)


REFUSALS: dict[str, Exception] = {
    "missing": NotFound("No order 7. List them with GET /orders.", params={"id": "7"}),
    "stale": Conflict("Somebody was faster.", code="stale", pointer="/note", suggestion="Read it again."),
    "later": Unavailable("Not yet.", code="base_unknown", retry_after=7),
    "patch": Refusal("field_unknown", "/operations/0/field", {"field": "totl"}, "total"),
    "step": TransitionRefused("run_missing", needs="a full run"),
    "bug": KeyError("oops"),
}


@router.post("/refuse/{what}")
async def refuse(what: str) -> None:
    raise REFUSALS[what]


@asynccontextmanager
async def running(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        yield client


@pytest.fixture
async def client(database: str) -> AsyncGenerator[httpx.AsyncClient]:
    settings = ServiceSettings(database_url=as_sqlalchemy(database), transport="none")
    app = create_service("orders", settings, routers=[router], handlers=None, base=service_base())
    async with running(app) as client:
        async with app.state.sessions.begin() as session:
            await session.execute(text("CREATE TABLE work (note text UNIQUE DEFERRABLE INITIALLY DEFERRED)"))
        yield client


async def test_a_failed_commit_does_not_answer_created(client: httpx.AsyncClient) -> None:
    assert (await client.post("/orders", json={"note": "a"})).status_code == 201
    refused = await client.post("/orders", json={"note": "a"})
    assert (refused.status_code, refused.json()["code"]) == (500, "internal_error")
    assert (await client.get("/orders")).json() == ["a"]


async def test_a_request_that_does_not_fit_says_where(client: httpx.AsyncClient) -> None:
    body = {"lines": [{"quantity": 1}, {"quantity": 0}], "~/x": 1}
    answer = await client.post("/orders", json=body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid_request")
    assert answer.headers["content-type"] == "application/problem+json"
    assert {one["pointer"] for one in problem["problems"]} == {"/note", "/lines/1/quantity", "/~0~1x"}
    query = (await client.get("/orders?limit=1000")).json()
    assert (query["pointer"], query["problems"][0]["params"]) == ("?limit", {"le": "200"})


async def test_broken_json_is_a_refusal_too(client: httpx.AsyncClient) -> None:
    answer = await client.post("/orders", content=b'{"note": ', headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_a_refusal_has_all_its_parts(client: httpx.AsyncClient) -> None:
    missing = (await client.post("/refuse/missing")).json()
    assert missing.pop("request_id")
    assert missing == {
        "type": "urn:patchbay:problem:not_found",
        "title": "Not Found",
        "status": 404,
        "detail": "No order 7. List them with GET /orders.",
        "code": "not_found",
        "params": {"id": "7"},
    }
    stale = (await client.post("/refuse/stale")).json()
    assert (stale["status"], stale["pointer"], stale["suggestion"]) == (409, "/note", "Read it again.")


async def test_later_says_when(client: httpx.AsyncClient) -> None:
    answer = await client.post("/refuse/later")
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["code"]) == (503, "7", "base_unknown")


async def test_the_language_and_the_lifecycle_refuse_in_the_same_shape(client: httpx.AsyncClient) -> None:
    patch = (await client.post("/refuse/patch")).json()
    assert (patch["status"], patch["code"], patch["pointer"]) == (422, "field_unknown", "/operations/0/field")
    assert patch["problems"] == [
        {
            "code": "field_unknown",
            "params": {"field": "totl"},
            "pointer": "/operations/0/field",
            "detail": patch["detail"],
            "suggestion": "total",
        }
    ]
    step = (await client.post("/refuse/step")).json()
    assert (step["status"], step["code"], step["params"]) == (409, "run_missing", {"needs": "a full run"})


async def test_a_bug_is_a_plain_500_and_is_logged_with_its_request(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await client.post("/refuse/bug")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (500, "internal_error")
    assert "oops" not in answer.text
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert "KeyError: 'oops'" in caplog.text


async def test_unknown_paths_and_methods_are_problems_too(client: httpx.AsyncClient) -> None:
    assert (await client.get("/nowhere")).json()["code"] == "not_found"
    wrong = await client.delete("/orders")
    assert (wrong.json()["code"], wrong.headers["allow"]) == ("method_not_allowed", "POST, GET") or (
        wrong.status_code == 405
    )


async def test_a_trace_goes_on(client: httpx.AsyncClient) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    answer = await client.get("/orders", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert answer.headers["x-request-id"] == trace


async def test_bodies_have_a_size(client: httpx.AsyncClient) -> None:
    large = {"x": "a" * (BODY_BYTES + 1)}
    assert (await client.post("/anything", json=large)).json()["code"] == "body_too_large"
    assert (await client.post("/modules", json=large)).json() == 1
    huge = {"x": "a" * (PATCH_BYTES + 1)}
    assert (await client.post("/modules", json=huge)).status_code == 413


async def test_json_has_a_depth(client: httpx.AsyncClient) -> None:
    def nested(levels: int) -> bytes:
        return b'{"[{[{": ' * levels + b"1" + b"}" * levels

    json = {"content-type": "application/json"}
    assert (await client.post("/anything", content=nested(JSON_DEPTH), headers=json)).json() == 1
    deep = await client.post("/anything", content=nested(JSON_DEPTH + 1), headers=json)
    assert (deep.status_code, deep.json()["code"]) == (422, "body_too_deep")


@pytest.mark.parametrize("address", ["/orders/%00", "/orders?filter[name]=%00"])
async def test_an_address_holds_no_nul(client: httpx.AsyncClient, address: str) -> None:
    answer = await client.get(address)
    assert (answer.status_code, answer.json()["code"]) == (422, "character_refused")


async def test_a_database_that_is_away_is_a_503_and_not_ready() -> None:
    with embedded_postgres() as server:
        settings = ServiceSettings(database_url=as_sqlalchemy(server.url), transport="none")
        app = create_service("orders", settings, routers=[router], handlers=None, base=service_base())
        async with running(app) as client:
            assert (await client.get("/readyz")).json() == {"status": "ok", "checks": {"database": "ok"}}
            server.stop()
            answer = await client.post("/orders", json={"note": "a"})
            assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
            assert int(answer.headers["retry-after"]) > 0
            ready = await client.get("/readyz")
            assert (ready.status_code, ready.json()["checks"]["database"][:4]) == (503, "away")
            assert (await client.get("/livez")).status_code == 200
            server.start()
            assert (await client.get("/readyz")).status_code == 200
