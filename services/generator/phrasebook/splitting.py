"""A description becomes sentences, and a sentence clauses."""

import re
import unicodedata

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»「」『』", '"') | dict.fromkeys("‘’", "'"))
# A full stop ends a sentence only before a space or the end, so that 0.5 and 10.000 stay whole.
_SENTENCE_END = re.compile(r"[。!?\n]+|\.(?=\s|$)")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SPACES = re.compile(r"[ \t\u00a0]+")
# A thousands separator, within a number only.
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def normalise(text: str) -> str:
    """One form for what keyboards write in many: full-width signs, curly quotes, thousands, runs of spaces."""
    plain = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    return _SPACES.sub(" ", _THOUSANDS.sub("", plain)).strip()


def sentences(description: str) -> list[str]:
    """The sentences in order, without their full stops."""
    parts = (part.strip(" ;,") for part in _SENTENCE_END.split(normalise(description)))
    return [part for part in parts if part]


def is_chinese(text: str) -> bool:
    """One Chinese sign is enough: names in Latin letters occur in Chinese sentences, not the other way round."""
    return _CHINESE.search(text) is not None
