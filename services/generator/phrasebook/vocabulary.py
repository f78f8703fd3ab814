"""The names of the present CRM, in both languages: which entity, field or option somebody means."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from services.generator.phrasebook.naming import split_camel, strip
from services.generator.phrasebook.refusal import NotUnderstood
from shared.patch.field_entry import FieldEntry
from shared.patch.fields import EnumField, Field
from shared.patch.manifest import Entity, Manifest

_PREFIXES = ("every ", "each ", "all ", "any ", "每个", "每一个", "所有的", "所有", "全部", "任何")
# What people call the amount of a record, whatever its field is called.
_AMOUNT_WORDS = frozenset({"", "total", "amount", "value", "金额", "总额", "总金额", "总价"})
_AMOUNT_FIELDS = ("total", "amount")


@dataclass(frozen=True)
class Place:
    entity: Entity
    entry: FieldEntry

    @property
    def field(self) -> Field:
        return self.entry.definition


def fold(text: str) -> str:
    """The form in which names are compared: lower case, singular, single spaces."""
    words = split_camel(strip(text)).lower().split()
    return " ".join([*words[:-1], _singular(words[-1])]) if words else ""


def nearest(text: str, names: Iterable[str]) -> list[str]:
    """At most three names that look like `text`."""
    by_fold = {fold(one): one for one in names}
    return [by_fold[one] for one in difflib.get_close_matches(fold(text), by_fold, n=3, cutoff=0.55)]


class Vocabulary:
    """Lookups in one manifest. A name that fits nothing is refused with what is near, never guessed."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest

    @cached_property
    def entities(self) -> dict[str, Entity]:
        """By every name that an entity has, folded. The last word of a long name will do where no other has it."""
        visible = self.manifest.visible_entities.values()
        full = {fold(one): entity for entity in visible for one in entity_names(entity)}
        short: dict[str, list[Entity]] = {}
        for one, entity in full.items():
            if " " in one:
                short.setdefault(fold(one.split()[-1]), []).append(entity)
        alone = {one: found[0] for one, found in short.items() if len({entity.name for entity in found}) == 1}
        return alone | full

    def entity(self, text: str) -> Entity:
        found = self.find_entity(text)
        if found is None:
            labels = [name for entity in self.manifest.visible_entities.values() for name in entity_names(entity)]
            raise NotUnderstood([strip(text)], nearest=nearest(text, labels))
        return found

    def find_entity(self, text: str) -> Entity | None:
        bare = text.strip()
        for prefix in _PREFIXES:
            bare = bare.removeprefix(prefix).strip()
        return self.entities.get(fold(bare))

    def find_field(self, entity: Entity, text: str) -> FieldEntry | None:
        wanted = fold(text)
        for entry in entity.visible_fields.values():
            if wanted in {fold(one) for one in field_names(entry)}:
                return entry
        return None

    def field(self, entity: Entity, text: str) -> Place:
        found = self.find_field(entity, text)
        if found is None:
            names = [name for entry in entity.visible_fields.values() for name in field_names(entry)]
            raise NotUnderstood([strip(text)], nearest=nearest(text, names))
        return Place(entity, found)

    def amount(self, entity: Entity, text: str) -> Place:
        """The field that an amount speaks of: the one named, else the entity's total or amount."""
        if (found := self.find_field(entity, text)) is not None:
            return Place(entity, found)
        fields = entity.visible_fields
        usual = next((fields[one] for one in _AMOUNT_FIELDS if one in fields), None)
        if usual is None or fold(text) not in _AMOUNT_WORDS:
            return self.field(entity, text)
        return Place(entity, usual)

    def place(self, text: str) -> Place:
        """`customer phone`, `the phone of customers`, `phone on customers`, 客户的电话, 客户电话."""
        bare = strip(text)
        for joint in (" of ", " on ", " for ", " from "):
            field, found, entity = bare.rpartition(joint)
            if found:
                return self.field(self.entity(entity), field)
        for split in range(len(bare) - 1, 0, -1):
            entity = self.find_entity(bare[:split].strip().removesuffix("'s").removesuffix("'").removesuffix("的"))
            if entity is not None and (bare[split - 1] in " 的" or not bare.isascii()):
                return self.field(entity, bare[split:].strip().removeprefix("的"))
        raise NotUnderstood([bare], nearest=self._near_places(bare))

    def option(self, place: Place, text: str) -> str:
        """The stored value of an option, by value or label."""
        if not isinstance(place.field, EnumField):
            raise NotUnderstood([strip(text)])
        names: dict[str, str] = {}
        for option in place.field.options:
            texts = (option.label.en, option.label.zh) if option.label else ()
            names |= {fold(one): option.value for one in (option.value, *texts)}
        if fold(text) not in names:
            raise NotUnderstood([strip(text)], nearest=nearest(text, names))
        return names[fold(text)]

    def _near_places(self, text: str) -> list[str]:
        pairs = [
            f"{name} {field}"
            for entity in self.manifest.visible_entities.values()
            for name in (entity.label.en, entity.label.zh)
            for entry in entity.visible_fields.values()
            for field in field_names(entry)
        ]
        return nearest(text, pairs)


def entity_names(entity: Entity) -> list[str]:
    return [entity.name, entity.label.en, entity.plural.en, entity.label.zh, entity.plural.zh]


def field_names(entry: FieldEntry) -> list[str]:
    label = entry.definition.label
    return [entry.name, *((label.en, label.zh) if label else ())]


def _singular(word: str) -> str:
    if re.search(r"..ies$", word):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
