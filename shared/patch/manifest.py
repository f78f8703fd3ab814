"""The manifest: the complete declarative description of the CRM at one moment.

Every part carries the key under which it was first created (`module/kind/name`). A key is never used for anything
else: the same key is the same column, whatever it is called today. A removed part stays, marked, so that its
column and values can come back; what people see is the visible manifest, without removed parts.
"""

from collections.abc import Hashable
from typing import Annotated, Any, Literal, Self

from pydantic import Field as PydanticField

from shared.patch.fields import (
    EnumField,
    Field,
    LineField,
    LinesField,
    ManyToManyField,
    MultiEnumField,
    RefAnyField,
    RefField,
)
from shared.patch.lookup import LOOKUPS_MAX, Lookup, Lookups
from shared.patch.physical import column_name
from shared.patch.text import Closed, ExpressionText, Identifier, Text, derived, made
from shared.patch.trigger import CreateAction, Trigger, UpdateAction

Act = Literal["view", "create", "edit", "delete"]
SYSTEM_FIELDS = ("id", "createdAt", "updatedAt")
TRANSITIONS_MAX = 200
EFFECTS_MAX = 10


def meaning(definition: Field) -> Hashable:
    match definition:
        case EnumField() | MultiEnumField():
            return (definition.type, *[one.value for one in definition.options])
        case RefField():
            return definition.type, definition.target
        case LinesField():
            columns = [(one.name, meaning(one)) for one in definition.fields]
            return (definition.type, definition.max_items, *columns)
        case _:
            return definition.type


class FieldEntry(Closed):
    """A field. `columns` are the parts of a lines field by key, once they differ from what it was made with."""

    key: str
    definition: Field
    removed: bool = False
    columns: tuple["ColumnEntry", ...] = ()

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def line_columns(self) -> tuple["ColumnEntry", ...]:
        """The columns of a lines field, removed ones too; none of any other."""
        if self.columns or not isinstance(self.definition, LinesField):
            return self.columns
        return tuple(ColumnEntry(key=f"{self.key}.{one.name}", definition=one) for one in self.definition.fields)

    @derived("definition")
    def targets(self) -> frozenset[str]:
        """The entities that the field refers to, or a column of it."""
        match self.definition:
            case RefField(target=target) | ManyToManyField(target=target):
                return frozenset((target,))
            case RefAnyField(targets=targets):
                return frozenset(targets)
            case LinesField(fields=fields):
                return frozenset(one.target for one in fields if isinstance(one, RefField))
            case _:
                return frozenset()

    @derived("definition")
    def meaning(self) -> Hashable:
        """What an expression that names the field depends on: fields that have the same are the same to it."""
        return meaning(self.definition)

    @derived("definition")
    def formulas(self) -> tuple[tuple[Field | LineField, str, str | None], ...]:
        """What is computed, the field itself or columns of it: definition, expression, and within which lines."""
        lines = self.definition if isinstance(self.definition, LinesField) else None
        found: list[tuple[Field | LineField, str, str | None]] = []
        for one in (self.definition,) if lines is None else lines.fields:
            text: str | None = getattr(one, "computed", None)
            if text is not None:
                found.append((one, text, lines and lines.name))
        return tuple(found)


class ColumnEntry(Closed):
    key: str
    definition: LineField
    removed: bool = False


class Rule(Closed):
    """What must hold of a record. Three-valued: it is broken only when the expression is false, not when unknown."""

    name: Identifier
    expression: ExpressionText
    message: Text
    on: tuple[Literal["create", "update", "delete"], ...] = ("create", "update")
    severity: Literal["error", "warning"] = "error"
    lookups: Lookups = PydanticField(default_factory=dict[str, Lookup], max_length=LOOKUPS_MAX)


class RuleEntry(Closed):
    key: str
    rule: Rule
    removed: bool = False


class Grant(Closed):
    """What a CRM role may do with an entity, or with one field of it (then only `view` and `edit` apply).

    With `where` only for records of which it is true. What several grants allow adds up.
    """

    role: Identifier
    allow: tuple[Act, ...]
    field: Identifier | None = None
    where: ExpressionText | None = None
    lookups: Lookups = PydanticField(default_factory=dict[str, Lookup], max_length=LOOKUPS_MAX)


class GrantEntry(Closed):
    key: str
    grant: Grant
    removed: bool = False


class CreateEffect(Closed):
    """Write a record of another entity when a transition is taken; values are expressions over the record after it."""

    entity: Identifier
    values: dict[Identifier, ExpressionText]


class Transition(Closed):
    source: str
    target: str
    # Empty: whoever may edit the entity.
    roles: tuple[Identifier, ...] = ()
    guard: ExpressionText | None = None
    lookups: Lookups = PydanticField(default_factory=dict[str, Lookup], max_length=LOOKUPS_MAX)
    # Fields of the record that are set when it is taken, such as who approved and when.
    sets: dict[Identifier, ExpressionText] = PydanticField(default_factory=dict[str, str], max_length=20)
    effects: tuple[CreateEffect, ...] = PydanticField((), max_length=EFFECTS_MAX)


class Machine(Closed):
    """The life of a record, told by one enum field that only transitions change."""

    field: Identifier
    initial: str
    transitions: Annotated[tuple[Transition, ...], PydanticField(max_length=TRANSITIONS_MAX)]
    # Written on every transition, and at creation for the initial state.
    effects: tuple[CreateEffect, ...] = PydanticField((), max_length=EFFECTS_MAX)


class TriggerEntry(Closed):
    key: str
    trigger: Trigger
    removed: bool = False


class Index(Closed):
    """Makes records quick to find by these fields; `unique` allows each combination once."""

    name: Identifier
    fields: tuple[Identifier, ...] = PydanticField(min_length=1, max_length=4)
    unique: bool = False


class IndexEntry(Closed):
    key: str
    index: Index
    removed: bool = False


class Seed(Closed):
    """A record that the module brings along, known by its name for ever; values as JSON has them.

    `{"$seed": "Territory.north"}` stands for the record of another seed.
    """

    name: Identifier
    values: dict[Identifier, Any]


class SeedEntry(Closed):
    key: str
    seed: Seed
    removed: bool = False


class ListPage(Closed):
    kind: Literal["list"] = "list"
    columns: tuple[Identifier, ...]
    sort: str | None = None


class FormPage(Closed):
    kind: Literal["form"] = "form"
    fields: tuple[Identifier, ...]


class TimelinePage(Closed):
    """Records of this entity that belong to one record of another, in the order of `time`."""

    kind: Literal["timeline"] = "timeline"
    parent: Identifier
    time: Identifier
    title: Identifier
    details: tuple[Identifier, ...] = ()


Page = Annotated[ListPage | FormPage | TimelinePage, PydanticField(discriminator="kind")]


class Entity(Closed):
    key: str
    name: Identifier
    label: Text
    plural: Text
    # The field that stands for the record in references and titles.
    title: Identifier
    fields: tuple[FieldEntry, ...]
    rules: tuple[RuleEntry, ...] = ()
    grants: tuple[GrantEntry, ...] = ()
    machine: Machine | None = None
    triggers: tuple[TriggerEntry, ...] = ()
    indexes: tuple[IndexEntry, ...] = ()
    seeds: tuple[SeedEntry, ...] = ()
    pages: tuple[Page, ...] = ()
    removed: bool = False

    @derived("fields")
    def visible_fields(self) -> dict[str, FieldEntry]:
        """By name, in order, without removed ones."""
        return {entry.definition.name: entry for entry in self.fields if not entry.removed}

    @derived("fields")
    def fields_by_key(self) -> dict[str, FieldEntry]:
        """Removed ones, too."""
        return {entry.key: entry for entry in self.fields}

    @derived("fields")
    def names(self) -> dict[str, str]:
        """The names of visible fields by how they read in lower case."""
        return {name.casefold(): name for name in self.visible_fields}

    @derived("key", "fields")
    def column_names(self) -> frozenset[str]:
        """What PostgreSQL calls the columns, removed ones too."""
        return frozenset(column_name(self.key, entry.key) for entry in self.fields)

    @derived("name", "removed", "fields")
    def lent(self) -> frozenset[str]:
        """Keys under which an entity that has its former name, or that of a removed one, would make fields."""
        own = f"/field/{self.name}."
        return frozenset(entry.key for entry in self.fields if self.removed or own not in entry.key)

    def with_field(self, entry: FieldEntry, **changes: Any) -> Self:
        """The entity with the field in the place of the one with its key, or behind the others; and other `changes`.

        What is derived from all fields is taken along, so that a patch of many fields does not reckon it anew for each.
        """
        before, name = self.fields_by_key.get(entry.key), entry.name
        if before is None:
            anew = self.having(fields=(*self.fields, entry), **changes)
        else:
            anew = self.having(fields=tuple(entry if one is before else one for one in self.fields), **changes)
        if not entry.removed and (before is None or (before.name == name and not before.removed)):
            kept = anew.__dict__
            kept["fields_by_key"] = {**self.fields_by_key, entry.key: entry}
            kept["visible_fields"] = {**self.visible_fields, name: entry}
            kept["names"] = {**self.names, name.casefold(): name}
            if f"/field/{self.name}." in entry.key and not self.removed:
                kept["lent"] = self.lent
            kept["column_names"] = self.column_names | {column_name(self.key, entry.key)}
        return anew

    @derived("rules")
    def visible_rules(self) -> tuple[RuleEntry, ...]:
        return tuple(entry for entry in self.rules if not entry.removed)

    @derived("triggers")
    def visible_triggers(self) -> tuple[TriggerEntry, ...]:
        return tuple(entry for entry in self.triggers if not entry.removed)

    @derived("indexes")
    def visible_indexes(self) -> tuple[IndexEntry, ...]:
        return tuple(entry for entry in self.indexes if not entry.removed)

    @derived("indexes")
    def indexed(self) -> frozenset[str]:
        """Fields by which an index finds records."""
        return frozenset(entry.index.fields[0] for entry in self.visible_indexes)

    @derived("seeds")
    def visible_seeds(self) -> tuple[SeedEntry, ...]:
        return tuple(entry for entry in self.seeds if not entry.removed)

    @derived("rules", "grants", "machine", "triggers")
    def asked(self) -> tuple[Lookup, ...]:
        """The lookups that its visible parts declare."""
        transitions = self.machine.transitions if self.machine is not None else ()
        triggers = (entry.trigger for entry in self.visible_triggers)
        grants = (entry.grant for entry in self.grants if not entry.removed)
        asking = (*(entry.rule for entry in self.visible_rules), *transitions, *triggers, *grants)
        return tuple(lookup for one in asking for lookup in one.lookups.values())

    @derived("machine", "triggers")
    def writing(self) -> tuple[CreateEffect | CreateAction | UpdateAction, ...]:
        """What its visible parts write of records of other entities."""
        machine = (self.machine,) if self.machine is not None else ()
        transitions = (step for one in machine for step in one.transitions)
        effects = tuple(effect for one in (*machine, *transitions) for effect in one.effects)
        actions = (action for entry in self.visible_triggers for action in entry.trigger.actions)
        return (*effects, *(one for one in actions if isinstance(one, CreateAction | UpdateAction)))

    @derived("fields", "rules", "grants", "machine", "triggers")
    def refers(self) -> frozenset[str]:
        """Names of the entities that its visible parts speak of: when one of these changes, so may what holds here."""
        targets = (target for entry in self.visible_fields.values() for target in entry.targets)
        return frozenset((*targets, *(one.entity for one in (*self.asked, *self.writing))))


class Menu(Closed):
    key: str
    name: Identifier
    label: Text
    entity: Identifier
    page: Literal["list"] = "list"
    hidden: bool = False


class Manifest(Closed):
    crm_version: str
    roles: tuple[Identifier, ...]
    entities: tuple[Entity, ...]
    menus: tuple[Menu, ...] = ()

    @derived("entities")
    def visible_entities(self) -> dict[str, Entity]:
        """By name, in order, without removed ones."""
        return {entity.name: entity for entity in self.entities if not entity.removed}

    @derived("entities")
    def places(self) -> dict[str, int]:
        """Where the entity of each key stands, removed ones too."""
        return {entity.key: place for place, entity in enumerate(self.entities)}

    @derived("entities")
    def lent(self) -> frozenset[str]:
        return frozenset(key for entity in self.entities for key in entity.lent)

    def with_entity(self, entity: Entity) -> Self:
        """The manifest with `entity` in the place of the one with its key, or at the end."""
        at = self.places.get(entity.key)
        if at is None:
            anew = self.having(entities=(*self.entities, entity))
            anew.__dict__["places"] = {**self.places, entity.key: len(self.entities)}
            anew.__dict__["lent"] = self.lent | entity.lent
            return anew
        before = self.entities[at]
        anew = self.having(entities=(*self.entities[:at], entity, *self.entities[at + 1 :]))
        anew.__dict__["places"] = self.places
        if before.lent == entity.lent:
            anew.__dict__["lent"] = self.lent
        if before.name == entity.name and not (before.removed or entity.removed):
            anew.__dict__["visible_entities"] = {**self.visible_entities, entity.name: entity}
        return anew


class Draft(Manifest):
    """A manifest in the making: what an operation did to the whole is checked by whoever made the draft, at the end."""

    @classmethod
    def of(cls, manifest: Manifest) -> "Draft":
        return made(cls, {**manifest.__dict__}, manifest.__pydantic_fields_set__)
