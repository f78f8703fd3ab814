"""Each way in which a value does not fit has its own code, says the limit, and has a remedy in both languages."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from shared.patch import Refusal, message, parse, patch_schema
from shared.patch.misfits import FORMS
from shared.patch.plain import as_list, as_object
from shared.patch.terms import TERMS
from shared.patch.text import IDENTIFIER

TITLE = {"en": "Loyalty", "zh": "会员"}
MODULE: dict[str, Any] = {"name": "loyalty", "title": TITLE}


def with_field(field_type: str, **parts: Any) -> dict[str, Any]:
    field = {"type": field_type, "name": "extra", **parts}
    return {"operations": [{"op": "add_field", "entity": "Customer", "field": field}]}


def with_changes(**changes: Any) -> dict[str, Any]:
    return {"operations": [{"op": "change_field", "entity": "Customer", "field": "name", "changes": changes}]}


MISFITS: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    ({"module": {**MODULE, "title": {"en": "x" * 201, "zh": "x"}}}, "value_too_long", {"limit": "200"}),
    ({"module": {**MODULE, "title": {"en": "", "zh": "x"}}}, "value_too_short", {"limit": "1"}),
    ({"module": {**MODULE, "title": {"en": 5, "zh": "x"}}}, "wrong_type", {"value": "5", "expected": "a text"}),
    ({"module": {**MODULE, "title": ["x"]}}, "wrong_type", {"value": "a list", "expected": "an object"}),
    ({"module": {**MODULE, "title": None}}, "wrong_type", {"value": "null", "expected": "an object"}),
    ({"module": {**MODULE, "requires": "crm"}}, "wrong_type", {"expected": "a list"}),
    ({"module": {**MODULE, "requires": ["a"] * 51}}, "list_too_long", {"limit": "50"}),
    ({"module": {**MODULE, "name": "Loyalty"}}, "form_wrong", {"value": "Loyalty"}),
    ({"patch": "2"}, "value_unknown", {"value": "2", "known": ["1"]}),
    (with_field("enum", options=[]), "list_too_short", {"limit": "1"}),
    (with_field("enum", options=[{"value": "-"}]), "form_wrong", {"value": "-"}),
    (with_field("text", max_length=4001), "value_too_large", {"value": "4001", "limit": "4000"}),
    (with_field("text", max_length=0), "value_too_small", {"value": "0", "limit": "1"}),
    (with_field("text", max_length="many"), "wrong_type", {"expected": "a whole number"}),
    (with_field("text", max_length=1.5), "wrong_type", {"expected": "a whole number"}),
    (with_field("text", required="perhaps"), "wrong_type", {"expected": "true or false"}),
    (with_field("text", format="fax"), "value_unknown", {"known": ["email", "phone", "url"]}),
    (with_field("integer", default="x"), "wrong_type", {"expected": "a whole number"}),
    (with_field("money", default="x"), "wrong_type", {"expected": "a number"}),
    (with_field("money", default="NaN"), "wrong_type", {"expected": "a number"}),
    (with_field("date", default="tomorrow"), "wrong_type", {"expected": ["today", "a date such as 2026-03-31"]}),
    (with_changes(default={}), "wrong_type", {"value": "an object"}),
    (with_changes(min="soon"), "wrong_type", {"expected": ["a number", "a duration such as PT90M"]}),
    (with_field("time", default="noon"), "wrong_type", {"expected": "a time such as 09:30:00"}),
    (with_field("duration", default="long"), "wrong_type", {"expected": "a duration such as PT90M"}),
    (with_field("file", accept=["png"]), "form_wrong", {"value": "png"}),
    (with_field("text", computed="x" * 2001), "value_too_long", {"limit": "2000"}),
]


@pytest.mark.parametrize(("changes", "code", "params"), MISFITS)
def test_a_value_that_does_not_fit_is_told_once_with_what_would(
    changes: dict[str, Any], code: str, params: dict[str, Any]
) -> None:
    with pytest.raises(Refusal) as refused:
        parse({"patch": "1", "module": MODULE, "operations": [], **changes})
    (problem,) = refused.value.problems
    assert problem.code == code
    assert params.items() <= problem.params.items()


def test_a_word_that_is_nearly_one_of_the_known_is_suggested() -> None:
    with pytest.raises(Refusal) as refused:
        parse({"patch": "1", "module": MODULE, **with_field("text", format="e-mail")})
    assert refused.value.suggestion == "email"


def test_a_key_that_is_no_name_is_told_where_it_stands() -> None:
    step = {"step": "create", "entity": "Customer", "values": {"first name": "A"}}
    scenario = {"name": "s", "entity": "Customer", "as": "sales", "steps": [step]}
    with pytest.raises(Refusal) as refused:
        parse({"patch": "1", "module": MODULE, "operations": [], "scenarios": [scenario]})
    (problem,) = refused.value.problems
    assert (problem.code, problem.pointer) == ("name_invalid", "/scenarios/0/steps/0/values/first name")


def patterns(schema: Any) -> Iterator[str]:
    parts = as_object(schema) or {}
    yield from [parts["pattern"]] if isinstance(parts.get("pattern"), str) else parts.get("patternProperties", ())
    for part in [*parts.values(), *(as_list(schema) or ())]:
        yield from patterns(part)


def test_every_pattern_of_the_language_has_words_for_its_form() -> None:
    assert set(patterns(patch_schema())) - {IDENTIFIER} == FORMS.keys()


@pytest.mark.parametrize("form", FORMS.values())
def test_every_form_is_told_in_chinese_too(form: str) -> None:
    assert form in TERMS
    told = message("form_wrong", {"value": "x", "form": form})
    assert re.search(r"[\u4e00-\u9fff]", told["zh"].partition("请写成")[2])
