"""A manifest compiled for one schema: per entity everything that a record statement needs, made once, at first use."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any

from shared.engine.naming import column_name, lines_table_name, quoted, table_name
from shared.engine.problems import problem, refuse
from shared.engine.values import checker, loader, reader, rounder, writer
from shared.patch.errors import nearest
from shared.patch.expression import Expression, compile_expression
from shared.patch.fields import DatetimeField, EnumField, Field, LineField, LinesField, RefField
from shared.patch.manifest import Act, Entity, Manifest, Rule
from shared.patch.text import Text

Natives = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Access:
    """What one set of roles may do with one entity; `view` and `edit` name its fields."""

    acts: frozenset[Act]
    view: frozenset[str]
    edit: frozenset[str]
    roles: frozenset[str]


def label_of(definition: Field | LineField) -> Text:
    """A field without a label shows its name, split at capitals."""
    if definition.label is not None:
        return definition.label
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_+", " ", definition.name).strip() or definition.name
    words = words[0].upper() + words[1:].lower()
    return Text(en=words, zh=words)


@dataclass(frozen=True)
class FieldCode:
    """One stored field, of an entity or of its lines. `column` is quoted."""

    name: str
    column: str
    definition: Field | LineField
    computed: Expression | None = None

    @cached_property
    def read(self) -> Callable[[Any], Any]:
        return reader(self.definition)

    @cached_property
    def check(self) -> Callable[[Any], None]:
        return checker(self.definition)

    @cached_property
    def write(self) -> Callable[[Any], Any]:
        return writer(self.definition)

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
        options = self.definition.options if isinstance(self.definition, EnumField) else ()
        return {option.value: option.label for option in options if option.label is not None}

    @cached_property
    def by_system(self) -> bool:
        return self.computed is not None or self.definition.read_only or self.definition.type == "sequence"


@dataclass(frozen=True)
class LinesCode:
    """Lines of one kind: a table of their own."""

    name: str
    table: str
    definition: LinesField
    fields: dict[str, FieldCode]
    computed: tuple[FieldCode, ...]

    @cached_property
    def label(self) -> Text:
        return label_of(self.definition)


def _system_field(name: str, en: str, zh: str) -> FieldCode:
    definition = DatetimeField(name=name, label=Text(en=en, zh=zh), read_only=True)
    return FieldCode(name, quoted(name), definition)


SYSTEM_CODES = {
    "id": FieldCode("id", '"id"', RefField(name="id", label=Text(en="Id", zh="编号"), target="id", read_only=True)),
    "createdAt": _system_field("createdAt", "Created at", "创建时间"),
    "updatedAt": _system_field("updatedAt", "Updated at", "更新时间"),
}


@dataclass(frozen=True)
class EntityCode:
    """`table` is quoted and with its schema. `fields` has no lines; `computed` is in the order of dependence."""

    entity: Entity
    table: str
    fields: dict[str, FieldCode]
    lines: dict[str, LinesCode]
    computed: tuple[FieldCode, ...]
    rules: tuple[tuple[Rule, Expression], ...]

    @property
    def name(self) -> str:
        return self.entity.name

    @property
    def label(self) -> Text:
        return self.entity.label

    @cached_property
    def access(self) -> dict[tuple[str, ...], Access]:
        """What is known of what sets of roles may do; `access.py` fills it."""
        return {}

    @cached_property
    def numbered(self) -> frozenset[str]:
        """Fields whose value is drawn when the record is written."""
        return frozenset(name for name, one in self.fields.items() if one.definition.type == "sequence")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Everything a record has, in the manifest's order."""
        return tuple(self.entity.visible_fields)


class Compiled:
    """The entities of a manifest by name, each compiled at first use."""

    def __init__(self, manifest: Manifest, schema: str) -> None:
        self.manifest = manifest
        self.schema = schema
        self._entities: dict[str, EntityCode] = {}

    def entity(self, name: str) -> EntityCode:
        """Raises RecordRefused for a name that is no entity."""
        code = self._entities.get(name)
        if code is None:
            code = self._entities[name] = self._compile(name)
        return code

    def place(self, table: str) -> str:
        return f"{quoted(self.schema)}.{quoted(table)}"

    @cached_property
    def references(self) -> dict[str, list[tuple[EntityCode, str, FieldCode]]]:
        """By entity: who refers to it and minds its deletion, with the table and the field that hold the reference."""
        found: dict[str, list[tuple[EntityCode, str, FieldCode]]] = {}
        for name in self.manifest.visible_entities:
            code = self.entity(name)
            holders = [(code.table, one) for one in code.fields.values()]
            holders += [(lines.table, one) for lines in code.lines.values() for one in lines.fields.values()]
            for table, one in holders:
                if isinstance(one.definition, RefField) and one.definition.on_delete == "restrict":
                    found.setdefault(one.definition.target, []).append((code, table, one))
        return found

    def _compile(self, name: str) -> EntityCode:
        entity = self.manifest.visible_entities.get(name)
        if entity is None:
            suggestion = nearest(name, self.manifest.visible_entities)
            params = {"entity": name, "suggestion": suggestion}
            raise refuse("not_found", problem("", "unknown_entity", Text(en=name or "?", zh=name or "?"), params))
        fields: dict[str, FieldCode] = {}
        lines: dict[str, LinesCode] = {}
        for entry in entity.visible_fields.values():
            if isinstance(entry.definition, LinesField):
                lines[entry.name] = self._lines(entity, entry.key, entry.definition)
            else:
                column = quoted(column_name(entity.key, entry.key))
                computed = self._computed(entity, entry.definition, None)
                fields[entry.name] = FieldCode(entry.name, column, entry.definition, computed)
        rules = tuple(
            (one.rule, compile_expression(one.rule.expression, entity, self.manifest)) for one in entity.visible_rules
        )
        return EntityCode(entity, self.place(table_name(entity.key)), fields, lines, _in_order(fields), rules)

    def _lines(self, entity: Entity, key: str, definition: LinesField) -> LinesCode:
        fields = {
            one.name: FieldCode(one.name, quoted(one.name), one, self._computed(entity, one, definition.name))
            for one in definition.fields
        }
        table = self.place(lines_table_name(entity.key, key))
        return LinesCode(definition.name, table, definition, fields, _in_order(fields))

    def _computed(self, entity: Entity, definition: Field | LineField, within: str | None) -> Expression | None:
        text: str | None = getattr(definition, "computed", None)
        return None if text is None else compile_expression(text, entity, self.manifest, within=within)


def _in_order(fields: dict[str, FieldCode]) -> tuple[FieldCode, ...]:
    """Computed fields, each after those that it reads."""
    computed = {name: field.computed for name, field in fields.items() if field.computed is not None}
    graph = {name: expression.fields & computed.keys() for name, expression in computed.items()}
    return tuple(fields[name] for name in TopologicalSorter(graph).static_order())
