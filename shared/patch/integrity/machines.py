"""What must hold of a state machine: its states are options of its field, what it writes fits where it is written."""

from collections.abc import Iterable, Iterator

from shared.patch.errors import Problem, nearest
from shared.patch.fields import EnumField
from shared.patch.integrity.values import created, given
from shared.patch.manifest import Entity, Machine, Manifest


def machine(entity: Entity, manifest: Manifest) -> Iterator[Problem]:
    """What does not hold of the machine of an entity, if it has one."""
    if entity.machine is not None:
        yield from _states(entity, entity.machine)
        yield from _transitions(entity, entity.machine, manifest)
        for number, effect in enumerate(entity.machine.effects):
            yield from created(effect.entity, effect.values, f"/machine/effects/{number}", manifest)


def unreachable(machine: Machine, states: Iterable[str]) -> list[str]:
    """Those of `states` that no chain of transitions leads to from the initial one."""
    reached: set[str] = set()
    waiting = [machine.initial]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += [one.target for one in machine.transitions if one.source == state]
    return [state for state in states if state not in reached]


def _states(entity: Entity, machine: Machine) -> Iterator[Problem]:
    entry = entity.visible_fields.get(machine.field)
    if entry is None or not isinstance(entry.definition, EnumField) or entry.definition.computed is not None:
        yield Problem("machine_field", "/machine/field", {"field": machine.field, "entity": entity.name})
        return
    if entry.definition.read_only:
        yield Problem("machine_read_only", "/machine/field", {"field": machine.field, "entity": entity.name})
    options = [option.value for option in entry.definition.options]
    states = {machine.initial: "/machine/initial"}
    for number, one in enumerate(machine.transitions):
        states.setdefault(one.source, f"/machine/transitions/{number}/source")
        states.setdefault(one.target, f"/machine/transitions/{number}/target")
    for state, where in states.items():
        if state not in options:
            params = {"option": state, "field": machine.field, "known": options}
            yield Problem("option_unknown", where, params, nearest(state, options))


def _transitions(entity: Entity, machine: Machine, manifest: Manifest) -> Iterator[Problem]:
    if not machine.transitions:
        yield Problem("machine_empty", "/machine/transitions", {"entity": entity.name})
    seen: set[tuple[str, str]] = set()
    for number, one in enumerate(machine.transitions):
        where = f"/machine/transitions/{number}"
        if (one.source, one.target) in seen:
            params = {"source": one.source, "target": one.target, "entity": entity.name}
            yield Problem("transition_taken", where, params)
        seen.add((one.source, one.target))
        yield from roles(one.roles, f"{where}/roles", manifest)
        yield from given(entity, one.sets, f"{where}/sets")
        for place, effect in enumerate(one.effects):
            yield from created(effect.entity, effect.values, f"{where}/effects/{place}", manifest)


def roles(names: tuple[str, ...], where: str, manifest: Manifest) -> Iterator[Problem]:
    for number, name in enumerate(names):
        yield from role(name, f"{where}/{number}", manifest)


def role(name: str, where: str, manifest: Manifest) -> Iterator[Problem]:
    if name not in manifest.roles:
        params = {"role": name, "known": [*manifest.roles]}
        yield Problem("role_unknown", where, params, nearest(name, manifest.roles))
