"""Every message has a Chinese text, no text is left over, and both name the same parameters."""

import re
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from services.console import i18n
from services.console.i18n import CATALOGUE, Tongue

CONSOLE = Path(i18n.__file__).parent
# `say` takes both messages and names of messages; the names are no strings, so they are not found.
MARKS = {"_": None, "say": None}
METHODS = [("templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]


def _said() -> set[str]:
    found = extract_from_dir(
        str(CONSOLE), method_map=METHODS, options_map={"**": {"encoding": "utf-8"}}, keywords=MARKS
    )
    return {str(message) for _, _, message, _, _ in found}


def _texts() -> dict[str, str]:
    with CATALOGUE.open("rb") as catalogue:
        messages: list[Message] = list(read_po(catalogue, locale="zh_Hans"))
    return {str(message.id): str(message.string) for message in messages if message.id}


def test_every_message_is_said_in_chinese_and_no_text_is_left_over() -> None:
    said, texts = _said(), _texts()
    assert sorted(said - set(texts)) == []
    assert sorted(set(texts) - said) == []
    assert [message for message, text in texts.items() if not text] == []


def test_both_languages_name_the_same_parameters() -> None:
    named = re.compile(r"\{(\w+)\}")
    texts = _texts()
    assert [one for one in texts if set(named.findall(one)) != set(named.findall(texts[one]))] == []


def test_a_message_is_filled_in_either_language() -> None:
    assert Tongue("en").say("version {number}", number=3) == "version 3"
    assert Tongue("zh").say("version {number}", number=3) == "第 3 版"


def test_time_is_told_in_the_language() -> None:
    assert Tongue("en").moment("2026-03-31T09:30:00Z") == "Mar 31, 2026, 9:30:00\u202fAM UTC"
    assert Tongue("zh").day("2026-03-31") == "2026年3月31日"
    assert Tongue("zh").ago("2020-01-01T00:00:00Z").endswith("年前")
