"""A model of a provider writes the patch: the key may be missing or wrong, and a good answer goes all the way."""

from collections.abc import Callable
from typing import Any

import pytest

from patchbay.client import Json
from patchbay.errors import Refused
from tests.pipeline.acts import passed, published, reviewed
from tests.pipeline.running import People
from tests.services.generator.provider import prose, provider, refusal, tool_use

SENTENCE = "Customers should have a nickname."


async def model_at(people: People, url: str, name: str, **values: Any) -> Json:
    return await people.administrator.add_model(
        {"name": name, "kind": "anthropic", "base_url": url, "model": "kimi-k3", "key": "sk-0123456789", **values}
    )


async def written_by(people: People, model: Json) -> Json:
    started = await people.developer.generate(SENTENCE, model_id=model["id"])
    return await people.developer.wait_generation(started["id"])


async def test_a_model_without_a_key_is_refused_before_anything_is_sent(
    people: People, unique: Callable[[str], str]
) -> None:
    async with provider(prose("never asked")) as told:
        model = await model_at(people, told.url, unique("keyless"), key=None)
        with pytest.raises(Refused) as refused:
            await people.developer.generate(SENTENCE, model_id=model["id"])
    assert (refused.value.status, refused.value.code, told.heard) == (409, "model_key_missing", [])
    assert "administrator" in refused.value.detail


async def test_a_wrong_key_is_named_and_leaves_no_version(people: People, unique: Callable[[str], str]) -> None:
    async with provider(refusal(401, "authentication_error", "invalid x-api-key")) as told:
        model = await model_at(people, told.url, unique("locked"))
        check = await people.administrator.check_model(model["id"])
        generation = await written_by(people, model)
    assert check["outcome"] == "key_refused"
    assert (generation["state"], generation["code"], generation["version"]) == (
        "refused",
        "provider_key_refused",
        None,
    )
    assert "administrator" in generation["message"]["en"]
    assert "sk-0123456789" not in str(generation)


async def test_a_provider_that_is_not_there_is_named(people: People, unique: Callable[[str], str]) -> None:
    async with provider(prose("gone")) as told:
        url = told.url
    generation = await written_by(people, await model_at(people, url, unique("gone")))
    assert (generation["state"], generation["code"]) == ("refused", "provider_unreachable")


async def test_an_address_inside_the_network_is_refused(people: People, unique: Callable[[str], str]) -> None:
    with pytest.raises(Refused) as refused:
        await model_at(people, "https://10.0.0.1/v1", unique("inward"))
    assert (refused.value.status, refused.value.code) == (422, "address_refused")
    assert refused.value.pointer == "/base_url"


async def test_a_good_answer_goes_all_the_way_to_published(people: People, unique: Callable[[str], str]) -> None:
    field = unique("nickname")
    document = {
        "patch": "1",
        "module": {"name": "whatever", "title": {"en": "Nickname", "zh": "昵称"}},
        "operations": [{"op": "add_field", "entity": "Customer", "field": {"type": "text", "name": field}}],
    }
    invalid = document | {"operations": [{"op": "add_field", "entity": "Custmer", "field": {"type": "text"}}]}
    async with provider(tool_use("write_patch", invalid), tool_use("write_patch", document)) as told:
        generation = await written_by(people, await model_at(people, told.url, unique("kimi")))
    assert (generation["state"], [one["state"] for one in generation["attempts"]]) == ("done", ["invalid", "valid"])
    assert {heard.headers["x-api-key"] for heard in told.heard} == {"sk-0123456789"}
    version = await passed(people.developer, generation["module_id"], generation["version"])
    await reviewed(people.developer, people.reviewer, version)
    await published(people.administrator, version)
    form = await people.administrator.view("Customer", "form")
    assert field in {one["name"] for one in form["fields"]}
