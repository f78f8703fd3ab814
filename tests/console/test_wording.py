import pytest

from services.console.gateway import Refused
from services.console.i18n import Tongue
from services.console.wording import problems, tell, word

ENGLISH, CHINESE = Tongue("en"), Tongue("zh")


def test_our_own_text_comes_before_the_gateways() -> None:
    part = {"code": "state_forbids", "params": {"state": "reviewing"}, "detail": "Not now."}
    assert tell(ENGLISH, part) == "This cannot be done while the version is “in review”."
    assert tell(CHINESE, part) != tell(ENGLISH, part)
    assert "审核" in tell(CHINESE, part)


def test_what_was_told_in_both_languages_is_told_as_it_is() -> None:
    part = {"code": "required", "message": {"en": "Name is required.", "zh": "名称为必填项。"}}
    assert (tell(ENGLISH, part), tell(CHINESE, part)) == ("Name is required.", "名称为必填项。")


def test_the_patch_language_has_its_sentences_in_both_languages() -> None:
    part = {"code": "key_missing", "params": {"key": "op"}, "detail": "The key `op` is missing; add it."}
    assert tell(ENGLISH, part) == "The key `op` is missing; add it."
    assert tell(CHINESE, part) == "缺少 `op`，请补上。"


def test_a_suggestion_is_part_of_the_sentence() -> None:
    part = {"code": "entity_unknown", "params": {"name": "Custmer"}, "suggestion": "Customer"}
    assert "`Customer`" in tell(CHINESE, part)


def test_for_any_other_code_the_gateways_detail_stands() -> None:
    assert tell(CHINESE, {"code": "never_heard_of", "detail": "Something new."}) == "Something new."
    assert tell(CHINESE, {"code": "never_heard_of"}) == "never_heard_of"
    assert word(CHINESE, "never_heard_of") == "never_heard_of"


def test_everything_that_lacks_is_told_at_once() -> None:
    lacks = [{"code": "run_stale"}, {"code": "approval_missing"}]
    refused = Refused(409, "run_stale", "", {"code": "run_stale", "params": {"lacks": lacks}})
    told = [one["text"] for one in problems(ENGLISH, refused)]
    assert [text.split(".")[0] for text in told] == [
        "Something else was published since the run",
        "Nobody has approved this very content yet",
    ]


@pytest.mark.parametrize("tongue", [ENGLISH, CHINESE])
def test_roles_are_named_in_words(tongue: Tongue) -> None:
    text = tell(tongue, {"code": "role_missing", "params": {"needs": ["reviewer", "administrator"]}})
    assert word(tongue, "reviewer") in text
    assert word(tongue, "administrator") in text
    assert "{" not in text
