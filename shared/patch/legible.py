"""What people can read as it stands: nothing invisible, nothing that turns the writing round, no look-alike letters.

A label is what a reviewer approves and people act on. After Unicode's UAX 9 (what turns the writing round), UTS 39
(words of mixed scripts, and of another one) and UAX 15 (one form). Nothing is mended silently: no hash depends on that.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from pydantic_core import PydanticCustomError

# What nearly every text consists of: ASCII, Chinese, and the marks that go with it. It needs no closer look.
_PLAIN = re.compile(r"[\n\t -~\u3001-\u3002\u4e00-\u9fff·—‘’“”…《》！（），：；？]*+")
_WORD = re.compile(r"\w+")
# Format and control characters, half ones, unassigned and private ones, separators of lines and paragraphs.
_UNSEEN = frozenset(("Cf", "Cc", "Cs", "Cn", "Co", "Zl", "Zp"))
# Invisible whatever their category says: joiners, fillers, and the selectors of variants.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0").union(
    map(chr, range(0xFE00, 0xFE10)), map(chr, range(0xE0100, 0xE01F0))
)
# Asks for the colourful form of the symbol before it.
_COLOURFUL = "\ufe0f"
_SPACES = frozenset(" \u3000")
# More of them on one letter is a smear (UTS 39).
_MARKS_MAX = 4

# Scripts that share a word with Latin (UTS 39, “highly restrictive”).
_EAST_ASIAN = frozenset(("CJK", "BOPOMOFO", "HANGUL", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"))
_TOGETHER = _EAST_ASIAN | {"LATIN"}
_SCRIPTS = _TOGETHER.union(
    ("ARABIC", "ARMENIAN", "CHEROKEE", "COPTIC", "CYRILLIC", "DESERET", "GEORGIAN", "GLAGOLITIC", "GOTHIC", "GREEK"),
    ("HEBREW", "LISU", "OSAGE"),
)
# Letters that look like Latin ones: Cyrillic, Greek, Armenian.
_TWINS = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаесіјорѕухԁһԛԝѵ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧινορυ" + "օոսհ",
    "ABESIJKMHOPCTYXaecijopsyxdhqwv" + "ABEZHIKMNOPTYXivopu" + "onuh",
)


def legible(text: str) -> str:
    """A label, a title or a message, on one line."""
    _refuse_unseen(text, frozenset())
    return _legible(text)


def legible_lines(text: str) -> str:
    """A description, which may have lines; or nothing at all."""
    _refuse_unseen(text, frozenset("\n"))
    return _legible(text) if text else text


def seen(text: str) -> str:
    """An expression: whatever it compares with, nothing in it is hidden from who reads it."""
    _refuse_unseen(text, frozenset("\n\t"))
    return text


def _legible(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("text_blank", "there is nothing to read")
    if _PLAIN.fullmatch(text):
        return text
    if not unicodedata.is_normalized("NFC", text):
        known = {"text": text, "suggestion": unicodedata.normalize("NFC", text)}
        raise PydanticCustomError("text_not_composed", "the text is not in its composed form (NFC)", known)
    words = _WORD.findall(text)
    for word in words:
        _refuse_mixed(word)
    _refuse_disguised(words)
    return text


def _refuse_unseen(text: str, allowed: frozenset[str]) -> None:
    if text.isprintable() and _PLAIN.fullmatch(text):
        return
    marks, before = 0, ""
    for one in text:
        category = unicodedata.category(one)
        marks = marks + 1 if category == "Mn" else 0
        coloured = one == _COLOURFUL and before == "So"
        hidden = category in _UNSEEN or (category == "Zs" and one not in _SPACES) or one in _BLANK
        if (hidden and not coloured and one not in allowed) or marks > _MARKS_MAX:
            raise PydanticCustomError("text_unreadable", "a character is invisible", {"character": _named(one)})
        before = category


def _refuse_mixed(word: str) -> None:
    """A word of two scripts. Greek letters that look like no Latin ones stand in formulas, and are symbols."""
    scripts = {one: script for one in word if (script := _script(one)) and (script != "GREEK" or ord(one) in _TWINS)}
    strange = [one for one, script in scripts.items() if script not in _TOGETHER]
    if strange and len(set(scripts.values())) > 1:
        raise _confusable(word, strange[0])


def _refuse_disguised(words: Sequence[str]) -> None:
    """A text whose foreign letters could all be read as Latin ones, so that `Сор` is no `Cop`."""
    strange = [(one, word) for word in words for one in word if (_script(one) or "LATIN") not in _TOGETHER]
    is_symbol = len(strange) == 1 and _script(strange[0][0]) == "GREEK"
    if strange and not is_symbol and all(ord(one) in _TWINS for one, _ in strange):
        raise _confusable(strange[0][1], strange[0][0])


def _confusable(word: str, one: str) -> PydanticCustomError:
    known, meant = {"word": word, "character": _named(one)}, word.translate(_TWINS)
    suggestion = {} if meant == word else {"suggestion": meant}
    return PydanticCustomError("text_confusable", "letters look like those of another script", known | suggestion)


@cache
def _script(one: str) -> str | None:
    """None of what belongs to no script, or to any."""
    words = unicodedata.name(one, "").removeprefix("FULLWIDTH ").removeprefix("HALFWIDTH ").split()
    script = words[0] if words and unicodedata.category(one).startswith("L") else ""
    return script if script in _SCRIPTS else None


def _named(one: str) -> str:
    return f"U+{ord(one):04X} {unicodedata.name(one, '')}".strip()
