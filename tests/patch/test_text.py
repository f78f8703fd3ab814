"""What people read is what it seems: nothing hidden, nothing turned round, no letters of another script between."""

import time
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.patch import Refusal, message, parse
from shared.patch.text import Description, ExpressionText, Text, Words

WORDS = TypeAdapter[str](Words)


def patch(label: str) -> dict[str, Any]:
    field = {"type": "text", "name": "nickname", "label": {"en": label, "zh": "昵称"}}
    return {
        "patch": "1",
        "module": {"name": "loyalty", "title": {"en": "Loyalty", "zh": "会员"}},
        "operations": [{"op": "add_field", "entity": "Customer", "field": field}],
    }


@pytest.mark.parametrize(
    "text",
    [
        "Customer",
        "客户（VIP）：金额 ≥ 100 元",
        "Nom de l’été, naïve café",
        "A级客户",
        "Eメール住所",
        "앱 이름 app이름",
        "10 kΩ, 5 μm, Δt",
        "Order Номер",
        "Ünïcödé",
        "Ελληνικά",
        "Доход с продаж",
        "ρ = 0.9",
        "❤️ Favourites 🎉",
        "１２３ ＡＢＣ",
        "全　角",
    ],
)
def test_what_people_write_is_taken_as_it_is(text: str) -> None:
    assert WORDS.validate_python(text) == text


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("Pay\u202eroll", "text_unreadable", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("a\u2066b", "text_unreadable", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("a\u200bb", "text_unreadable", "U+200B ZERO WIDTH SPACE"),
        ("客\u200d户", "text_unreadable", "U+200D ZERO WIDTH JOINER"),
        ("\ufeffa", "text_unreadable", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("a\u00adb", "text_unreadable", "U+00AD SOFT HYPHEN"),
        ("a\u00a0b", "text_unreadable", "U+00A0 NO-BREAK SPACE"),
        ("a\u3164b", "text_unreadable", "U+3164 HANGUL FILLER"),
        ("a\u2028b", "text_unreadable", "U+2028 LINE SEPARATOR"),
        ("a\ufe0fb", "text_unreadable", "U+FE0F VARIATION SELECTOR-16"),
        ("a\U000e0041b", "text_unreadable", "U+E0041 TAG LATIN CAPITAL LETTER A"),
        ("a\nb", "text_unreadable", "U+000A"),
        ("a\x1bb", "text_unreadable", "U+001B"),
        ("a\ue000b", "text_unreadable", "U+E000"),
        ("z\u0327\u030a\u0301\u0323\u0306", "text_unreadable", "U+0306 COMBINING BREVE"),
        ("   ", "text_blank", None),
        ("\u3000", "text_blank", None),
        ("Сustomer", "text_confusable", "U+0421 CYRILLIC CAPITAL LETTER ES"),
        ("Cοmpany", "text_confusable", "U+03BF GREEK SMALL LETTER OMICRON"),
        ("А级客户", "text_confusable", "U+0410 CYRILLIC CAPITAL LETTER A"),
        ("Сοр", "text_confusable", "U+0421 CYRILLIC CAPITAL LETTER ES"),
        ("Cop Сор", "text_confusable", "U+0421 CYRILLIC CAPITAL LETTER ES"),
        ("Υ Χ", "text_confusable", "U+03A5 GREEK CAPITAL LETTER UPSILON"),
        ("Ꭺdmin", "text_confusable", "U+13AA CHEROKEE LETTER GO"),
        ("cafe\u0301", "text_not_composed", None),
    ],
)
def test_what_deceives_is_refused_by_name(text: str, code: str, named: str | None) -> None:
    with pytest.raises(Refusal) as refused:
        parse(patch(text))
    (problem,) = refused.value.problems
    assert (problem.code, problem.pointer) == (code, "/operations/0/field/label/en")
    assert problem.params.get("character") == named
    assert named is None or all(named in told for told in message(code, problem.params).values())


@pytest.mark.parametrize(("text", "meant"), [("Сustomer", "Customer"), ("cafe\u0301", "café"), ("Ꭺdmin", None)])
def test_what_was_meant_is_suggested_and_never_put_in_its_place(text: str, meant: str | None) -> None:
    with pytest.raises(Refusal) as refused:
        parse(patch(text))
    assert refused.value.suggestion == meant


def test_a_description_may_have_lines_and_may_be_empty() -> None:
    description = TypeAdapter[str](Description)
    assert description.validate_python("") == ""
    assert description.validate_python("One.\n\nTwo.") == "One.\n\nTwo."
    for text in ("\u202e", "Сustomer", " \n "):
        with pytest.raises(ValidationError):
            description.validate_python(text)


def test_an_expression_hides_nothing_and_may_compare_with_any_letters() -> None:
    expression = TypeAdapter[str](ExpressionText)
    assert expression.validate_python("name == 'Сustomer'\n\t|| true")
    with pytest.raises(ValidationError):
        expression.validate_python("name == 'a' /*\u202e*/")


@given(st.text(min_size=1, max_size=200))
@settings(deadline=None)
def test_any_text_is_taken_unchanged_or_refused(text: str) -> None:
    try:
        taken = Text(en=text, zh="好")
    except ValidationError:
        return
    assert taken.en == text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("text", ["x" * 200, "客户" * 100, "é" * 200, "я" * 200, "ア" * 200, "👍" * 200])
def test_looking_closely_takes_no_time_worth_mention(text: str) -> None:
    begun = time.process_time()
    for _ in range(1000):
        WORDS.validate_python(text)
    assert time.process_time() - begun < 2.0
