import asyncio
from typing import Any

import pytest

from tests.services.gateway.running import PASSWORD, Gateway

NEW = {"email": "new@example.com", "name": "New", "password": PASSWORD, "roles": ["developer"], "crm_roles": ["sales"]}


async def test_an_administrator_adds_somebody_who_can_sign_in(gateway: Gateway) -> None:
    headers = await gateway.sign_in("administrator")

    added = await gateway.client.post("/people", json=NEW, headers=headers)
    signed_in = await gateway.client.post("/session", json={"email": "new@example.com", "password": PASSWORD})

    assert added.status_code == 201
    view = added.json()
    assert view == signed_in.json()["person"]
    assert (view["roles"], view["crm_roles"], view["kind"]) == (["developer"], ["sales"], "person")
    (event,) = await gateway.emitted()
    assert (event["topic"], event["person"], event["after"]["email"]) == ("person.added", view["id"], "new@example.com")
    assert event["cause"]["actor"]["name"] == "Administrator"
    assert "password" not in str(event).lower()


@pytest.mark.parametrize("path", ["/people", "/people/00000000-0000-0000-0000-000000000000"])
async def test_people_are_the_administrators_business(gateway: Gateway, path: str) -> None:
    headers = await gateway.sign_in("developer", "reviewer")
    method = "POST" if path == "/people" else "PATCH"
    answer = await gateway.client.request(method, path, json=NEW if method == "POST" else {}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")
    assert answer.json()["params"] == {"needs": ["administrator"]}


async def test_an_address_names_one_person_whatever_its_case(gateway: Gateway) -> None:
    headers = await gateway.sign_in("administrator")
    await gateway.client.post("/people", json=NEW, headers=headers)
    again = await gateway.client.post("/people", json={**NEW, "email": "NEW@example.com"}, headers=headers)
    assert (again.status_code, again.json()["code"], again.json()["pointer"]) == (409, "email_taken", "/email")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"email": "nonsense"}, "/email"),
        ({"password": "short"}, "/password"),
        ({"roles": ["emperor"]}, "/roles/0"),
        ({"kind": "god"}, "/kind"),
        ({"id": "00000000-0000-0000-0000-000000000000"}, "/id"),
        ({"password_hash": "x"}, "/password_hash"),
    ],
)
async def test_what_does_not_fit_is_refused_by_name(gateway: Gateway, change: dict[str, Any], pointer: str) -> None:
    headers = await gateway.sign_in("administrator")
    answer = await gateway.client.post("/people", json={**NEW, **change}, headers=headers)
    assert (answer.status_code, answer.json()["pointer"]) == (422, pointer)
    assert PASSWORD not in answer.text


async def test_a_change_tells_before_and_after_and_nothing_else_can_be_changed(gateway: Gateway) -> None:
    headers = await gateway.sign_in("administrator")
    person = await gateway.add("developer", email="dana@example.com")

    changed = await gateway.client.patch(f"/people/{person.id}", json={"roles": ["reviewer"]}, headers=headers)
    same = await gateway.client.patch(f"/people/{person.id}", json={"roles": ["reviewer"]}, headers=headers)
    smuggled = await gateway.client.patch(f"/people/{person.id}", json={"email": "x@example.com"}, headers=headers)

    assert (changed.json()["roles"], same.status_code, smuggled.status_code) == (["reviewer"], 200, 422)
    event, refusal = await gateway.emitted()
    assert (event["topic"], event["before"]["roles"], event["after"]["roles"]) == (
        "person.changed",
        ["developer"],
        ["reviewer"],
    )
    assert refusal["topic"] == "command.refused"


@pytest.mark.parametrize("change", [{"disabled": True}, {"password": "another good password"}])
async def test_whoever_is_disabled_or_gets_a_new_password_is_signed_out(
    gateway: Gateway, change: dict[str, Any]
) -> None:
    headers = await gateway.sign_in("administrator")
    theirs = await gateway.sign_in("developer")
    person = (await gateway.client.get("/me", headers=theirs)).json()["person"]

    changed = await gateway.client.patch(f"/people/{person['id']}", json=change, headers=headers)

    assert changed.status_code == 200
    assert (await gateway.client.get("/me", headers=theirs)).status_code == 401
    assert "another" not in str(await gateway.emitted())


async def test_two_administrators_cannot_remove_each_other_at_once(gateway: Gateway) -> None:
    first = await gateway.add("administrator", email="one@example.com")
    second = await gateway.add("administrator", email="two@example.com")
    headers: list[dict[str, str]] = []
    for person in (first, second):
        answer = await gateway.client.post("/session", json={"email": person.email, "password": PASSWORD})
        headers.append({"Authorization": f"Bearer {answer.json()['token']}"})

    answers = await asyncio.gather(
        gateway.client.patch(f"/people/{second.id}", json={"roles": []}, headers=headers[0]),
        gateway.client.patch(f"/people/{first.id}", json={"disabled": True}, headers=headers[1]),
    )

    assert sorted(answer.status_code for answer in answers) in ([200, 403], [200, 409])


async def test_people_come_in_pages_newest_first(gateway: Gateway) -> None:
    headers = await gateway.sign_in("administrator")
    for number in range(4):
        await gateway.add(email=f"p{number}@example.com")

    first = (await gateway.client.get("/people?limit=3", headers=headers)).json()
    second = (await gateway.client.get("/people", params={"cursor": first["next"]}, headers=headers)).json()
    wrong = await gateway.client.get("/people?cursor=nonsense", headers=headers)

    emails = [person["email"] for person in first["items"] + second["items"]]
    assert emails == [f"p{number}@example.com" for number in (3, 2, 1, 0)] + ["administrator@example.com"]
    assert second["next"] is None
    assert (wrong.status_code, wrong.json()["code"]) == (422, "cursor_invalid")


async def test_me_names_the_role_that_is_missing(gateway: Gateway) -> None:
    headers = await gateway.sign_in("developer")
    capabilities = (await gateway.client.get("/me", headers=headers)).json()["capabilities"]
    assert capabilities["menu"]["develop"] == {"allowed": True, "needs": []}
    assert capabilities["menu"]["models"] == {"allowed": False, "needs": ["administrator"]}
    assert capabilities["commands"]["approve"] == {"allowed": False, "needs": ["reviewer", "administrator"]}
    assert capabilities["commands"]["submit"]["allowed"]
