"""Which words of a sentence nothing here knows, so that a refusal can name them."""

import re
from collections.abc import Iterable
from functools import cache

from services.generator.phrasebook import glossary
from services.generator.phrasebook.form import Form
from services.generator.phrasebook.kinds import TYPE_WORDS
from services.generator.phrasebook.splitting import is_chinese
from services.generator.phrasebook.vocabulary import entity_names, field_names, fold
from shared.patch.manifest import Manifest

_STOP = frozenset(
    {
        "a",
        "an",
        "the",
        "to",
        "of",
        "on",
        "for",
        "and",
        "or",
        "is",
        "are",
        "be",
        "with",
        "in",
        "it",
        "its",
        "that",
        "this",
    }
)
_STOP_ZH = frozenset("的了和与在把将请个一为是有中上里到从")
_EN_WORD = re.compile(r"[A-Za-z][A-Za-z'\-]*")
_CHINESE_RUN = re.compile(r"[\u3400-\u9fff]+")
_PATTERN_WORD = re.compile(r"(?<![\\<?P])\b[a-z]{2,}\b")


def unknown_words(sentence: str, manifest: Manifest, forms: Iterable[Form]) -> list[str]:
    """In their order in the sentence."""
    known = _known_english(tuple(forms)) | {fold(part) for name in _names(manifest) for part in name.split()}
    strange = [word for word in _EN_WORD.findall(sentence) if fold(word) not in known and word.lower() not in _STOP]
    for run in _CHINESE_RUN.findall(sentence):
        strange += _unknown_runs(
            run, _known_chinese(tuple(forms)) | {name for name in _names(manifest) if is_chinese(name)}
        )
    return strange


def known_words(sentence: str, manifest: Manifest, forms: Iterable[Form]) -> bool:
    """Whether anything in the sentence but small words is known here: else it is nonsense to us."""
    known = _known_english(tuple(forms)) | {fold(part) for name in _names(manifest) for part in name.split()}
    if any(fold(word) in known and word.lower() not in _STOP for word in _EN_WORD.findall(sentence)):
        return True
    chinese = (_known_chinese(tuple(forms)) | {name for name in _names(manifest) if is_chinese(name)}) - _STOP_ZH
    return any(word in run for run in _CHINESE_RUN.findall(sentence) for word in chinese)


def _unknown_runs(run: str, known: frozenset[str]) -> list[str]:
    """What is left of a run of Chinese when every known word is taken out, the longest first."""
    for word in sorted(known, key=len, reverse=True):
        run = run.replace(word, " ")
    return [part for part in run.split() if part not in _STOP_ZH]


def _names(manifest: Manifest) -> list[str]:
    names: list[str] = []
    for entity in manifest.visible_entities.values():
        names += entity_names(entity)
        names += [name for entry in entity.visible_fields.values() for name in field_names(entry)]
    return names


@cache
def _known_english(forms: tuple[Form, ...]) -> frozenset[str]:
    said = {word for form in forms for example in form.examples for word in _EN_WORD.findall(example)}
    types = {part for word in TYPE_WORDS if word.isascii() for part in re.split(r"[ /\-]", word)}
    written = {word for form in forms for pattern in form.patterns for word in _PATTERN_WORD.findall(pattern.pattern)}
    english = {part for words in glossary.english_of().values() for part in words.split()}
    return frozenset(fold(word) for word in said | types | written | english)


@cache
def _known_chinese(forms: tuple[Form, ...]) -> frozenset[str]:
    written = {run for form in forms for pattern in form.patterns for run in _CHINESE_RUN.findall(pattern.pattern)}
    types = {word for word in TYPE_WORDS if is_chinese(word)}
    return frozenset(written | types | set(glossary.english_of()) | _STOP_ZH)
