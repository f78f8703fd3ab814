"""What sets off what: writing a record is an event, triggers and machines react to events and cause others.

A deleted record's dependents are the database's affair: no trigger is asked about them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from shared.patch.manifest import CreateEffect, Entity, Machine, Manifest
from shared.patch.trigger import CreateAction, Trigger, UpdateAction

DEPTH_MAX = 3

Occasion = Literal["create", "update", "delete"]
Event = tuple[str, Occasion]


@dataclass(frozen=True, slots=True)
class Reaction:
    """A trigger, or what a machine writes: `to` events, by writing records, which are the events that it `causes`."""

    name: str
    entity: str
    to: frozenset[Event]
    causes: frozenset[Event]


def reactions(manifest: Manifest) -> Iterator[Reaction]:
    for entity in manifest.visible_entities.values():
        for entry in entity.visible_triggers:
            yield reaction_of(entity.name, entry.trigger)
        if entity.machine is not None:
            yield from _machine(entity, entity.machine)


def reaction_of(entity: str, trigger: Trigger) -> Reaction:
    causes: set[Event] = set()
    for action in trigger.actions:
        if isinstance(action, CreateAction):
            causes.add((action.entity, "create"))
        if isinstance(action, UpdateAction):
            causes.add((action.entity, "update"))
    to: set[Event] = {(entity, occasion) for occasion in trigger.on}
    return Reaction(f"{entity}.{trigger.name}", entity, frozenset(to), frozenset(causes))


def written(effects: Iterable[CreateEffect]) -> frozenset[Event]:
    return frozenset((one.entity, "create") for one in effects)


def following(events: Iterable[Event], manifest: Manifest) -> frozenset[Event]:
    """The events, and all that follow from them."""
    known, found, waiting = list(reactions(manifest)), set[Event](), list(events)
    while waiting:
        event = waiting.pop()
        if event not in found:
            found.add(event)
            waiting += (caused for one in known if event in one.to for caused in one.causes)
    return frozenset(found)


def endless(manifest: Manifest) -> list[tuple[Reaction, ...]]:
    """Chains of reactions that are longer than allowed, one for each reaction that ends such a chain."""
    known = list(reactions(manifest))
    chains: dict[Reaction, tuple[Reaction, ...]] = {one: (one,) for one in known}
    for _ in range(DEPTH_MAX):
        chains = {
            one: (*chain, one)
            for one in known
            for chain in [next((chain for last, chain in chains.items() if one.to & last.causes), None)]
            if chain is not None
        }
    return list(chains.values())


def circle(chain: tuple[Reaction, ...]) -> tuple[Reaction, ...]:
    """The part of the chain from a reaction to where it comes again; nothing when none does."""
    for number, one in enumerate(chain):
        if one in chain[number + 1 :]:
            return chain[number : chain.index(one, number + 1) + 1]
    return ()


def _machine(entity: Entity, machine: Machine) -> Iterator[Reaction]:
    if machine.effects:
        to: frozenset[Event] = frozenset(((entity.name, "create"),))
        yield Reaction(f"{entity.name}.{machine.field}", entity.name, to, written(machine.effects))
    for one in machine.transitions:
        if one.effects:
            name = f"{entity.name}.{machine.field} {one.source} → {one.target}"
            yield Reaction(name, entity.name, frozenset(), written(one.effects))
