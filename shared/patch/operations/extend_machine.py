from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from shared.patch.definition import twins
from shared.patch.errors import Problem, Refusal, nearest
from shared.patch.fields import ENUM_OPTIONS_MAX, EnumField, Option
from shared.patch.finding import find_entity
from shared.patch.footprint import Footprint, path
from shared.patch.integrity.machines import unreachable
from shared.patch.integrity.said import said_by_effects, said_by_transition
from shared.patch.manifest import EFFECTS_MAX, TRANSITIONS_MAX, CreateEffect, Entity, Machine, Manifest, Transition
from shared.patch.operations.needs import machine_needs, said_needs
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, entity_label, label
from shared.patch.operations.telling import options_of, told_effect, told_transition
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import PutEntry, PutParts, Step


class ExtendMachine(Closed):
    """Add states, transitions and effects to the state machine of an entity.

    A new state becomes an option of the machine's field, and a chain of transitions must lead to it. Several modules
    may extend one machine, as long as they add different states and transitions.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "extend_machine",
        "entity": "Order",
        "states": [{"value": "packed", "label": {"en": "Packed", "zh": "已打包"}}],
        "after": "confirmed",
        "transitions": [
            {"source": "confirmed", "target": "packed", "guard": "items.size() > 0"},
            {"source": "packed", "target": "shipped", "roles": ["manager"], "sets": {"shippedAt": "now"}},
        ],
    }

    op: Literal["extend_machine"] = "extend_machine"
    entity: Identifier
    states: Annotated[tuple[Option, ...], Field(max_length=ENUM_OPTIONS_MAX)] = ()
    # The option behind which the new ones are listed; at the end when it is not named.
    after: str | None = None
    transitions: Annotated[tuple[Transition, ...], Field(max_length=TRANSITIONS_MAX)] = ()
    effects: Annotated[tuple[CreateEffect, ...], Field(max_length=EFFECTS_MAX)] = ()

    def apply(self, manifest: Manifest, _module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        machine, definition = _found(entity)
        extended = machine.having(
            transitions=(*machine.transitions, *self.transitions), effects=(*machine.effects, *self.effects)
        )
        options = self._options(definition)
        entry = entity.visible_fields[machine.field].having(definition=definition.having(options=options))
        fields = tuple(entry if one.key == entry.key else one for one in entity.fields)
        found = [*self._problems(entity, definition), *_oversized(entity, extended, options)]
        found += (
            Problem("state_unreachable", f"/states/{number}", {"state": state, "entity": entity.name})
            for number, state in enumerate(one.value for one in self.states)
            if unreachable(extended, [state])
        )
        return accepted(manifest, entity.having(machine=extended, fields=fields), "", self._places(machine), found)

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        machine, _ = _found(entity)
        entry = entity.visible_fields[machine.field]
        return (PutParts(entity.key, {"machine": machine}), PutEntry(entity.key, entry))

    def footprint(self, manifest: Manifest) -> Footprint:
        said = [one for each in self.transitions for one in said_by_transition("", each, self.entity, manifest)]
        reads = said_needs([*said, *said_by_effects("", self.effects, self.entity, manifest)], manifest)
        reads |= {path(self.entity, "exists"), path(self.entity, "machine", "field")}
        writes = {path(self.entity, "machine", "transition", f"{one.source}>{one.target}") for one in self.transitions}
        entity = manifest.visible_entities.get(self.entity)
        if entity is not None and entity.machine is not None:
            field = path(self.entity, "field", entity.machine.field)
            added = {one.value for one in self.states}
            named = {state for one in self.transitions for state in (one.source, one.target)} | {self.after or ""}
            reads |= {f"{field}/exists", f"{field}/type"}
            reads |= {path(field, "options", state) for state in named - added if state}
            writes |= {path(field, "options", state) for state in added}
        if self.states:
            # Whether a new state can be reached depends on transitions that are there.
            reads |= {path(self.entity, "machine", "reach")}
        needs = machine_needs(self.effects, self.transitions, self.entity, manifest)
        return needs | Footprint(frozenset(reads), frozenset(writes))

    def risk(self, _manifest: Manifest) -> Risk:
        return "L2"

    def semver(self, _manifest: Manifest) -> Semver:
        return "minor"

    def explain(self, manifest: Manifest) -> Sentence:
        entity = entity_label(manifest, self.entity)
        states = [label(one.label, one.value) for one in self.states]
        found = manifest.visible_entities.get(self.entity)
        field = found.machine.field if found is not None and found.machine is not None else None
        options = (*options_of(self.entity, field, manifest), *self.states)
        told = [told_transition(one, self.entity, manifest, options) for one in self.transitions]
        written = [told_effect(one, manifest) for one in self.effects]
        en = ["the state " + ", ".join(f"“{one}”" for one, _ in states)] if states else []
        zh = ["状态" + "、".join(f"“{one}”" for _, one in states)] if states else []
        en += [f"the transition {one.en}" for one in told] + [f"on every change {one.en}" for one in written]
        zh += [f"流转 {one.zh}" for one in told] + [f"每次变化时写入{one.zh}" for one in written]
        return Sentence(
            f"Adds to the states of {entity[0]}: {'; '.join(en)}.", f"为“{entity[1]}”的状态流转添加：{'；'.join(zh)}。"
        )

    def _options(self, definition: EnumField) -> tuple[Option, ...]:
        known = [one.value for one in definition.options]
        at = known.index(self.after) + 1 if self.after in known else len(known)
        return (*definition.options[:at], *self.states, *definition.options[at:])

    def _problems(self, entity: Entity, definition: EnumField) -> Iterator[Problem]:
        known = [one.value for one in definition.options]
        if not (self.states or self.transitions or self.effects):
            yield Problem("machine_not_extended", "", {"entity": entity.name})
        if self.after is not None and self.after not in known:
            params = {"option": self.after, "field": definition.name, "known": known}
            yield Problem("option_unknown", "/after", params, nearest(self.after, known))
        added = [one.value for one in self.states]
        for number, other in twins((*known, *added)):
            place = number - len(known)
            params = {"option": added[place], "other": other, "field": definition.name}
            yield Problem("option_taken", f"/states/{place}/value", params)

    def _places(self, machine: Machine) -> dict[str, str]:
        """Where the operation holds what the machine holds behind what it had."""
        transitions, effects = len(machine.transitions), len(machine.effects)
        places = {f"/machine/transitions/{transitions + n}": f"/transitions/{n}" for n in range(len(self.transitions))}
        return places | {f"/machine/effects/{effects + n}": f"/effects/{n}" for n in range(len(self.effects))}


def _found(entity: Entity) -> tuple[Machine, EnumField]:
    machine = entity.machine
    entry = entity.visible_fields.get(machine.field) if machine is not None else None
    if machine is None or entry is None or not isinstance(entry.definition, EnumField):
        raise Refusal("machine_missing", "/entity", {"entity": entity.name})
    return machine, entry.definition


def _oversized(entity: Entity, machine: Machine, options: tuple[Option, ...]) -> Iterator[Problem]:
    for pointer, parts, limit in (
        ("/states", options, ENUM_OPTIONS_MAX),
        ("/transitions", machine.transitions, TRANSITIONS_MAX),
        ("/effects", machine.effects, EFFECTS_MAX),
    ):
        if len(parts) > limit:
            params = {"entity": entity.name, "count": len(parts), "limit": limit, "part": pointer.strip("/")}
            yield Problem("machine_too_large", pointer, params)
