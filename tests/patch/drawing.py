"""A chance, and a manifest from which to draw: names, definitions and expressions, most of which fit."""

import random
from dataclasses import dataclass
from typing import Any

from shared.patch import Manifest
from shared.patch.field_entry import FieldEntry
from shared.patch.fields import LinesField, TextField
from shared.patch.manifest import Entity
from shared.patch.text import Text

TEXT = {"en": "Text", "zh": "文本"}
NEW_NAMES = ("colour", "size2", "weight", "height", "shade", "depth", "mood", "zone")
# Drawn from when everything was taken away.
_FIELD = FieldEntry(key="", definition=TextField.model_validate({"name": "none"}))
NOTHING = Entity(
    key="",
    name="Nothing",
    label=Text.model_validate(TEXT),
    plural=Text.model_validate(TEXT),
    title="none",
    fields=(_FIELD,),
)
NUMBERS = ("integer", "decimal", "money")
CHOICES = ("enum", "multi_enum")
Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draw:
    """A chance, and the manifest from which it draws."""

    chance: random.Random
    manifest: Manifest

    def one(self, *among: Any) -> Any:
        return self.chance.choice(among)

    def text(self) -> Plain:
        """Hardly ever the same twice, as with people."""
        number = self.chance.randrange(100_000)
        return {"en": f"Text {number}", "zh": f"文本{number}"}

    def some(self, among: list[Any], most: int) -> list[Any]:
        return self.chance.sample(among, min(len(among), self.chance.randint(1, most)))

    def entity(self) -> Entity:
        return self.one(*self.manifest.visible_entities.values() or [NOTHING])

    def new(self) -> str:
        return self.one(*NEW_NAMES)

    def fields(self, entity: Entity, *types: str) -> list[FieldEntry]:
        return [one for one in entity.visible_fields.values() if not types or one.definition.type in types]

    def field(self, entity: Entity, *types: str) -> str:
        """The name of a field of such a type; of a new one when there is none."""
        return self.one(*[one.name for one in self.fields(entity, *types)] or [self.new()])

    def condition(self, entity: Entity) -> str:
        """An expression that is true or false, of one or two fields."""
        number, text = self.field(entity, *NUMBERS), self.field(entity, "text", "long_text")
        conditions = [f"{number} > {self.chance.randint(0, 3)}", f"{text} != null", f"size({text}) < 90"]
        conditions.append(" || ".join(self.some(conditions, 2)))
        if choices := self.fields(entity, "enum"):
            entry = self.one(*choices)
            conditions.append(f"{entry.name} == '{entry.definition.options[0].value}'")
        if lines := self.fields(entity, "lines"):
            conditions.append(f"{self.one(*lines).name}.size() < 40")
        if references := self.fields(entity, "ref"):
            entry = self.one(*references)
            other = self.manifest.visible_entities[entry.definition.target]
            conditions.append(f"{entry.name}.{self.field(other, 'text', 'integer')} != null")
        return self.one(*conditions)

    def definition(self, entity: Entity, name: str | None = None) -> Plain:
        """Of a new field of any sort."""
        number = self.field(entity, *NUMBERS)
        sort: Plain = self.one(
            {"type": "text"},
            {"type": "integer", "required": self.chance.random() < 0.5},
            {"type": "boolean", "default": True},
            {"type": "date"},
            {"type": "duration"},
            {"type": "decimal", "computed": f"{number} * 2"},
            {"type": "ref", "target": self.entity().name},
            {"type": "many_to_many", "target": self.entity().name},
            {"type": "enum", "options": [{"value": "low"}, {"value": "high"}], "default": self.one("low", "high")},
            {"type": "multi_enum", "options": [{"value": "low"}, {"value": "high"}]},
            {"type": "lines", "fields": [{"type": "text", "name": "note"}, {"type": "integer", "name": "count"}]},
        )
        return {**sort, "name": name or self.new()}

    def column(self, entity: Entity) -> Plain:
        """A column of lines of the entity, as operations name it; a field where there are no lines."""
        entry: FieldEntry = self.one(*self.fields(entity, "lines") or self.fields(entity))
        if not isinstance(entry.definition, LinesField):
            return {"field": entry.name}
        return {"lines": entry.name, "field": self.one(*[one.name for one in entry.definition.fields])}
