"""Every input can be wrong: the refusal names the place and the remedy, and nothing is half done."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from patchbay.errors import Refused
from tests.pipeline.acts import adding_a_field
from tests.pipeline.conftest import People


async def refusal(people: People, patch: dict[str, Any]) -> Refused:
    with pytest.raises(Refused) as refused:
        await people.developer.import_module(patch)
    return refused.value


def all_codes(refused: Refused) -> set[str]:
    return {refused.code, *(problem["code"] for problem in refused.problems)}


@pytest.mark.parametrize("sentence", ["", "   ", "\n\t"])
async def test_an_empty_sentence_is_refused(people: People, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        await people.developer.generate(sentence)
    assert refused.value.status == 422
    assert refused.value.detail


@pytest.mark.parametrize("sentence", ["asdf qwer zxcv", "!!!", "哈哈哈哈"])
async def test_nonsense_is_refused_and_leaves_no_version(people: People, sentence: str) -> None:
    started = await people.developer.generate(sentence)
    generation = await people.developer.wait_generation(started["id"])
    assert generation["state"] == "refused"
    assert generation["version"] is None
    assert generation["message"]["en"]


async def test_words_that_were_not_understood_are_named(people: People) -> None:
    started = await people.developer.generate("Add a birthday to customers, a date, and teleport the warehouse daily.")
    generation = await people.developer.wait_generation(started["id"])
    assert generation["state"] == "refused"
    assert "teleport" in str(generation["params"])
    assert generation["message"]["zh"]


async def test_text_that_is_not_json_is_refused_with_its_place(people: People) -> None:
    url = f"{people.stack.gateway_url}/api/v1/modules"
    headers = {"authorization": f"Bearer {people.developer.token}", "content-type": "application/json"}
    async with httpx.AsyncClient() as client:
        answer = await client.post(url, content=b'{"patch": {"module": ', headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["code"]


async def test_an_unknown_operation_is_refused_with_its_pointer(people: People, unique: Callable[[str], str]) -> None:
    patch = adding_a_field(unique("unknown"), "field")
    patch["operations"][0]["op"] = "ad_field"
    refused = await refusal(people, patch)
    assert refused.status == 422
    assert "/operations/0" in str([refused.pointer, *refused.problems])
    assert "add_field" in str([refused.suggestion, *refused.problems])


async def test_an_unknown_field_is_refused_with_a_suggestion(people: People, unique: Callable[[str], str]) -> None:
    rule = {"name": "big", "expression": "totl <= 10", "message": {"en": "Too much.", "zh": "过多。"}}
    patch = adding_a_field(unique("misspelt"), unique("field"))
    patch["operations"].append({"op": "add_rule", "entity": "Order", "rule": rule})
    refused = await refusal(people, patch)
    assert refused.status == 422
    assert "total" in str([refused.suggestion, *refused.problems])


async def test_a_name_that_exists_is_refused(people: People, unique: Callable[[str], str]) -> None:
    refused = await refusal(people, adding_a_field(unique("collides"), "email"))
    assert refused.status in {409, 422}
    assert any("exists" in code or "taken" in code for code in all_codes(refused))


@pytest.mark.parametrize("name", ['x"; DROP TABLE customer; --', "a b", "1st", "x" * 49, "naïve"])
async def test_sql_and_other_nonsense_in_a_name_is_refused(
    people: People, unique: Callable[[str], str], name: str
) -> None:
    refused = await refusal(people, adding_a_field(unique("sql"), name))
    assert refused.status == 422
    assert "/operations/0/field/name" in str([refused.pointer, *refused.problems])


async def test_a_person_without_the_role_is_told_which_one(people: People) -> None:
    with pytest.raises(Refused) as refused:
        await people.reviewer.generate("Add a birthday to customers, a date.")
    assert (refused.value.status, refused.value.code) == (403, "role_missing")
    assert refused.value.params["needs"] == ["developer"]


async def test_a_model_without_a_key_is_refused_before_anything_is_sent(
    people: People, unique: Callable[[str], str]
) -> None:
    model = await people.administrator.add_model(
        {"name": unique("keyless"), "kind": "anthropic", "base_url": "https://api.kimi.com/coding/", "model": "k3"}
    )
    started = await people.developer.generate("Add a birthday to customers, a date.", model_id=model["id"])
    generation = await people.developer.wait_generation(started["id"])
    assert (generation["state"], generation["version"]) == ("refused", None)
    assert "key" in generation["code"]


async def test_a_private_address_is_refused_as_a_provider(people: People, unique: Callable[[str], str]) -> None:
    with pytest.raises(Refused) as refused:
        await people.administrator.add_model(
            {"name": unique("inward"), "kind": "openai", "base_url": "https://127.0.0.1/v1", "model": "m"}
        )
    assert refused.value.status == 422


async def test_a_bad_record_is_refused_field_by_field_in_both_languages(people: People) -> None:
    with pytest.raises(Refused) as refused:
        await people.administrator.create_record("Customer", {"email": "nobody", "industry": "magic", "nmae": "x"})
    problems = {problem["field"]: problem for problem in refused.value.problems}
    assert {"email", "industry", "nmae", "name"} <= set(problems)
    assert all(problem["message"]["en"] and problem["message"]["zh"] for problem in problems.values())
