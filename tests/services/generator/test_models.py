"""Configured models: who may touch them, and that a key goes in and never comes out."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from services.generator.address import AddressRefused, resolve
from services.generator.presets import BUILTIN_ID, KIMI_ID
from services.generator.tables import ConfiguredModel
from tests.services.edge import ADA, ANNA, RITA, problem
from tests.services.generator.provider import provider, refusal, tool_use
from tests.services.generator.workshop import Json, Workshop, workshop

KEY = "sk-secret-98765432"
VALUES: Json = {
    "name": "Local",
    "kind": "anthropic",
    "base_url": "http://127.0.0.1:9/",
    "model": "small",
    "key": KEY,
}


async def added(generator: Workshop, **changes: Any) -> Json:
    response = await generator.post("/models", ANNA, **(VALUES | changes))
    assert response.status_code == 201, response.text
    return response.json()


async def test_the_built_in_rules_come_first_and_need_no_key(generator: Workshop) -> None:
    items = (await generator.get("/models", ADA)).json()["items"]
    assert [(one["name"], one["default"], one["has_key"]) for one in items] == [
        ("Built-in rules (no AI)", True, False),
        ("Kimi", False, False),
    ]
    assert (items[1]["base_url"], items[1]["model"]) == ("https://api.kimi.com/coding/", "kimi-for-coding")


async def test_a_key_is_shown_by_its_last_four_only(generator: Workshop) -> None:
    made = await added(generator)
    assert (made["has_key"], made["key_last_four"]) == (True, "5432")
    assert KEY not in (await generator.get(f"/models/{made['id']}", ANNA)).text
    assert KEY not in str(await generator.told())
    async with generator.sessions.begin() as session:
        row = (await session.scalars(select(ConfiguredModel).where(ConfiguredModel.name == "Local"))).one()
    assert KEY.encode() not in (row.sealed_key or b"")


async def test_what_is_left_out_stays_and_an_empty_key_removes_it(generator: Workshop) -> None:
    made = await added(generator)
    changed = (await generator.put(f"/models/{made['id']}", ANNA, {"enabled": False})).json()
    assert (changed["enabled"], changed["has_key"], changed["model"]) == (False, True, "small")
    changed = (await generator.put(f"/models/{made['id']}", ANNA, {"key": ""})).json()
    assert (changed["has_key"], changed["key_last_four"]) == (False, None)


async def test_a_changed_address_takes_the_key_away(generator: Workshop) -> None:
    made = await added(generator)
    changed = (await generator.put(f"/models/{made['id']}", ANNA, {"base_url": "http://127.0.0.1:10/"})).json()
    assert changed["has_key"] is False
    told = [one for one in await generator.told() if one["topic"] == "model.configured"]
    assert [one["before"] and one["before"]["has_key"] for one in told] == [None, True]
    assert told[-1]["after"]["has_key"] is False


async def test_a_sealed_key_opens_for_its_own_row_and_address_only(generator: Workshop) -> None:
    one, other = await added(generator), await added(generator, name="Other")
    async with generator.sessions.begin() as session:
        rows = {str(row.id): row for row in await session.scalars(select(ConfiguredModel))}
        rows[other["id"]].sealed_key = rows[one["id"]].sealed_key
    assert problem(await generator.post(f"/models/{other['id']}/check", ANNA)) == (503, "key_unreadable")


async def test_without_a_master_key_no_key_is_kept(service_database: Callable[[str], str]) -> None:
    async with workshop(service_database, master_key=None) as generator:
        assert problem(await generator.post("/models", ANNA, **VALUES)) == (409, "master_key_missing")
        assert len((await generator.get("/models", ANNA)).json()["items"]) == 2


@pytest.mark.parametrize(
    ("base_url", "reason"),
    [
        ("http://api.example.com/", "not_https"),
        ("https://10.0.0.1/", "private_address"),
        ("https://localhost/", "private_address"),
        ("https://169.254.169.254/", "private_address"),
        ("https://[::1]/", "private_address"),
        ("https://user:pass@example.com/", "malformed"),
        ("ftp://example.com/", "not_https"),
        ("nonsense", "malformed"),
    ],
)
async def test_an_address_that_is_not_public_is_refused(generator: Workshop, base_url: str, reason: str) -> None:
    response = await generator.post("/models", ANNA, **(VALUES | {"base_url": base_url}))
    assert problem(response) == (422, "address_refused")
    assert response.json()["params"]["reason"] == reason


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("127.0.0.1", r"127\.0\.0\.1 is not on the public"),
        ("localhost", r"localhost leads to \S+, which is not on the"),
    ],
)
async def test_a_refused_address_is_named_once(host: str, said: str) -> None:
    with pytest.raises(AddressRefused, match=f"^{said}"):
        await resolve(host, 443, ())


async def test_the_environment_sets_the_kimi_preset_and_nothing_else(service_database: Callable[[str], str]) -> None:
    async with workshop(
        service_database, kimi_api_key="sk-env-1234", anthropic_base_url="https://kimi.example.com/"
    ) as generator:
        builtin, kimi = (await generator.get("/models", ANNA)).json()["items"]
        assert (builtin["default"], kimi["default"]) == (False, True)
        assert (kimi["from_environment"], kimi["key_last_four"]) == (["key", "base_url"], "1234")
        assert (kimi["base_url"], builtin["from_environment"]) == ("https://kimi.example.com/", [])
        response = await generator.put(f"/models/{KIMI_ID}", ANNA, {"key": "sk-other"})
        assert problem(response) == (409, "model_managed_by_environment")
        shown_back = {"name": "Kimi", "base_url": kimi["base_url"], "model": kimi["model"], "enabled": True}
        assert (await generator.put(f"/models/{KIMI_ID}", ANNA, shown_back)).status_code == 200


async def test_a_key_from_the_environment_never_goes_to_an_address_entered_here(
    service_database: Callable[[str], str],
) -> None:
    async with workshop(service_database) as generator:
        await generator.put(f"/models/{KIMI_ID}", ANNA, {"base_url": "http://127.0.0.1:9/"})
        keyring = generator.app.state.keyring
        environment = type(keyring.environment)(api_key="sk-env-1234")
        with_key = type(keyring)(keyring.vault, environment, keyring.allowed_hosts)
        async with generator.sessions.begin() as session:
            row = await session.get_one(ConfiguredModel, KIMI_ID)
            assert with_key.endpoint(row).base_url == "https://api.kimi.com/coding/"


async def test_a_chosen_default_wins_until_it_is_switched_off(generator: Workshop) -> None:
    made = await added(generator, default=True)
    listed = (await generator.get("/models", ADA)).json()["items"]
    assert [one["name"] for one in listed if one["default"]] == ["Local"]
    await generator.put(f"/models/{made['id']}", ANNA, {"enabled": False})
    listed = (await generator.get("/models", ADA)).json()["items"]
    assert [one["name"] for one in listed if one["default"]] == ["Built-in rules (no AI)"]


async def test_a_removed_model_is_told_and_a_preset_stays(generator: Workshop) -> None:
    made = await added(generator)
    await generator.told()
    assert (await generator.delete(f"/models/{made['id']}", ANNA)).status_code == 204
    (told,) = await generator.told()
    assert (told["topic"], told["name"]) == ("model.removed", "Local")
    assert problem(await generator.delete(f"/models/{BUILTIN_ID}", ANNA)) == (409, "model_preset")
    assert problem(await generator.get(f"/models/{made['id']}", ANNA)) == (404, "model_missing")


@pytest.mark.parametrize("who", [ADA, RITA])
async def test_only_administrators_change_models(generator: Workshop, who: Any) -> None:
    assert problem(await generator.post("/models", who, **VALUES)) == (403, "role_missing")
    assert problem(await generator.put(f"/models/{KIMI_ID}", who, {"enabled": False})) == (403, "role_missing")
    assert problem(await generator.post(f"/models/{KIMI_ID}/check", who)) == (403, "role_missing")


async def test_a_taken_name_an_unknown_key_and_a_missing_address_are_refused(generator: Workshop) -> None:
    await added(generator)
    assert problem(await generator.post("/models", ANNA, **VALUES)) == (409, "model_exists")
    assert problem(await generator.post("/models", ANNA, **VALUES, temperature=1))[0] == 422
    assert problem(await generator.post("/models", ANNA, name="X", kind="openai"))[0] == 422


async def test_a_connection_test_makes_one_small_tool_call(generator: Workshop) -> None:
    async with provider(tool_use("answer", {"word": "ready"})) as told:
        values = VALUES | {"base_url": f"{told.url}/"}
        check = (await generator.post("/models/check", ANNA, **values)).json()
        assert (check["outcome"], check["served_model"]) == ("ok", "kimi-for-coding-0905")
        assert check["latency_ms"] >= 0
        (heard,) = told.heard
        assert (heard.body["tools"][0]["name"], heard.body["max_tokens"]) == ("answer", 200)
    (event,) = await generator.told()
    assert (event["topic"], event["outcome"], event["model_id"]) == ("model.checked", "ok", None)


async def test_a_refused_key_is_what_the_connection_test_says(generator: Workshop) -> None:
    async with provider(refusal(401, "authentication_error", f"invalid key {KEY}")) as told:
        made = await added(generator, base_url=f"{told.url}/")
        check = (await generator.post(f"/models/{made['id']}/check", ANNA)).json()
    assert (check["outcome"], KEY in check["detail"]) == ("key_refused", False)


async def test_a_model_without_a_key_cannot_be_tested(generator: Workshop) -> None:
    assert problem(await generator.post(f"/models/{KIMI_ID}/check", ANNA)) == (409, "model_key_missing")
