"""On whose behalf a request comes, and what it may do."""

from collections.abc import AsyncGenerator
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter

from shared.contracts.event import Actor, Cause
from shared.runtime.bootstrap import create_service
from shared.runtime.errors import Unauthorised
from shared.runtime.identity import Caller, make_keys, mint, requires, verify
from shared.runtime.settings import ServiceSettings

PRIVATE, PUBLIC = make_keys()
ADA = Cause(actor=Actor(kind="person", id="p-1", name="Ada", roles=("developer",), crm_roles=("sales",)))

router = APIRouter()


@router.get("/who")
async def who(cause: Caller) -> Cause:
    return cause


@router.get("/administration")
async def administration(cause: Annotated[Cause, requires("administrator", "reviewer")]) -> str:
    return cause.person.name


@pytest.fixture
async def client() -> AsyncGenerator[httpx.AsyncClient]:
    settings = ServiceSettings(gateway_public_key=PUBLIC)
    app = create_service("tester", settings, routers=[router], handlers=None, base=None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        yield client


def bearer(cause: Cause, audience: str = "tester", key: str = PRIVATE, seconds: int = 60) -> dict[str, str]:
    return {"authorization": f"Bearer {mint(key, cause, audience, seconds)}"}


async def test_the_gateway_vouches_for_the_whole_cause(client: httpx.AsyncClient) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {**bearer(ADA), "traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    told = Cause.model_validate((await client.get("/who", headers=headers)).json())
    assert told.model_copy(update={"traceparent": None}) == ADA
    assert told.traceparent is not None
    assert trace in told.traceparent


async def test_who_acts_for_somebody_has_that_persons_roles(client: httpx.AsyncClient) -> None:
    behalf = ADA.actor.model_copy(update={"roles": ("reviewer",)})
    cause = ADA.model_copy(update={"actor": behalf}).by("gateway")
    assert (await client.get("/administration", headers=bearer(cause))).json() == "Ada"


async def test_a_missing_role_is_named(client: httpx.AsyncClient) -> None:
    problem = (await client.get("/administration", headers=bearer(ADA))).json()
    assert (problem["status"], problem["code"]) == (403, "role_missing")
    assert problem["params"] == {"needs": ["administrator", "reviewer"]}


@pytest.mark.parametrize("header", [{}, {"authorization": "Basic eDp5"}, {"authorization": "Bearer "}])
async def test_without_a_token_nobody_is_answered(client: httpx.AsyncClient, header: dict[str, str]) -> None:
    problem = (await client.get("/who", headers=header)).json()
    assert (problem["status"], problem["code"]) == (401, "token_missing")


@pytest.mark.parametrize("how", ["for another service", "by another key", "too old", "altered", "unsigned"])
async def test_a_token_that_does_not_hold_is_refused(client: httpx.AsyncClient, how: str) -> None:
    headers = {
        "for another service": bearer(ADA, audience="crm"),
        "by another key": bearer(ADA, key=make_keys()[0]),
        "too old": bearer(ADA, seconds=-60),
        "altered": {"authorization": bearer(ADA)["authorization"][:-6] + "AAAAAA"},
        # {"alg":"none"} and no signature.
        "unsigned": {"authorization": "Bearer eyJhbGciOiJub25lIn0." + mint(PRIVATE, ADA, "tester").split(".")[1] + "."},
    }[how]
    problem = (await client.get("/who", headers=headers)).json()
    assert (problem["status"], problem["code"]) == (401, "token_invalid")


def test_no_key_verifies_nothing() -> None:
    with pytest.raises(Unauthorised):
        verify("", mint(PRIVATE, ADA, "tester"), "tester")
