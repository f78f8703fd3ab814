"""The fields of a record and of its lines, compiled: how each is read, checked, kept and shown."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from shared.engine.naming import quoted
from shared.engine.values import keeper, loader, rounder, writer
from shared.patch.bounds import Unfit, checker
from shared.patch.expression import Expression
from shared.patch.fields import (
    DatetimeField,
    EnumField,
    Field,
    LineField,
    LinesField,
    ManyToManyField,
    MultiEnumField,
    RefField,
)
from shared.patch.keys import first_name
from shared.patch.readings import reader
from shared.patch.text import Text

Natives = dict[str, Any]
# The column of a line that is nothing but a reference.
LINK = '"target"'


def label_of(definition: Field | LineField) -> Text:
    """A field without a label shows its name, split at capitals."""
    if definition.label is not None:
        return definition.label
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_+", " ", definition.name).strip() or definition.name
    words = words[0].upper() + words[1:].lower()
    return Text(en=words, zh=words)


@dataclass(frozen=True)
class FieldCode:
    """One stored field, of an entity or of its lines. `column` is quoted.

    `targets` are the keys, by name, of the entities that a reference of the kind ref_any may lead to.
    """

    name: str
    column: str
    definition: Field | LineField
    computed: Expression | None = None
    targets: Mapping[str, str] = field(default_factory=dict[str, str])

    @cached_property
    def read(self) -> Callable[[Any], Any]:
        return self._read_somewhere if self.definition.type == "ref_any" else reader(self.definition)

    @cached_property
    def check(self) -> Callable[[Any], None]:
        return checker(self.definition)

    @cached_property
    def write(self) -> Callable[[Any], Any]:
        return self._write_somewhere if self.definition.type == "ref_any" else writer(self.definition)

    @cached_property
    def keep(self) -> Callable[[Any], Any] | None:
        return keeper(self.definition)

    @cached_property
    def load(self) -> Callable[[Any], Any]:
        return loader(self.definition)

    @cached_property
    def fit(self) -> Callable[[Any], Any]:
        return rounder(self.definition)

    @cached_property
    def default(self) -> Any:
        """As the definition has it: a value, `today`, `now`, or None."""
        return getattr(self.definition, "default", None)

    @cached_property
    def label(self) -> Text:
        return label_of(self.definition)

    @cached_property
    def words(self) -> dict[str, Text]:
        """What people read instead of each option."""
        options = self.definition.options if isinstance(self.definition, EnumField | MultiEnumField) else ()
        return {option.value: option.label for option in options if option.label is not None}

    @cached_property
    def by_system(self) -> bool:
        return self.computed is not None or self.definition.read_only or self.definition.type == "sequence"

    def _read_somewhere(self, value: Any) -> str:
        """Kept under the key of the entity, which stays when the entity gets another name."""
        name, _, record_id = reader(self.definition)(value).partition("/")
        if name not in self.targets:
            raise Unfit("not_a_target", {"entity": name, "entities": list(self.targets)})
        return f"{self.targets[name]}/{record_id}"

    def _write_somewhere(self, value: str) -> dict[str, str]:
        key, _, record_id = value.rpartition("/")
        return {
            "entity": next((name for name, one in self.targets.items() if one == key), first_name(key)),
            "id": record_id,
        }


@dataclass(frozen=True)
class LinesCode:
    """Lines of one kind: a table of their own. References to many records are lines of a single field, `target`."""

    name: str
    table: str
    definition: LinesField | ManyToManyField
    fields: dict[str, FieldCode]
    computed: tuple[FieldCode, ...]

    @cached_property
    def label(self) -> Text:
        return label_of(self.definition)

    @cached_property
    def link(self) -> FieldCode | None:
        """What a line consists of, if it is nothing but a reference."""
        return self.fields["target"] if isinstance(self.definition, ManyToManyField) else None


def _system_field(name: str, en: str, zh: str) -> FieldCode:
    definition = DatetimeField(name=name, label=Text(en=en, zh=zh), read_only=True)
    return FieldCode(name, quoted(name), definition)


SYSTEM_CODES = {
    "id": FieldCode("id", '"id"', RefField(name="id", label=Text(en="Id", zh="编号"), target="id", read_only=True)),
    "createdAt": _system_field("createdAt", "Created at", "创建时间"),
    "updatedAt": _system_field("updatedAt", "Updated at", "更新时间"),
}
