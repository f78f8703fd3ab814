"""Every code that is raised has a sentence in both languages, and the other way round."""

import ast
import re
from pathlib import Path

import pytest

from shared.patch import message
from shared.patch.misfits import LIMITS, TAG_CODES
from shared.patch.sentences import SENTENCES

SHARED = Path(__file__).parents[2] / "shared"
SOURCES = sorted((SHARED / "patch").rglob("*.py"))
# `refuse_taken` is handed the code.
HANDED_ON = {"entity_taken", "field_taken", "index_taken", "menu_taken", "rule_taken"}


def raised() -> set[str]:
    codes: set[str] = set(HANDED_ON)
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                first = node.args[0]
                named = node.func.id in {"Refusal", "Problem", "PydanticCustomError"}
                if named and isinstance(first, ast.Constant):
                    codes.add(str(first.value))
    return codes | set(TAG_CODES.values()) | {code for code, _ in LIMITS.values()}


def test_every_code_has_its_sentences_and_no_sentence_is_left_over() -> None:
    assert raised() == SENTENCES.keys()


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_says_the_same_parameters_in_both_languages(code: str) -> None:
    en, zh = SENTENCES[code]
    assert set(re.findall(r"{(\w+)}", en)) == set(re.findall(r"{(\w+)}", zh))
    assert en.endswith(".")
    assert zh.endswith("。")
    assert re.search(r"[;,:.] ?[\w{]", en), "says what to do, too"


def test_a_suggestion_follows_the_sentence() -> None:
    told = message("field_unknown", {"field": "totl", "entity": "Order"}, "total")
    assert told["en"].startswith("There is no field `totl` on Order")
    assert told["en"].endswith("Did you mean `total`?")
    assert "`total`" in told["zh"]


def test_words_of_the_language_are_told_in_chinese_and_names_stay() -> None:
    assert "日期" in message("wrong_type", {"value": "x", "expected": ["a number", "a date such as 2026-03-31"]})["zh"]
    assert "“对象”" in message("wrong_type", {"value": "an object", "expected": "a list"})["zh"]
    assert "`date`" in message("field_unknown", {"field": "date", "entity": "Order"})["zh"]
    assert "text, date" in message("type_unknown", {"name": "txt", "known": ["text", "date"]})["zh"]


def test_a_missing_parameter_or_code_still_makes_a_sentence() -> None:
    assert "?" in message("field_unknown", {})["en"]
    assert "no_such_code" in message("no_such_code", {})["zh"]
    assert message("op_unknown", {"known": list("abcdefghijkl")})["en"].endswith("j, ….")
