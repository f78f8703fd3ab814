"""A description is read sentence by sentence; each sees the manifest as the ones before have left it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from services.generator.phrasebook import adding, changing, opening, requiring, ruling
from services.generator.phrasebook.form import Form, Operation, Scenario, Scene, Step
from services.generator.phrasebook.refusal import NotUnderstood
from services.generator.phrasebook.splitting import is_chinese, sentences
from services.generator.phrasebook.unknown import known_words, unknown_words
from services.generator.phrasebook.vocabulary import fold
from shared.patch.manifest import Manifest

# From the most specific to the most general: the first form that makes sense of a sentence has it.
FORMS: tuple[Form, ...] = (
    *(form for form in adding.FORMS if form.name != "add_field"),
    *requiring.FORMS,
    *ruling.FORMS,
    *opening.FORMS,
    *(form for form in changing.FORMS if form.name != "remove_field"),
    *(form for form in adding.FORMS if form.name == "add_field"),
    *(form for form in changing.FORMS if form.name == "remove_field"),
)
Advance = Callable[[Manifest, Iterable[Operation]], Manifest]
_CLAUSE_END = re.compile(r"\s*;\s*")
_NEAREST_FORMS = 3
# What most people want comes first where nothing else decides.
_USUAL = ("add_field", "need_over", "require")


@dataclass(frozen=True)
class Understood:
    """A sentence and what it means."""

    sentence: str
    form: str
    title: dict[str, str]
    step: Step


@dataclass(frozen=True)
class Reading:
    understood: tuple[Understood, ...]

    @property
    def operations(self) -> list[Operation]:
        return [operation for one in self.understood for operation in one.step.operations]

    @property
    def scenarios(self) -> list[Scenario]:
        """By name: a sentence said twice proves itself once."""
        return list({each["name"]: each for one in self.understood for each in one.step.scenarios}.values())


class Unreadable(Exception):
    """`code` is `sentence_empty`, `sentence_nonsense`, or that of the first sentence that was not understood."""

    def __init__(self, code: str, refused: tuple[dict[str, Any], ...] = ()) -> None:
        self.code = code
        self.refused = refused
        words = list(dict.fromkeys(word for one in refused for word in one["words"]))
        forms = list(dict.fromkeys(form for one in refused for form in one["forms"]))
        self.params: dict[str, Any] = {"words": words, "forms": forms, "sentences": list(refused)}
        super().__init__(code)


def read(description: str, manifest: Manifest, advance: Advance) -> Reading:
    """Every sentence understood, or `Unreadable` with each one that was not.

    `advance(manifest, operations)` is the manifest after a sentence; what it raises is the caller's affair.
    """
    parts = sentences(description)
    if not parts:
        raise Unreadable("sentence_empty")
    if not any(known_words(part, manifest, FORMS) for part in parts):
        refused = tuple(_refused(part, NotUnderstood([part], code="sentence_nonsense")) for part in parts)
        raise Unreadable("sentence_nonsense", refused)
    understood: list[Understood] = []
    refusals: list[dict[str, Any]] = []
    for part in parts:
        try:
            found = _understand(part, manifest)
        except NotUnderstood as refusal:
            refusals.append(_refused(part, refusal))
            continue
        understood += found
        manifest = advance(manifest, [operation for one in found for operation in one.step.operations])
    if refusals:
        raise Unreadable(refusals[0]["code"], tuple(refusals))
    return Reading(tuple(understood))


def _understand(sentence: str, manifest: Manifest) -> list[Understood]:
    """The sentence as one, or clause by clause where a semicolon joins two."""
    try:
        return [_match(sentence, manifest)]
    except NotUnderstood:
        clauses = [clause for clause in _CLAUSE_END.split(sentence) if clause]
        if len(clauses) == 1 or not all(_looks_whole(clause) for clause in clauses):
            raise
    return [_match(clause, manifest) for clause in clauses]


def _match(sentence: str, manifest: Manifest) -> Understood:
    refusal: NotUnderstood | None = None
    for form in FORMS:
        for pattern in form.patterns:
            match = pattern.match(sentence)
            if match is None:
                continue
            try:
                step = form.build(Scene(manifest, sentence, match))
            except NotUnderstood as found:
                # The least that was not understood says most: a wrong word rather than half the sentence.
                refusal = min(refusal or found, found, key=lambda one: sum(map(len, one.words)))
                continue
            if step is not None:
                return Understood(sentence, form.name, form.title, step)
    raise refusal or NotUnderstood(unknown_words(sentence, manifest, FORMS) or [sentence])


def _looks_whole(clause: str) -> bool:
    return any(pattern.match(clause) for form in FORMS for pattern in form.patterns)


def _refused(sentence: str, refusal: NotUnderstood) -> dict[str, Any]:
    return {
        "sentence": sentence,
        "code": refusal.code,
        "words": list(refusal.words),
        "nearest": list(refusal.nearest),
        "forms": nearest_forms(sentence),
    }


def nearest_forms(sentence: str) -> list[str]:
    """Examples, in the language of the sentence, of the forms that share most with it."""
    chinese = is_chinese(sentence)
    said = _pieces(sentence)
    examples = [(form, one) for form in FORMS for one in form.examples if is_chinese(one) == chinese]
    ranked = sorted(examples, key=lambda pair: (-len(said & _pieces(pair[1])), pair[0].name not in _USUAL))
    best: dict[str, str] = {}
    for form, example in ranked:
        best.setdefault(form.name, example)
    return list(best.values())[:_NEAREST_FORMS]


def _pieces(text: str) -> set[str]:
    words = {fold(word) for word in re.findall(r"[A-Za-z0-9/\-]+", text)}
    return words | {char for char in text if is_chinese(char)}
