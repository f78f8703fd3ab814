import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import update

from services.gateway import passwords
from services.gateway.passwords import password_fits
from services.gateway.tables import Session
from tests.services.gateway.running import PASSWORD, Gateway, running_gateway


async def test_a_person_signs_in_is_known_and_signs_out(gateway: Gateway) -> None:
    await gateway.add("developer", email="dana@example.com")

    answer = await gateway.client.post("/session", json={"email": " Dana@Example.com", "password": PASSWORD})
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    me = await gateway.client.get("/me", headers=headers)
    out = await gateway.client.delete("/session", headers=headers)
    after = await gateway.client.get("/me", headers=headers)

    assert answer.status_code == 201
    assert set(answer.json()) == {"token", "expires", "person"}
    assert me.json()["person"] == answer.json()["person"]
    assert "password" not in me.text
    assert (out.status_code, after.status_code, after.json()["code"]) == (204, 401, "not_signed_in")
    assert after.headers["www-authenticate"] == "Bearer"


async def test_unknown_disabled_and_wrong_get_one_same_answer_and_an_event_each(gateway: Gateway) -> None:
    await gateway.add(email="known@example.com")
    await gateway.add(email="gone@example.com", disabled=True)
    tries = [("nobody@example.com", PASSWORD), ("known@example.com", "wrong"), ("gone@example.com", PASSWORD)]

    answers = [await gateway.client.post("/session", json={"email": e, "password": p}) for e, p in tries]

    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["code"] == "sign_in_refused"
    events = await gateway.emitted()
    assert [(event["topic"], event["email"]) for event in events] == [("signin.failed", email) for email, _ in tries]


async def test_the_token_is_not_in_the_database(gateway: Gateway) -> None:
    headers = await gateway.sign_in("developer")
    async with gateway.app.state.sessions() as session:
        row = (await session.execute(Session.__table__.select())).one()
    assert headers["Authorization"].removeprefix("Bearer ") not in str(row)


async def test_an_expired_session_is_nobody(gateway: Gateway) -> None:
    headers = await gateway.sign_in("developer")
    async with gateway.app.state.sessions.begin() as session:
        await session.execute(update(Session).values(expires_at=Session.created_at))
    assert (await gateway.client.get("/me", headers=headers)).status_code == 401


async def test_via_is_believed_in_demo_mode_only(service_database: Callable[[str], str]) -> None:
    database = service_database("gateway")
    roles = ("developer", "reviewer", "administrator")
    people = [{"email": f"{r}@example.com", "name": r, "password": PASSWORD, "roles": [r]} for r in roles]
    body = {"email": "developer@example.com", "password": PASSWORD, "via": "demo"}

    async with running_gateway(database, seed_people=people) as gateway:
        refused = await gateway.client.post("/session", json=body)
    async with running_gateway(database, seed_people=people, demo=True) as gateway:
        allowed = await gateway.client.post("/session", json=body)
        headers = {"Authorization": f"Bearer {allowed.json()['token']}"}
        me = await gateway.client.get("/me", headers=headers)
        added = [event for event in await gateway.emitted() if event["topic"] == "person.added"]

    assert (refused.status_code, refused.json()["code"], refused.json()["pointer"]) == (422, "via_refused", "/via")
    assert me.json()["via"] == "demo"
    assert [event["after"]["roles"] for event in added] == [["developer"], ["reviewer"], ["administrator"]]
    assert PASSWORD not in str(added)


def test_the_hash_that_nobody_has_costs_as_much_as_any_other() -> None:
    assert not passwords.HASHER.check_needs_rehash(passwords.NOBODY)


async def test_hashing_leaves_the_event_loop_free(gateway: Gateway) -> None:
    await gateway.add(email="known@example.com")
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    ticking = asyncio.create_task(tick())
    assert not await password_fits(None, PASSWORD)
    ticking.cancel()
    assert ticks > 10


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic abc"])
async def test_without_a_session_there_is_a_problem_document(gateway: Gateway, header: str) -> None:
    answer = await gateway.client.get("/me", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_signed_in"
