"""Names: from what a person writes to an identifier and a label in both languages, and back."""

import re
from dataclasses import dataclass

from services.generator.phrasebook import glossary
from services.generator.phrasebook.refusal import NotUnderstood
from services.generator.phrasebook.splitting import is_chinese

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LATIN_IN_BRACKETS = re.compile(r"^(?P<name>.+?)\s*\(\s*(?P<latin>[A-Za-z][A-Za-z0-9_ ]*)\s*\)$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[A-Za-z0-9]+")
# A name is a few words of its own; these join it to something else, which the rules must not swallow.
_JOINTS = frozenset(
    {"and", "or", "if", "when", "unless", "please", "but", "then", "that", "which", "to", "from", "with", "not"}
)
_JOINTS_ZH = re.compile(r"[并且或者如果除非然后请]{2}|,")
# "Address line 2" is a name; "a credit limit of 5000" is a name and something said of it.
_AMOUNT = re.compile(r"\b(?:of|over|under|above|below|than|least|most)\s+\d.*$", re.IGNORECASE)
_WORDS_MAX = 5
_CHINESE_MAX = 12
_ARTICLES = re.compile(r"^(?:an?|the|its|their|some)\s+", re.IGNORECASE)
IDENTIFIER_MAX = 48


@dataclass(frozen=True)
class Named:
    """What is new gets all three at once: how it is addressed and how it is called."""

    words: str
    english: str
    chinese: str

    @property
    def camel(self) -> str:
        first, *rest = _WORD.findall(self.words)
        return (first.lower() + "".join(part[:1].upper() + part[1:].lower() for part in rest))[:IDENTIFIER_MAX]

    @property
    def pascal(self) -> str:
        return self.camel[:1].upper() + self.camel[1:]

    @property
    def snake(self) -> str:
        return "_".join(part.lower() for part in _WORD.findall(self.words))[:IDENTIFIER_MAX]

    @property
    def label(self) -> dict[str, str]:
        return {"en": self.english, "zh": self.chinese}


def name(text: str) -> Named:
    """Raises `NotUnderstood` for a Chinese name without known English, or one that cannot be an identifier."""
    bare = strip(text)
    latin = None
    if explicit := _LATIN_IN_BRACKETS.match(bare):
        bare, latin = explicit["name"], explicit["latin"]
    _refuse_sentence(bare)
    if is_chinese(bare):
        words = latin or glossary.to_english(bare)
        if words is None:
            raise NotUnderstood([bare], code="name_needs_latin")
        return Named(split_camel(words).lower(), sentence_case(split_camel(words).lower()), bare)
    words = split_camel(bare)
    if not _WORD.search(words) or not words[0].isalpha() or re.search(r"[^\w \-']", words) or not words.isascii():
        raise NotUnderstood([bare], code="name_unusable")
    return Named(words.lower(), sentence_case(words), glossary.to_chinese(words) or sentence_case(words))


def _refuse_sentence(text: str) -> None:
    """Raise `NotUnderstood` for what is more than a name."""
    if amount := _AMOUNT.search(text):
        raise NotUnderstood([amount[0]])
    words = text.split()
    joints = [word for word in words if word.lower() in _JOINTS]
    if joints or len(words) > _WORDS_MAX or _JOINTS_ZH.search(text) or len(_CHINESE.findall(text)) > _CHINESE_MAX:
        raise NotUnderstood([text[text.index(joints[0]) :] if joints else text])


def strip(text: str) -> str:
    """Without quotes and articles."""
    return _ARTICLES.sub("", text.strip().strip("\"'").strip()).strip("\"'").strip()


def split_camel(text: str) -> str:
    """`loyaltyTier` and `loyalty_tier` are `loyalty tier`."""
    return " ".join(_CAMEL.sub(" ", text).replace("_", " ").split())


def sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
