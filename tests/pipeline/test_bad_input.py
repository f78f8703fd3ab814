"""Every input can be wrong: the refusal names the place and the remedy, and nothing is half done."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from patchbay.errors import Refused
from tests.pipeline.acts import adding_a_field
from tests.pipeline.running import People


async def refusal(people: People, patch: dict[str, Any]) -> Refused:
    with pytest.raises(Refused) as refused:
        await people.developer.import_module(patch)
    return refused.value


@pytest.mark.parametrize("sentence", ["", "   ", "\n\t", "!!!"])
async def test_an_empty_sentence_is_refused(people: People, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        await people.developer.generate(sentence)
    assert (refused.value.status, refused.value.code) == (422, "sentence_empty")


@pytest.mark.parametrize("sentence", ["asdf qwer zxcv", "哈哈哈哈"])
async def test_nonsense_is_refused_and_leaves_no_version(people: People, sentence: str) -> None:
    started = await people.developer.generate(sentence)
    generation = await people.developer.wait_generation(started["id"])
    assert generation["state"] == "refused"
    assert generation["version"] is None
    assert sentence in generation["params"]["words"]
    assert all(form in generation["message"]["en"] for form in generation["params"]["forms"])


async def test_words_that_were_not_understood_are_named(people: People) -> None:
    started = await people.developer.generate("Add a birthday to customers, a date. Teleport the warehouse daily.")
    generation = await people.developer.wait_generation(started["id"])
    assert (generation["state"], generation["code"]) == ("refused", "words_not_understood")
    assert generation["params"]["words"] == ["Teleport", "daily"]
    assert "“Teleport”" in generation["message"]["en"]
    assert "Teleport" in generation["message"]["zh"]


@pytest.mark.parametrize("text", [b'{"patch": {"module": ', b"", b"\xff\xfe", b"[]", b'{"patch": 1, "patch": 2}'])
async def test_text_that_is_not_a_patch_is_refused_as_a_problem_document(people: People, text: bytes) -> None:
    url = f"{people.patchbay.gateway_url}/api/v1/modules"
    headers = {"authorization": f"Bearer {people.developer.token}", "content-type": "application/json"}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(url, content=text, headers=headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["code"]
    assert answer.json()["detail"]


async def test_an_unknown_operation_is_refused_with_its_pointer(people: People, unique: Callable[[str], str]) -> None:
    patch = adding_a_field(unique("unknown"), "field")
    patch["operations"][0]["op"] = "ad_field"
    refused = await refusal(people, patch)
    assert refused.status == 422
    problem = refused.problems[0]
    assert problem["code"] == "op_unknown"
    assert problem["pointer"].startswith("/operations/0")
    assert problem["suggestion"] == "add_field"


async def test_an_unknown_field_is_refused_with_a_suggestion(people: People, unique: Callable[[str], str]) -> None:
    rule = {"name": "big", "expression": "totl <= 10", "message": {"en": "Too much.", "zh": "过多。"}}
    patch = adding_a_field(unique("misspelt"), unique("field"))
    patch["operations"].append({"op": "add_rule", "entity": "Order", "rule": rule})
    refused = await refusal(people, patch)
    problem = refused.problems[0]
    assert (refused.status, problem["code"], problem["suggestion"]) == (422, "field_unknown", "total")
    assert problem["pointer"].startswith("/operations/1/rule")


async def test_a_name_that_exists_is_refused(people: People, unique: Callable[[str], str]) -> None:
    refused = await refusal(people, adding_a_field(unique("collides"), "email"))
    problem = refused.problems[0]
    assert (refused.status, problem["code"], problem["pointer"]) == (422, "field_taken", "/operations/0/field/name")


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


async def test_a_bad_record_is_refused_field_by_field_in_both_languages(people: People) -> None:
    with pytest.raises(Refused) as refused:
        await people.administrator.create_record("Customer", {"email": "nobody", "industry": "magic", "nmae": "x"})
    problems = {problem["field"]: problem for problem in refused.value.problems}
    assert {"email", "industry", "nmae", "name"} <= set(problems)
    assert all(problem["message"]["en"] and problem["message"]["zh"] for problem in problems.values())
