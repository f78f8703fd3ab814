"""From a sentence to a version, with the built-in rules."""

import asyncio
import json
from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.services.edge import ADA, RITA, problem
from tests.services.generator.workshop import DEMO, DEMO_ZH, Workshop, workshop

RITA_DEV = RITA.model_copy(update={"roles": ("developer",)})


@pytest.mark.parametrize("sentence", [DEMO, DEMO_ZH])
async def test_the_demo_sentence_becomes_a_version(generator: Workshop, sentence: str) -> None:
    ended = await generator.generate(sentence)
    assert (ended["state"], ended["version"], ended["code"]) == ("done", 1, None), ended
    version = await generator.version(ended["module_id"], 1)
    tier, note, rule = version["patch"]["operations"]
    assert (tier["op"], tier["entity"], tier["field"]["name"]) == ("add_field", "Customer", "loyaltyTier")
    assert [option["value"] for option in tier["field"]["options"]] == ["bronze", "silver", "gold"]
    assert tier["field"]["default"] == "bronze"
    assert (note["entity"], note["field"]["name"], note["field"]["type"]) == ("Order", "deliveryNote", "text")
    assert rule["rule"]["expression"] == "total <= 10000 || deliveryNote != null"
    assert rule["rule"]["message"] == {
        "en": "Orders over 10000 need a delivery note.",
        "zh": "金额超过10000的订单需要填写送货说明。",
    }
    assert len(version["patch"]["scenarios"]) == 5
    assert (version["risk"], version["acknowledge"]) == ("L2", ["/operations/2"])


async def test_the_version_is_announced_with_author_prompt_and_patch(generator: Workshop) -> None:
    ended = await generator.generate(DEMO)
    drafted, *rest = await generator.told()
    assert (drafted["topic"], rest) == ("version.drafted", [])
    assert drafted["version"]["module_id"] == ended["module_id"]
    assert (drafted["author"], drafted["editors"], drafted["prompt"]) == (ADA.id, [ADA.id], DEMO)
    assert drafted["model"] == "Built-in rules (no AI)"
    assert drafted["patch"]["module"]["name"] == ended["module"] == "customer_loyalty_tier"
    assert drafted["cause"]["actor"]["id"] == ADA.id


async def test_the_echo_says_what_each_sentence_became(generator: Workshop) -> None:
    ended = await generator.generate(DEMO)
    assert [(one["form"], one["operations"]) for one in ended["understood"]] == [
        ("add_field", ["/operations/0"]),
        ("need_over", ["/operations/1", "/operations/2"]),
    ]


async def test_a_second_description_adds_to_the_module(generator: Workshop) -> None:
    first = await generator.generate("Add a nickname to customers.")
    second = await generator.generate("Customer nickname is required.", RITA_DEV, module_id=first["module_id"])
    assert second["version"] == 2
    version = await generator.version(first["module_id"], 2)
    assert [operation["op"] for operation in version["patch"]["operations"]] == ["add_field", "change_field"]
    assert (version["builds_on"], version["editors"]) == (1, [ADA.id, RITA_DEV.id])


async def test_words_that_are_not_understood_are_named(generator: Workshop) -> None:
    ended = await generator.generate("Make the coffee stronger.")
    assert (ended["state"], ended["code"], ended["version"]) == ("refused", "words_not_understood", None)
    assert ended["params"]["words"] == ["coffee", "stronger"]
    assert ended["params"]["forms"]
    assert ended["message"]["en"].startswith("The built-in rules do not understand “coffee”, “stronger”.")
    refused, *_ = await generator.told()
    assert (refused["topic"], refused["code"]) == ("generation.refused", "words_not_understood")
    assert await generator.versions(ended["module_id"]) == []


async def test_one_sentence_that_is_not_understood_refuses_them_all(generator: Workshop) -> None:
    ended = await generator.generate("Add a nickname to customers. Make the coffee stronger.")
    assert (ended["state"], ended["params"]["words"]) == ("refused", ["coffee", "stronger"])


async def test_nonsense_has_a_code_of_its_own(generator: Workshop) -> None:
    assert (await generator.generate("asdf qwer zxcv"))["code"] == "sentence_nonsense"


@pytest.mark.parametrize("sentence", ["", "   ", "?!", "123 456"])
async def test_an_empty_description_is_refused_at_once(generator: Workshop, sentence: str) -> None:
    response = await generator.post("/generations", ADA, sentence=sentence)
    assert problem(response) == (422, "sentence_empty")
    assert await generator.told() == []


async def test_a_name_that_is_taken_is_refused_with_the_problem(generator: Workshop) -> None:
    ended = await generator.generate("Add a phone to customers.")
    assert (ended["state"], ended["code"]) == ("refused", "field_taken"), ended


async def test_sql_in_a_name_reaches_no_version(generator: Workshop) -> None:
    ended = await generator.generate('Add a "x\'; DROP TABLE orders;--" to customers.')
    assert ended["state"] == "refused"


async def test_only_developers_generate(generator: Workshop) -> None:
    response = await generator.post("/generations", RITA, sentence=DEMO)
    assert problem(response) == (403, "role_missing")


async def test_nothing_is_generated_before_the_base_is_known(service_database: Callable[[str], str]) -> None:
    async with workshop(service_database, told=False) as generator:
        response = await generator.post("/generations", ADA, sentence=DEMO)
        assert problem(response) == (503, "base_unknown")
        assert int(response.headers["Retry-After"]) > 0


async def test_an_unknown_model_is_refused(generator: Workshop) -> None:
    unknown = "11111111-1111-4111-8111-111111111111"
    assert problem(await generator.post("/generations", ADA, sentence=DEMO, model_id=unknown)) == (404, "model_missing")


async def test_the_request_told_twice_makes_one_version(generator: Workshop) -> None:
    response = await generator.post("/generations", ADA, sentence=DEMO)
    event, *_ = await generator.requested()
    await generator.hear(event, event, event.model_copy(update={"id": uuid4()}))
    assert [one["version"] for one in await generator.versions(response.json()["module_id"])] == [1]


async def test_saying_it_again_takes_up_the_module_that_came_to_nothing(generator: Workshop) -> None:
    first = await generator.generate("Add a phone to customers.")
    second = await generator.generate("Add a phone to customers.")
    assert (first["state"], second["state"]) == ("refused", "refused")
    assert first["module_id"] == second["module_id"]


async def test_a_taken_name_gets_a_number(generator: Workshop) -> None:
    names = [(await generator.generate("Add a nickname to customers."))["module"] for _ in range(2)]
    assert names == ["customer_nickname", "customer_nickname_2"]


async def test_the_sentence_that_yields_the_first_version_names_the_module(generator: Workshop) -> None:
    refused = await generator.generate("请把咖啡变浓一点。")
    again = await generator.generate("咖啡。", module_id=refused["module_id"])
    assert [one["module"] for one in (refused, again)] == ["change", "change"]
    ended = await generator.generate("Add a nickname to customers.", module_id=refused["module_id"])
    version = await generator.version(refused["module_id"], 1)
    assert (ended["state"], ended["module"]) == ("done", "customer_nickname")
    assert version["patch"]["module"]["name"] == "customer_nickname"
    later = await generator.generate("Customer phone is required.", module_id=refused["module_id"])
    assert (later["version"], later["module"]) == (2, "customer_nickname")
    module = (await generator.get(f"/modules/{refused['module_id']}", ADA)).json()
    assert (module["name"], module["title"]["en"]) == ("customer_nickname", version["patch"]["module"]["title"]["en"])


async def test_a_module_keeps_its_name_where_the_better_one_is_taken(generator: Workshop) -> None:
    await generator.generate("Add a nickname to customers.")
    refused = await generator.generate("请把咖啡变浓一点。")
    ended = await generator.generate("Add a nickname to customers.", module_id=refused["module_id"])
    assert (ended["version"], ended["module"]) == (1, "change")


async def test_progress_is_told_as_it_happens(generator: Workshop) -> None:
    watch = aiter(generator.app.state.progress.watch())
    first = asyncio.ensure_future(anext(watch))
    await asyncio.sleep(0)
    ended = await generator.generate("Add a nickname to customers.")
    told = [await first, await anext(watch), await anext(watch)]
    assert [one["state"] for one in told] == ["writing", "attempt", "done"]
    assert {one["subject"] for one in told} == {ended["module_id"]}


@pytest.mark.parametrize("sign", ["\x00", "\ud800"])
async def test_signs_that_no_database_keeps_are_refused(generator: Workshop, sign: str) -> None:
    headers = generator.headers(ADA) | {"Content-Type": "application/json"}
    body = json.dumps({"sentence": f"Add a {sign} to customers."})
    response = await generator.client.post("/generations", content=body, headers=headers)
    assert problem(response) == (422, "invalid_request")
