from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field as PydanticField

from shared.patch.columns import returned
from shared.patch.definition import senseless
from shared.patch.errors import Problem, Refusal, nearest
from shared.patch.field_entry import FieldEntry
from shared.patch.fields import Field
from shared.patch.finding import (
    FIELDS_MAX,
    RESERVED_ENTITIES,
    kept_elsewhere,
    key_problems,
    name_problems,
    target_problems,
)
from shared.patch.footprint import Footprint, path
from shared.patch.integrity.fields import UNTITLED
from shared.patch.keys import entity_key, field_key, menu_key
from shared.patch.manifest import Entity, Manifest, Menu
from shared.patch.menus import menu_path, taken_menus
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, described, label
from shared.patch.operations.reading import definition_needs, disclosure
from shared.patch.page import FormPage, ListPage
from shared.patch.physical import table_name
from shared.patch.text import Closed, Identifier, Text
from shared.patch.undoing import HideEntity, PutEntity, PutMenus, Step

ENTITIES_MAX = 400
LIST_COLUMNS = 6
# What one cell of a list has no room for.
UNLISTED = frozenset(("long_text", "lines", "many_to_many", "file", "json"))


class AddEntity(Closed):
    """Add an entity with its fields, a list page, a form page and a menu item.

    Nobody may see it until a role is granted something (`grant`).
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "add_entity",
        "entity": "Warehouse",
        "label": {"en": "Warehouse", "zh": "仓库"},
        "plural": {"en": "Warehouses", "zh": "仓库"},
        "title": "name",
        "fields": [
            {"type": "text", "name": "name", "label": {"en": "Name", "zh": "名称"}, "required": True},
            {"type": "integer", "name": "capacity", "label": {"en": "Capacity", "zh": "容量"}, "min": 0},
        ],
    }

    op: Literal["add_entity"] = "add_entity"
    entity: Identifier
    label: Text
    plural: Text | None = None
    # The field that stands for a record in references and titles; the first fitting one when none is named.
    title: Identifier | None = None
    fields: Annotated[tuple[Field, ...], PydanticField(min_length=1, max_length=FIELDS_MAX)]

    def apply(self, manifest: Manifest, module: str) -> Manifest:
        key = entity_key(module, self.entity)
        returning = next((entity for entity in manifest.entities if entity.key == key), None)
        entries, problems = self._entries(manifest, module, returning)
        problems = [*self._problems(manifest, key, returning), *problems]
        if problems:
            raise Refusal.of(problems)
        entity = self._entity(key, entries)
        menu = Menu(key=menu_key(module, self.entity), name=self.entity, label=entity.plural, entity=self.entity)
        menus = (*(one for one in manifest.menus if one.key != menu.key), menu)
        places = {f"/fields/{one.name}": f"/fields/{number}" for number, one in enumerate(self.fields)}
        return accepted(manifest.having(menus=menus), entity, "/fields", {**places, "/title": "/title"})

    def inverse(self, before: Manifest, module: str) -> tuple[Step, ...]:
        key = entity_key(module, self.entity)
        returning = next((entity for entity in before.entities if entity.key == key), None)
        return (HideEntity(key) if returning is None else PutEntity(returning), PutMenus(before.menus))

    def footprint(self, manifest: Manifest) -> Footprint:
        reads = definition_needs(self._made(), [one.name for one in self.fields], manifest)
        writes = frozenset((path(self.entity), menu_path(self.entity)))
        return Footprint(reads - {path(self.entity, "exists")}, writes)

    def risk(self, manifest: Manifest) -> Risk:
        return "L1" if self._disclosure(manifest) is None else "L2"

    def semver(self, _manifest: Manifest) -> Semver:
        return "patch"

    def explain(self, manifest: Manifest) -> Sentence:
        more = self._disclosure(manifest) or Sentence("", "")
        fields = [(label(one.label, one.name), described(one, manifest)) for one in self.fields]
        return Sentence(
            f"Adds the entity “{self.label.en}” with "
            + ", ".join(f"“{name[0]}” ({kind[0]})" for name, kind in fields)
            + f".{more.en}",
            f"新增实体“{self.label.zh}”，字段："
            + "、".join(f"“{name[1]}”（{kind[1]}）" for name, kind in fields)
            + f"。{more.zh}",
        )

    def _made(self) -> Entity:
        return self._entity("", tuple(FieldEntry(key="", definition=one) for one in self.fields))

    def _disclosure(self, manifest: Manifest) -> Sentence | None:
        return disclosure(self._made(), [one.name for one in self.fields], manifest)

    def _problems(self, manifest: Manifest, key: str, returning: Entity | None) -> Iterator[Problem]:
        """What is wrong with the entity apart from its fields."""
        params = {"name": self.entity, "entity": self.entity}
        if self.entity in RESERVED_ENTITIES:
            yield Problem("name_reserved", "/entity", params, f"{self.entity}Value")
        for other in manifest.visible_entities:
            if other.casefold() == self.entity.casefold():
                yield Problem("entity_taken", "/entity", {**params, "other": other})
        if returning is not None and not returning.removed:
            yield Problem("former_name", "/entity", {**params, "other": returning.name})
        for one in manifest.entities:
            if one.key != key and table_name(one.key) == table_name(key):
                yield Problem("physical_name_taken", "/entity", {**params, "other": one.name})
        for menu in taken_menus(manifest, self.entity, ""):
            yield Problem("menu_taken", "/entity", {**params, "other": menu.name})
        if returning is None and len(manifest.visible_entities) >= ENTITIES_MAX:
            yield Problem("too_many_entities", "/entity", {"limit": ENTITIES_MAX})
        known = [one.name for one in self.fields]
        if self.title is not None and self.title not in known:
            told = {"field": self.title, "entity": self.entity, "known": known}
            yield Problem("field_unknown", "/title", told, nearest(self.title, known))

    def _entries(
        self, manifest: Manifest, module: str, returning: Entity | None
    ) -> tuple[tuple[FieldEntry, ...], list[Problem]]:
        """The fields, in the place of those that they bring back; what else was removed stays so."""
        left = {entry.key: entry for entry in (returning.fields if returning else ())}
        home = entity_key(module, self.entity)
        others = [(entry.key, entry.name) for entry in left.values()]
        names: list[str] = []
        entries: list[FieldEntry] = []
        problems: list[Problem] = []
        for number, definition in enumerate(self.fields):
            pointer, name = f"/fields/{number}", definition.name
            entry = FieldEntry(key=field_key(module, self.entity, name), definition=definition)
            found = [*name_problems(name, self.entity, names)]
            found += key_problems(self.entity, home, entry.key, name, (one for one in others if one[0] != entry.key))
            found += kept_elsewhere(manifest, home, entry.key, name)
            problems += [one.under(f"{pointer}/name") for one in found] + senseless(definition, pointer)
            problems += [one.under(pointer) for one in target_problems(manifest, definition, itself=self.entity)]
            old = left.pop(entry.key, None)
            if old is not None:
                entry, misfits = returned(old, definition, pointer)
                problems += misfits
            names.append(name)
            others.append((entry.key, name))
            entries.append(entry)
        return (*entries, *(entry.having(removed=True) for entry in left.values())), problems

    def _entity(self, key: str, entries: tuple[FieldEntry, ...]) -> Entity:
        names = tuple(definition.name for definition in self.fields if not definition.hidden)
        columns = tuple(one.name for one in self.fields if one.type not in UNLISTED and not one.hidden)
        title = self.title or next((one.name for one in self.fields if one.type not in UNTITLED), self.fields[0].name)
        return Entity(
            key=key,
            name=self.entity,
            label=self.label,
            plural=self.plural or self.label,
            title=title,
            fields=entries,
            pages=(ListPage(columns=columns[:LIST_COLUMNS] or (title,)), FormPage(fields=names)),
        )
