"""A manifest compiled for one schema: per entity everything that a record statement needs, made once, at first use."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import TopologicalSorter

from shared.engine.field_code import LINK, FieldCode, LinesCode, label_of
from shared.engine.naming import column_name, lines_table_name, literal, quoted, table_name
from shared.engine.problems import problem, refuse
from shared.engine.stored import StoredRecords
from shared.patch.errors import nearest
from shared.patch.expression import Expression, compile_expression
from shared.patch.field_entry import FieldEntry
from shared.patch.fields import Field, LineField, LinesField, ManyToManyField, RefAnyField, RefField
from shared.patch.manifest import Act, Entity, Manifest, Rule
from shared.patch.text import Text
from shared.patch.trigger import UpdateAction


@dataclass(frozen=True, slots=True)
class Access:
    """What one set of roles may do with one entity; `view` and `edit` name its fields.

    An act that is among `filters` may be done with some records only: those of which one of its grants, by key, is
    true.
    """

    acts: frozenset[Act]
    view: frozenset[str]
    edit: frozenset[str]
    roles: frozenset[str]
    filters: Mapping[Act, tuple[str, ...]] = field(default_factory=dict[Act, tuple[str, ...]])


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
    def attaching(self) -> tuple[str, ...]:
        """Fields that hold files."""
        return tuple(name for name, one in self.fields.items() if one.definition.type == "file")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Everything a record has, in the manifest's order."""
        return tuple(self.entity.visible_fields)


@dataclass(frozen=True, slots=True)
class Reference:
    """Records of `code` refer to another, `t`, from rows `o` of `table`.

    A loose reference has no foreign key; one that minds keeps the other from being deleted.
    """

    code: EntityCode
    table: str
    sql: str
    loose: bool
    minds: bool


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

    @cached_property
    def records(self) -> StoredRecords:
        return StoredRecords(self.manifest, quoted(self.schema))

    def hold(self, entity: str) -> str:
        """How records are locked that others read. Where a trigger may go on to change them, as for a change: two who
        both had read, and then both wanted to change, would wait for one another."""
        return "NO KEY UPDATE" if entity in self._changed_by_triggers else "SHARE"

    @cached_property
    def _changed_by_triggers(self) -> frozenset[str]:
        entities = self.manifest.visible_entities.values()
        actions = (one for entity in entities for entry in entity.visible_triggers for one in entry.trigger.actions)
        return frozenset(one.entity for one in actions if isinstance(one, UpdateAction))

    def place(self, table: str) -> str:
        return f"{quoted(self.schema)}.{quoted(table)}"

    @cached_property
    def references(self) -> dict[str, list[Reference]]:
        """By entity: who refers to it and minds its deletion."""
        return {name: [one for one in found if one.minds] for name, found in self.referring.items()}

    @cached_property
    def referring(self) -> dict[str, list[Reference]]:
        """By entity: who refers to it."""
        found: dict[str, list[Reference]] = {}
        for name in self.manifest.visible_entities:
            code = self.entity(name)
            holders = [(code.table, "id", one) for one in code.fields.values()]
            holders += [(lines.table, "_record", one) for lines in code.lines.values() for one in lines.fields.values()]
            for table, own, one in holders:
                for target, sql in _referring(one):
                    # What a record says of itself goes with it.
                    other = f' AND o."{own}" <> t."id"' if target == name else ""
                    minds = getattr(one.definition, "on_delete", "restrict") == "restrict"
                    reference = Reference(code, table, sql + other, loose=bool(one.targets), minds=minds)
                    found.setdefault(target, []).append(reference)
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
            if isinstance(entry.definition, LinesField | ManyToManyField):
                lines[entry.name] = self._lines(entity, entry, entry.definition)
            else:
                fields[entry.name] = self._field(entity, entry)
        rules = tuple(
            (one.rule, compile_expression(one.rule.expression, entity, self.manifest, lookups=one.rule.lookups))
            for one in entity.visible_rules
        )
        return EntityCode(entity, self.place(table_name(entity.key)), fields, lines, _in_order(fields), rules)

    def _field(self, entity: Entity, entry: FieldEntry) -> FieldCode:
        definition = entry.definition
        known = self.manifest.visible_entities
        names = definition.targets if isinstance(definition, RefAnyField) else ()
        targets = {name: known[name].key for name in names}
        computed = self._computed(entity, definition, None)
        return FieldCode(entry.name, quoted(column_name(entity.key, entry.key)), definition, computed, targets)

    def _lines(self, entity: Entity, entry: FieldEntry, definition: LinesField | ManyToManyField) -> LinesCode:
        table = self.place(lines_table_name(entity.key, entry.key))
        if isinstance(definition, ManyToManyField):
            target = RefField(name="target", label=label_of(definition), target=definition.target, required=True)
            return LinesCode(entry.name, table, definition, {"target": FieldCode("target", LINK, target)}, ())
        fields = {
            one.definition.name: FieldCode(
                one.definition.name,
                quoted(column_name(entry.key, one.key)),
                one.definition,
                self._computed(entity, one.definition, entry.name),
            )
            for one in entry.line_columns
            if not one.removed
        }
        return LinesCode(entry.name, table, definition, fields, _in_order(fields))

    def _computed(self, entity: Entity, definition: Field | LineField, within: str | None) -> Expression | None:
        text: str | None = getattr(definition, "computed", None)
        return None if text is None else compile_expression(text, entity, self.manifest, within=within)


def _referring(one: FieldCode) -> Iterator[tuple[str, str]]:
    """The entities that the field may lead to, and how a row says so."""
    if isinstance(one.definition, RefField):
        yield one.definition.target, f'o.{one.column} = t."id"'
    for name, key in one.targets.items():
        yield name, f'o.{one.column} = {literal(key + "/")} || t."id"'


def _in_order(fields: dict[str, FieldCode]) -> tuple[FieldCode, ...]:
    """Computed fields, each after those that it reads."""
    computed = {name: field.computed for name, field in fields.items() if field.computed is not None}
    graph = {name: expression.fields & computed.keys() for name, expression in computed.items()}
    return tuple(fields[name] for name in TopologicalSorter(graph).static_order())
