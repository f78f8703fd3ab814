"""Renaming an entity, a field or a column wherever the visible manifest says its name. Invariants:

1. Keys stay, so values stay where they are.
2. Renaming back gives the manifest as it was, to the letter.
3. What expressions mean stays, as only the places that name the part are written anew.
4. Removed parts are left alone: they come back to where they were taken from, which is before the renaming.
5. A part in which nothing changes is the very same object; by this `usage.py` tells who says a name.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar, cast

from shared.patch.columns import with_columns
from shared.patch.expression import compile_expression
from shared.patch.field_entry import FieldEntry
from shared.patch.fields import Field, LineField, LinesField
from shared.patch.keys import first_name, menu_key, module_of
from shared.patch.lookup import Lookup
from shared.patch.manifest import CreateEffect, Entity, Grant, Machine, Manifest, Menu, Rule, Transition
from shared.patch.page import Page
from shared.patch.plain import as_list, as_object
from shared.patch.text import Closed
from shared.patch.trigger import Action, CreateAction, NotifyAction, SetAction, Trigger, UpdateAction

Part = TypeVar("Part", bound=Closed)
Asking = TypeVar("Asking", Rule, Grant, Transition, Trigger)
_NO_LOOKUPS: Mapping[str, Lookup] = {}


@dataclass(frozen=True, slots=True)
class Renamed:
    """What is called anew: an entity (without `field`), a field of it, or a column as `items.amount`."""

    entity: str
    field: str | None
    to: str

    @property
    def name(self) -> str:
        return self.entity if self.field is None else self.field.rpartition(".")[2]

    def of_entity(self, name: str) -> str:
        return self.to if self.field is None and name == self.entity else name

    def of_field(self, entity: str, field: str) -> str:
        """What the field is called, or the column when `field` says both."""
        return self.to if (entity, field) == (self.entity, self.field) else field.rpartition(".")[2]


def renamed(manifest: Manifest, change: Renamed) -> Manifest:
    walk = Walk(manifest, change)
    return manifest.having(
        entities=tuple(one if one.removed else walk.entity(one) for one in manifest.entities),
        menus=tuple(walk.menu(one) for one in manifest.menus),
    )


def _kept(part: Part, **changes: Any) -> Part:
    """`part` with the changes; itself when there are none."""
    same = all(getattr(part, name) == value for name, value in changes.items())
    return part if same else part.having(**changes)


@dataclass(frozen=True)
class Walk:
    """Every place that can say a name, part by part; `manifest` is as it is before."""

    manifest: Manifest
    change: Renamed

    @cached_property
    def _word(self) -> re.Pattern[str]:
        return re.compile(rf"\b{self.change.name}\b")

    @cached_property
    def _item(self) -> str | None:
        """The key of the menu item that the entity brought along, which is called like it."""
        entity = self.manifest.visible_entities.get(self.change.entity) if self.change.field is None else None
        return entity and menu_key(module_of(entity.key), first_name(entity.key))

    def menu(self, menu: Menu) -> Menu:
        if menu.key == self._item:
            menu = _kept(menu, name=self.change.of_entity(menu.name))
        return menu if menu.hidden else _kept(menu, entity=self.change.of_entity(menu.entity))

    def entity(self, entity: Entity) -> Entity:
        owner, change = entity.name, self.change

        def entries(kind: str, part: str, anew: Callable[[Any], Closed]) -> tuple[Any, ...]:
            found: tuple[Any, ...] = getattr(entity, kind)
            return tuple(one if one.removed else _kept(one, **{part: anew(getattr(one, part))}) for one in found)

        return _kept(
            entity,
            name=change.of_entity(owner),
            title=change.of_field(owner, entity.title),
            fields=tuple(one if one.removed else self._field(owner, one) for one in entity.fields),
            rules=entries("rules", "rule", lambda one: self._asking(owner, one, "expression")),
            grants=entries("grants", "grant", lambda one: self._grant(owner, one)),
            machine=entity.machine and self._machine(owner, entity.machine),
            triggers=entries("triggers", "trigger", lambda one: self._trigger(owner, one)),
            indexes=entries("indexes", "index", lambda one: _kept(one, fields=self._fields(owner, one.fields))),
            seeds=entries("seeds", "seed", lambda one: _kept(one, values=self._row(entity, one.values))),
            pages=tuple(self._page(owner, one) for one in entity.pages),
        )

    def _fields(self, entity: str, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.change.of_field(entity, one) for one in names)

    def _field(self, owner: str, entry: FieldEntry) -> FieldEntry:
        definition = self._definition(owner, entry.definition, None)
        if not isinstance(entry.definition, LinesField):
            return _kept(entry, definition=definition)
        columns = [
            one if one.removed else _kept(one, definition=self._definition(owner, one.definition, entry.name))
            for one in entry.line_columns
        ]
        anew = with_columns(entry.having(definition=definition), columns)
        return _kept(entry, definition=anew.definition, columns=anew.columns)

    def _definition(self, owner: str, definition: Field | LineField, within: str | None) -> Field:
        change, name = self.change, definition.name
        changes: dict[str, Any] = {"name": change.of_field(owner, f"{within}.{name}" if within else name)}
        if (target := getattr(definition, "target", None)) is not None:
            changes["target"] = change.of_entity(target)
        if (targets := getattr(definition, "targets", None)) is not None:
            changes["targets"] = tuple(change.of_entity(one) for one in targets)
        if (computed := getattr(definition, "computed", None)) is not None:
            changes["computed"] = self._text(computed, owner, within=within)
        return _kept(definition, **changes)

    def _asking(self, owner: str, part: Asking, text: str) -> Asking:
        """A part with one expression about the record, and lookups of its own."""
        changes = {text: self._text(getattr(part, text), owner, lookups=part.lookups)}
        return _kept(part, **changes, lookups=self._lookups(owner, part.lookups))

    def _grant(self, owner: str, grant: Grant) -> Grant:
        field = grant.field and self.change.of_field(owner, grant.field)
        return _kept(self._asking(owner, grant, "where"), field=field)

    def _lookups(self, owner: str, lookups: Mapping[str, Lookup]) -> dict[str, Lookup]:
        return {name: self._lookup(owner, one) for name, one in lookups.items()}

    def _lookup(self, owner: str, lookup: Lookup) -> Lookup:
        of, sort = lookup.entity, lookup.sort
        return _kept(
            lookup,
            entity=self.change.of_entity(of),
            by=self.change.of_field(of, lookup.by),
            equals=self._text(lookup.equals, owner),
            where=self._text(lookup.where, of, this=owner),
            value=lookup.value and self.change.of_field(of, lookup.value),
            sort=sort and self._sort(of, sort),
        )

    def _sort(self, entity: str, sort: str) -> str:
        name = sort.removeprefix("-")
        return sort.removesuffix(name) + self.change.of_field(entity, name)

    def _machine(self, owner: str, machine: Machine) -> Machine:
        return _kept(
            machine,
            field=self.change.of_field(owner, machine.field),
            transitions=tuple(self._transition(owner, one) for one in machine.transitions),
            effects=self._effects(owner, machine.effects, _NO_LOOKUPS),
        )

    def _transition(self, owner: str, one: Transition) -> Transition:
        return _kept(
            self._asking(owner, one, "guard"),
            sets=self._values(owner, one.sets, owner, one.lookups),
            effects=self._effects(owner, one.effects, one.lookups),
        )

    def _effects(
        self, owner: str, effects: tuple[CreateEffect, ...], lookups: Mapping[str, Lookup]
    ) -> tuple[CreateEffect, ...]:
        return tuple(
            _kept(
                one,
                entity=self.change.of_entity(one.entity),
                values=self._values(one.entity, one.values, owner, lookups),
            )
            for one in effects
        )

    def _values(
        self, written: str, values: Mapping[str, str], read: str, lookups: Mapping[str, Lookup], this: str | None = None
    ) -> dict[str, str]:
        """What fields of `written` become, said over a record of `read`."""
        return {
            self.change.of_field(written, name): self._text(text, read, lookups=lookups, this=this)
            for name, text in values.items()
        }

    def _trigger(self, owner: str, trigger: Trigger) -> Trigger:
        actions = tuple(self._action(owner, one, trigger.lookups) for one in trigger.actions)
        return _kept(self._asking(owner, trigger, "when"), actions=actions)

    def _action(self, owner: str, action: Action, lookups: Mapping[str, Lookup]) -> Action:
        match action:
            case SetAction():
                return _kept(action, values=self._values(owner, action.values, owner, lookups))
            case CreateAction(entity=of):
                values = self._values(of, action.values, owner, lookups)
                return _kept(action, entity=self.change.of_entity(of), values=values)
            case UpdateAction(entity=of):
                return _kept(
                    action,
                    entity=self.change.of_entity(of),
                    by=self.change.of_field(of, action.by),
                    equals=self._text(action.equals, owner, lookups=lookups),
                    where=self._text(action.where, of, lookups=lookups, this=owner),
                    values=self._values(of, action.values, of, lookups, this=owner),
                )
            case NotifyAction():
                return action

    def _row(self, entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
        fields = entity.visible_fields
        return {
            self.change.of_field(entity.name, name): self._seeded(
                entity.name, fields[name].definition if name in fields else None, value
            )
            for name, value in values.items()
        }

    def _seeded(self, owner: str, definition: Field | None, value: Any) -> Any:
        """A value of a seed: references to other seeds, and the names of columns."""
        items = as_list(value)
        match definition:
            case LinesField() if items is not None:
                columns = {one.name: one for one in definition.fields}
                return [self._line(owner, definition.name, columns, row) for row in items]
            case _ if items is not None and definition is not None and definition.type == "many_to_many":
                return [self._reference(one) for one in items]
            case _ if definition is not None and definition.type in ("ref", "ref_any"):
                return self._reference(value)
            case _:
                return value

    def _line(self, owner: str, lines: str, columns: Mapping[str, LineField], row: Any) -> Any:
        return {
            self.change.of_field(owner, f"{lines}.{name}"): self._seeded(owner, columns.get(name), value)
            for name, value in (as_object(row) or {}).items()
        }

    def _reference(self, value: Any) -> Any:
        entity, dot, name = str((as_object(value) or {}).get("$seed", "")).partition(".")
        return {"$seed": self.change.of_entity(entity) + dot + name} if dot else value

    def _page(self, owner: str, page: Page) -> Page:
        changes: dict[str, Any] = {}
        for name in type(page).model_fields.keys() - {"kind"}:
            said: Any = getattr(page, name)
            if isinstance(said, tuple):
                changes[name] = self._fields(owner, cast("tuple[str, ...]", said))
            else:
                changes[name] = said and self._sort(owner, said)
        return _kept(page, **changes)

    def _text(
        self,
        text: str | None,
        entity: str,
        *,
        within: str | None = None,
        lookups: Mapping[str, Lookup] = _NO_LOOKUPS,
        this: str | None = None,
    ) -> Any:
        """An expression over a record of `entity`, with the name written anew where it means what is renamed."""
        if text is None or self.change.field is None or not self._word.search(text):
            return text
        found = compile_expression(text, entity, self.manifest, within=within, lookups=lookups, this=this)
        for one in sorted(found.mentions, reverse=True):
            text = text[: one.start] + self.change.of_field(one.entity, one.field) + text[one.end :]
        return text
