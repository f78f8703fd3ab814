"""The built-in rules: every documented sentence means what its form says, and nothing else is understood."""

from typing import Any

import pytest

from services.generator.phrasebook.advance import advance
from services.generator.phrasebook.guide import PAGE, render
from services.generator.phrasebook.reading import FORMS, Reading, Unreadable, read
from services.generator.phrasebook.splitting import is_chinese, sentences
from shared.crm import base_manifest
from shared.patch import Patch, validate

EXAMPLES = [(form.name, example) for form in FORMS for example in form.examples]
MODULE = {"name": "module", "title": {"en": "Module", "zh": "模块"}}


def understood(description: str) -> Reading:
    return read(description, base_manifest(), advance)


def refused(description: str) -> dict[str, Any]:
    with pytest.raises(Unreadable) as unreadable:
        understood(description)
    return {"code": unreadable.value.code, **unreadable.value.params}


def added(description: str) -> dict[str, Any]:
    return understood(description).operations[0]["field"]


@pytest.mark.parametrize(("form", "example"), EXAMPLES)
def test_every_example_is_read_as_its_form_and_applies(form: str, example: str) -> None:
    reading = understood(example)
    assert [one.form for one in reading.understood] == [form]
    patch = Patch.model_validate(
        {"patch": "1", "module": MODULE, "operations": reading.operations, "scenarios": reading.scenarios}
    )
    assert validate(patch, base_manifest()) == []


def test_there_are_at_least_ten_forms_and_each_speaks_both_languages() -> None:
    assert len(FORMS) >= 10
    for form in FORMS:
        assert {is_chinese(example) for example in form.examples} == {True, False}, form.name


def test_the_same_change_in_both_languages_is_the_same_patch() -> None:
    english = understood(
        "Add a loyalty tier to customers: bronze, silver, gold; default bronze. Orders over 10000 need a delivery note."
    )
    chinese = understood("给客户增加会员等级：青铜、白银、黄金；默认青铜。金额超过10000的订单需要送货说明。")
    assert english.operations == chinese.operations
    assert english.scenarios == chinese.scenarios


@pytest.mark.parametrize(
    "sentence",
    [
        "Add a loyalty tier to customers: bronze, silver, gold; default bronze",
        "Add a loyalty tier to customers: bronze, silver, gold, default bronze.",
        "Add loyalty tier to every customer with options bronze, silver and gold, default bronze.",
        "Please add a loyalty tier (bronze, silver or gold; default bronze) to customers.",
        "add a LOYALTY TIER to Customers: Bronze, Silver, Gold; default Bronze",
        "Give customers a loyalty tier: bronze, silver, gold; default bronze.",
        "在客户中添加会员等级，选项为青铜、白银、黄金，默认为青铜。",
        "请给每个客户增加一个“会员等级”：青铜，白银，黄金；默认值为青铜",
    ],
)
def test_the_same_field_may_be_asked_for_in_many_ways(sentence: str) -> None:
    field = added(sentence)
    assert (field["name"], field["type"], field["default"]) == ("loyaltyTier", "enum", "bronze")
    assert [option["value"] for option in field["options"]] == ["bronze", "silver", "gold"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Add a note to orders, max 300 characters.", {"name": "note", "type": "text", "max_length": 300}),
        ("Add a long text field story to customers.", {"name": "story", "type": "long_text"}),
        ("Add a weight to orders as decimal.", {"name": "weight", "type": "decimal"}),
        ("Add a date and time field called pickup to orders.", {"name": "pickup", "type": "datetime"}),
        ("Add a required contract date to customers.", {"name": "contractDate", "type": "date", "required": True}),
        ("Add a unique text field code to customers.", {"name": "code", "type": "text", "unique": True}),
        ("给订单增加优先级：高、中、低。", {"name": "priority", "type": "enum"}),
        ("给订单增加小数字段重量。", {"name": "weight", "type": "decimal"}),
        ("给订单添加预算(金额)。", {"name": "budget", "type": "money"}),
    ],
)
def test_a_type_is_what_was_said(sentence: str, expected: dict[str, Any]) -> None:
    field = added(sentence)
    assert {name: field.get(name) for name in expected} == expected


def test_a_sentence_sees_what_the_ones_before_have_added() -> None:
    reading = understood("Add a nickname to customers. Customer nickname is required.")
    assert reading.operations[1]["changes"] == {"required": True}


def test_a_field_that_is_there_is_not_added_again_by_a_rule() -> None:
    assert [one["op"] for one in understood("Orders over 500 need notes.").operations] == ["add_rule"]


@pytest.mark.parametrize(
    ("sentence", "code", "words"),
    [
        ("Add a nickname to suppliers.", "words_not_understood", ["suppliers"]),
        ("Custmer phone is required.", "words_not_understood", ["Custmer phone"]),
        ("Make the coffee stronger.", "words_not_understood", ["coffee", "stronger"]),
        (
            "Add a tier to customers: a, b; default c.",
            "words_not_understood",
            ["c"],
        ),
        ("Add a rating to customers: high, low; colour red.", "words_not_understood", None),
        ("Add a birthday to customers, a date, and ring a bell.", "words_not_understood", ["ring a bell"]),
        ("Give customers a credit limit of 5000.", "words_not_understood", ["of 5000"]),
        ("Orders over 10000 need a delivery note and please call me.", "words_not_understood", ["and please call me"]),
        ("给客户增加量子纠缠度。", "name_needs_latin", ["量子纠缠度"]),
        ("客户的手机号必填。", "words_not_understood", ["手机号"]),
        ("Add x'); DROP TABLE orders to customers.", "words_not_understood", None),
        ("qwerty asdf", "sentence_nonsense", None),
        ("咕噜咕噜", "sentence_nonsense", None),
    ],
)
def test_what_is_not_understood_is_named(sentence: str, code: str, words: list[str] | None) -> None:
    refusal = refused(sentence)
    assert refusal["code"] == code, refusal
    assert refusal["forms"]
    if words is not None:
        assert refusal["words"] == words


def test_a_refusal_names_what_is_near_in_the_language_of_the_sentence() -> None:
    assert refused("Customer phon is required.")["sentences"][0]["nearest"][0].lower() == "phone"
    assert all(is_chinese(form) for form in refused("客户的手机号必填。")["forms"])


@pytest.mark.parametrize("description", ["", " ", "。", "\n"])
def test_nothing_is_nothing(description: str) -> None:
    assert refused(description)["code"] == "sentence_empty"


@pytest.mark.parametrize(
    ("sentence", "name", "kind"),
    [
        ("Add a birthday field to customers.", "birthday", "date"),
        ("Add a tax exempt checkbox to customers.", "taxExempt", "boolean"),
        ("Add VAT number to customers.", "vatNumber", "text"),
        ("Add address line 2 to customers.", "addressLine2", "text"),
    ],
)
def test_a_type_in_a_name_is_read_where_it_can_be_nothing_else(sentence: str, name: str, kind: str) -> None:
    assert (added(sentence)["name"], added(sentence)["type"]) == (name, kind)


def test_a_full_stop_in_a_number_ends_no_sentence() -> None:
    assert sentences("Orders over 0.5 need a note. 金额超过1,000的订单需要备注。") == [
        "Orders over 0.5 need a note",
        "金额超过1000的订单需要备注",
    ]


def test_the_guide_shows_the_forms_as_they_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run: python -m services.generator.phrasebook.guide"
