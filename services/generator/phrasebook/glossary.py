"""The glossary: business words in both languages, read once."""

import re
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("glossary.yaml")
_LATIN_START = re.compile(r"[A-Za-z][A-Za-z0-9_ ]*")


@cache
def english_of() -> dict[str, str]:
    """English by Chinese."""
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))


@cache
def _chinese_of() -> dict[str, str]:
    words: dict[str, str] = {}
    for chinese, english in english_of().items():
        words.setdefault(english, chinese)
    return words


def to_english(chinese: str) -> str | None:
    """The English of a Chinese name, word after word with the longest entry first; None if a part is unknown."""
    words: list[str] = []
    rest = chinese.replace(" ", "")
    while rest:
        length = next((size for size in range(len(rest), 0, -1) if rest[:size] in english_of()), 0)
        if length:
            words.append(english_of()[rest[:length]])
        elif latin := _LATIN_START.match(rest):
            words.append(latin[0])
            length = len(latin[0])
        else:
            return None
        rest = rest[length:]
    return " ".join(words) or None


def to_chinese(english: str) -> str | None:
    """The Chinese of an English name, if the glossary has the whole of it or each of its words."""
    words = english.lower().split()
    if whole := _chinese_of().get(" ".join(words)):
        return whole
    parts = [_chinese_of().get(word) for word in words]
    return "".join(part for part in parts if part) if words and all(parts) else None
