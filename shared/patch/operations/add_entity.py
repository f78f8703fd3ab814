from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field as PydanticField

from shared.patch.definition import refuse_senseless
from shared.patch.errors import Refusal, nearest
from shared.patch.fields import Field
from shared.patch.finding import FIELDS_MAX, refuse_field_targets, refuse_reserved, refuse_system, refuse_taken
from shared.patch.footprint import Footprint, path
from shared.patch.keys import entity_key, field_key, menu_key
from shared.patch.manifest import Entity, FieldEntry, FormPage, ListPage, Manifest, Menu
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, described, label
from shared.patch.operations.reading import reads_of
from shared.patch.text import Closed, Identifier, Text
from shared.patch.undoing import HideEntity, PutEntity, Step
from shared.patch.widening import refuse_incompatible

LIST_COLUMNS = 6


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
    # The field that stands for a record in references and titles; the first one when none is named.
    title: Identifier | None = None
    fields: Annotated[tuple[Field, ...], PydanticField(min_length=1, max_length=FIELDS_MAX)]

    def apply(self, manifest: Manifest, module: str) -> Manifest:
        key = entity_key(module, self.entity)
        refuse_reserved(self.entity, "/entity")
        refuse_taken(self.entity, manifest.visible_entities, "entity_taken", "/entity", self.entity)
        returning = next((entity for entity in manifest.entities if entity.key == key), None)
        entity = self._entity(key, self._entries(manifest, module, returning))
        if entity.title not in entity.visible_fields:
            params = {"field": entity.title, "entity": self.entity, "known": list(entity.visible_fields)}
            raise Refusal("field_unknown", "/title", params, nearest(entity.title, entity.visible_fields))
        menu = Menu(key=menu_key(module, self.entity), name=self.entity, label=entity.plural, entity=self.entity)
        menus = (*(one for one in manifest.menus if one.key != menu.key), menu)
        return accepted(manifest.having(menus=menus), entity, "/fields")

    def inverse(self, before: Manifest, module: str) -> tuple[Step, ...]:
        key = entity_key(module, self.entity)
        returning = next((entity for entity in before.entities if entity.key == key), None)
        return (HideEntity(key) if returning is None else PutEntity(returning),)

    def footprint(self, manifest: Manifest) -> Footprint:
        reads = frozenset[str]().union(*(reads_of(self.entity, one, manifest) for one in self.fields))
        return Footprint(reads - {path(self.entity, "exists")}, frozenset((path(self.entity),)))

    def risk(self, _manifest: Manifest) -> Risk:
        return "L1"

    def semver(self, _manifest: Manifest) -> Semver:
        return "patch"

    def explain(self, _manifest: Manifest) -> Sentence:
        fields = [(label(one.label, one.name), described(one)) for one in self.fields]
        return Sentence(
            f"Adds the entity “{self.label.en}” with "
            + ", ".join(f"“{name[0]}” ({kind[0]})" for name, kind in fields)
            + ".",
            f"新增实体“{self.label.zh}”，字段："
            + "、".join(f"“{name[1]}”（{kind[1]}）" for name, kind in fields)
            + "。",
        )

    def _entries(self, manifest: Manifest, module: str, returning: Entity | None) -> tuple[FieldEntry, ...]:
        """The fields, in the place of those that they bring back; what else was removed stays so."""
        left = {entry.key: entry for entry in (returning.fields if returning else ())}
        names: list[str] = []
        entries: list[FieldEntry] = []
        for number, definition in enumerate(self.fields):
            pointer = f"/fields/{number}"
            entry = FieldEntry(key=field_key(module, self.entity, definition.name), definition=definition)
            self._refuse(manifest, definition, names, pointer)
            old = left.pop(entry.key, None)
            if old is not None:
                refuse_incompatible(old.definition, definition, pointer)
            names.append(definition.name)
            entries.append(entry)
        return (*entries, *(entry.having(removed=True) for entry in left.values()))

    def _refuse(self, manifest: Manifest, definition: Field, names: list[str], pointer: str) -> None:
        empty = Entity(key="", name=self.entity, label=self.label, plural=self.label, title=definition.name, fields=())
        refuse_system(empty, definition.name, f"{pointer}/name")
        refuse_reserved(definition.name, f"{pointer}/name")
        refuse_taken(definition.name, names, "field_taken", f"{pointer}/name", self.entity)
        refuse_senseless(definition, pointer)
        refuse_field_targets(manifest, definition, pointer, itself=self.entity)

    def _entity(self, key: str, entries: tuple[FieldEntry, ...]) -> Entity:
        names = tuple(definition.name for definition in self.fields if not definition.hidden)
        columns = tuple(one.name for one in self.fields if one.type not in ("long_text", "lines") and not one.hidden)
        return Entity(
            key=key,
            name=self.entity,
            label=self.label,
            plural=self.plural or self.label,
            title=self.title or self.fields[0].name,
            fields=entries,
            pages=(ListPage(columns=columns[:LIST_COLUMNS]), FormPage(fields=names)),
        )
