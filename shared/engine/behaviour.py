"""What an entity does beyond its own fields, compiled: triggers, transitions, filters, and what these need to know."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from shared.engine.compiled import Compiled, EntityCode
from shared.patch.expression import CompiledLookup, Expression, Needed, compile_expression
from shared.patch.lookup import Lookup
from shared.patch.manifest import CreateEffect, Transition
from shared.patch.trigger import CreateAction, NotifyAction, SetAction, Trigger, UpdateAction

Occasion = Literal["create", "update", "delete"]
Lookups = Mapping[str, CompiledLookup]
_NONE: Mapping[str, Lookup] = {}


@dataclass(frozen=True, slots=True)
class Assigning:
    """Values that fields of a record of `entity` are given."""

    entity: str
    values: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class Changing:
    """Records of another entity, and what they are given."""

    action: UpdateAction
    equals: Expression
    where: Expression | None
    assigning: Assigning


@dataclass(frozen=True)
class Triggered:
    """A trigger. `asked` are its expressions over the record that is written; `lookups` those that any of them asks."""

    trigger: Trigger
    when: Expression | None
    sets: tuple[Assigning, ...]
    others: tuple[Assigning | Changing | NotifyAction, ...]
    asked: tuple[Expression, ...]
    lookups: Lookups


@dataclass(frozen=True)
class Moving:
    """A transition."""

    transition: Transition
    guard: Expression | None
    sets: Assigning
    effects: tuple[Assigning, ...]
    asked: tuple[Expression, ...]
    lookups: Lookups


@dataclass
class Behaviour:
    compiled: Compiled
    code: EntityCode
    _hops: dict[Occasion, tuple[Needed, ...]] = field(default_factory=dict[Occasion, tuple[Needed, ...]])

    @cached_property
    def triggers(self) -> tuple[Triggered, ...]:
        return tuple(self._triggered(entry.trigger) for entry in self.code.entity.visible_triggers)

    @cached_property
    def moves(self) -> dict[tuple[str, str], Moving]:
        """By the states that they lead from and to."""
        machine = self.code.entity.machine
        return {(one.source, one.target): self._moving(one) for one in (machine.transitions if machine else ())}

    @cached_property
    def effects(self) -> tuple[Assigning, ...]:
        """What the machine writes whenever a record enters a state."""
        machine = self.code.entity.machine
        return tuple(self._effect(one, _NONE) for one in (machine.effects if machine else ()))

    @cached_property
    def filters(self) -> Mapping[str, Expression]:
        """What grants ask of records, by the grants' keys."""
        return {
            entry.key: self._said(entry.grant.where, entry.grant.lookups)
            for entry in self.code.entity.grants
            if entry.grant.where is not None and not entry.removed
        }

    @cached_property
    def computed(self) -> tuple[Needed, ...]:
        """What computed fields follow."""
        lines = (one for lines in self.code.lines.values() for one in lines.computed)
        return hops(one.computed for one in (*self.code.computed, *lines) if one.computed is not None)

    def on(self, occasion: Occasion) -> tuple[Triggered, ...]:
        return tuple(one for one in self.triggers if occasion in one.trigger.on)

    def hops(self, occasion: Occasion) -> tuple[Needed, ...]:
        """What is followed when a record is written, beside computed fields."""
        found = self._hops.get(occasion)
        if found is None:
            rules = [expression for rule, expression in self.code.rules if occasion in rule.on]
            triggers = [one for each in self.on(occasion) for one in each.asked]
            effects = self.effects if occasion == "create" else ()
            values = [one for each in effects for one in each.values.values()]
            found = self._hops[occasion] = hops((*rules, *triggers, *values))
        return found

    def _triggered(self, trigger: Trigger) -> Triggered:
        when = None if trigger.when is None else self._said(trigger.when, trigger.lookups)
        sets: list[Assigning] = []
        others: list[Assigning | Changing | NotifyAction] = []
        for action in trigger.actions:
            match action:
                case SetAction(values=values):
                    sets.append(self._assigning(self.code.name, values, trigger.lookups))
                case CreateAction(entity=entity, values=values):
                    others.append(self._assigning(entity, values, trigger.lookups))
                case UpdateAction():
                    others.append(self._changing(action, trigger.lookups))
                case NotifyAction():
                    others.append(action)
        changing = [one for one in others if isinstance(one, Changing)]
        asked = [one for each in (*sets, *others) if isinstance(each, Assigning) for one in each.values.values()]
        asked += [one.equals for one in changing] + ([] if when is None else [when])
        # What is said of other records may ask the lookups of this one, too.
        beyond = [one for each in changing for one in (each.where, *each.assigning.values.values()) if one is not None]
        return Triggered(trigger, when, tuple(sets), tuple(others), tuple(asked), _lookups((*asked, *beyond)))

    def _moving(self, one: Transition) -> Moving:
        guard = None if one.guard is None else self._said(one.guard, one.lookups)
        sets = self._assigning(self.code.name, one.sets, one.lookups)
        effects = tuple(self._effect(effect, one.lookups) for effect in one.effects)
        values = [value for each in (sets, *effects) for value in each.values.values()]
        asked = (*values, *(() if guard is None else (guard,)))
        return Moving(one, guard, sets, effects, asked, _lookups(asked))

    def _effect(self, effect: CreateEffect, lookups: Mapping[str, Lookup]) -> Assigning:
        return self._assigning(effect.entity, effect.values, lookups)

    def _changing(self, action: UpdateAction, lookups: Mapping[str, Lookup]) -> Changing:
        equals = self._said(action.equals, lookups)
        where = None if action.where is None else self._about(action.entity, action.where, lookups)
        fields = self.compiled.entity(action.entity).entity.visible_fields
        values = {
            name: self._about(action.entity, text, lookups, expect=fields[name].definition)
            for name, text in action.values.items()
        }
        return Changing(action, equals, where, Assigning(action.entity, values))

    def _assigning(self, entity: str, values: Mapping[str, str], lookups: Mapping[str, Lookup]) -> Assigning:
        fields = self.compiled.entity(entity).entity.visible_fields
        manifest, own = self.compiled.manifest, self.code.entity
        said = {
            name: compile_expression(text, own, manifest, expect=fields[name].definition, lookups=lookups)
            for name, text in values.items()
        }
        return Assigning(entity, said)

    def _said(self, text: str, lookups: Mapping[str, Lookup]) -> Expression:
        return compile_expression(text, self.code.entity, self.compiled.manifest, lookups=lookups)

    def _about(self, entity: str, text: str, lookups: Mapping[str, Lookup], **expect: Any) -> Expression:
        """Over a record of another entity, for which this one is `this`."""
        return compile_expression(text, entity, self.compiled.manifest, lookups=lookups, this=self.code.name, **expect)


def hops(expressions: Iterable[Expression]) -> tuple[Needed, ...]:
    """What they follow, and what the lookups that they ask follow."""
    return tuple(_hops(expressions))


def _hops(expressions: Iterable[Expression]) -> Iterator[Needed]:
    for one in expressions:
        yield from one.hops
        for lookup in one.lookups.values():
            yield from lookup.equals.hops


def _lookups(expressions: Iterable[Expression]) -> Lookups:
    return {name: lookup for one in expressions for name, lookup in one.lookups.items()}
