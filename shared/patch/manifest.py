"""The manifest: the complete declarative description of the CRM at one moment.

Every part carries the key under which it was first created (`module/kind/name`). A key is never used for anything
else: the same key is the same column, whatever it is called today. A removed part stays, marked, so that its
column and values can come back; what people see is the visible manifest, without removed parts.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field as PydanticField

from shared.patch.field_entry import FieldEntry
from shared.patch.lookup import LOOKUPS_MAX, Lookup, Lookups
from shared.patch.page import Page
from shared.patch.physical import column_name
from shared.patch.text import Closed, ExpressionText, Identifier, Text, derived
from shared.patch.trigger import CreateAction, Trigger, UpdateAction

Act = Literal["view", "create", "edit", "delete"]
SYSTEM_FIELDS = ("id", "createdAt", "updatedAt")
TRANSITIONS_MAX = 200
EFFECTS_MAX = 10


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
        if entry.removed or (before is not None and (before.name != name or before.removed)):
            return anew
        own = not self.removed and f"/field/{self.name}." in entry.key
        return anew.knowing(
            lent=self.lent if own else self.lent | {entry.key},
            fields_by_key={**self.fields_by_key, entry.key: entry},
            visible_fields={**self.visible_fields, name: entry},
            names={**self.names, name.casefold(): name},
            column_names=self.column_names | {column_name(self.key, entry.key)},
        )

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
            return anew.knowing(places={**self.places, entity.key: len(self.entities)}, lent=self.lent | entity.lent)
        before = self.entities[at]
        anew = self.having(entities=(*self.entities[:at], entity, *self.entities[at + 1 :]))
        kept: dict[str, Any] = {"places": self.places}
        if before.lent == entity.lent:
            kept["lent"] = self.lent
        if before.name == entity.name and not (before.removed or entity.removed):
            kept["visible_entities"] = {**self.visible_entities, entity.name: entity}
        return anew.knowing(**kept)
