from typing import Any

import pytest
from sqlalchemy import text

from tests.services.gateway.running import Gateway, Service

REFUSAL = {"code": "own_version", "params": {"author": "Dana"}, "status": 409}


async def refusals(gateway: Gateway) -> list[dict[str, Any]]:
    return [event for event in await gateway.emitted() if event["topic"] == "command.refused"]


async def test_a_command_that_a_service_refuses_is_recorded_and_the_answer_stands(
    city: Gateway, services: dict[str, Service]
) -> None:
    services["review"].says("/reviews/1/approve", REFUSAL, 409)
    headers = await city.sign_in("reviewer")

    answer = await city.client.post("/reviews/1/approve", json={"acknowledged": []}, headers=headers)

    assert (answer.status_code, answer.json()) == (409, REFUSAL)
    (event,) = await refusals(city)
    assert (event["method"], event["path"], event["status"]) == ("POST", "/api/v1/reviews/1/approve", 409)
    assert (event["code"], event["params"]) == ("own_version", {"author": "Dana"})
    assert event["cause"]["actor"]["name"] == "Reviewer"
    assert event["cause"]["correlation_id"] == str(services["review"].cause().correlation_id)


async def test_the_gateways_own_refusals_are_recorded(city: Gateway) -> None:
    headers = await city.sign_in("developer")
    await city.client.post("/people", json={}, headers=headers)
    await city.client.delete("/crm/customer/1", headers=headers)
    await city.client.post("/releases", json={})

    assert [(event["status"], event["code"], event["cause"]["actor"]["name"]) for event in await refusals(city)] == [
        (403, "role_missing", "Developer"),
        (503, "service_unavailable", "Developer"),
        (401, "not_signed_in", "unknown"),
    ]


async def test_reading_and_succeeding_leave_no_record(city: Gateway, services: dict[str, Service]) -> None:
    services["tester"].says("/runs", {"id": "1"}, 202)
    headers = await city.sign_in("developer")
    await city.client.post("/runs", json={}, headers=headers)
    await city.client.get("/runs/none", headers=headers)
    assert await refusals(city) == []


@pytest.mark.parametrize("body", ["not json", [1], {"code": 7, "params": "x"}, {}])
async def test_a_refusal_that_is_no_problem_document_is_recorded_by_its_status(
    city: Gateway, services: dict[str, Service], body: Any
) -> None:
    services["tester"].says("/runs", body, 400)
    await city.client.post("/runs", json={}, headers=await city.sign_in("developer"))
    (event,) = await refusals(city)
    assert (event["code"], event["params"]) == ("http_400", {})


async def test_an_answer_stands_though_the_record_cannot_be_written(
    city: Gateway, services: dict[str, Service]
) -> None:
    services["tester"].says("/runs", REFUSAL, 409)
    headers = await city.sign_in("developer")
    async with city.app.state.sessions.begin() as session:
        await session.execute(text("ALTER TABLE outbox RENAME TO elsewhere"))
    answer = await city.client.post("/runs", json={}, headers=headers)
    assert (answer.status_code, answer.json()) == (409, REFUSAL)
