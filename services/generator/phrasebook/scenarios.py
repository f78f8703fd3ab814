"""Scenarios that ship with what the built-in rules write: that it holds, and that its breach is refused."""

from typing import Any

from services.generator.phrasebook.form import Scenario
from services.generator.phrasebook.naming import Named
from services.generator.phrasebook.records import (
    Needed,
    Record,
    Values,
    amounting,
    beside,
    create,
    example,
    example_of,
    scenario,
)
from services.generator.phrasebook.vocabulary import Place
from shared.patch.manifest import Entity, Machine, Manifest

_BAD_OPTION = "no_such_option"


def of_new_field(manifest: Manifest, entity: Entity, definition: Values) -> tuple[Scenario, ...]:
    """What is written is read back, the default holds, and an option that is none is refused."""
    made = Record(manifest, entity)
    name, kind = definition["name"], definition["type"]
    if kind == "ref":
        return _of_reference(manifest, entity, definition)
    value = definition["options"][-1]["value"] if kind == "enum" else example_of(definition)
    steps = [create(entity.name, made.values | {name: value}, expect={name: value})]
    found = [scenario(manifest, entity, "keeps", name, [*made.before, *steps], definition["label"])]
    if "default" in definition and definition["default"] not in {"today", "now"}:
        given = create(entity.name, made.values, expect={name: definition["default"]})
        found.append(scenario(manifest, entity, "default_of", name, [*made.before, given], definition["label"]))
    if kind == "enum":
        refused = create(entity.name, made.values | {name: _BAD_OPTION}, fails="not_an_option", field=name)
        found.append(scenario(manifest, entity, "bad_option_of", name, [*made.before, refused], definition["label"]))
    return tuple(found)


def of_new_entity(manifest: Manifest, named: Named, fields: list[Values]) -> tuple[Scenario, ...]:
    values = {one["name"]: example_of(one) for one in fields if one["type"] not in {"ref", "sequence", "lines"}}
    if len(values) != len(fields):
        return ()
    step = create(named.pascal, values, expect=values)
    return ({"name": f"{named.snake}_is_kept", "entity": named.pascal, "as": manifest.roles[0], "steps": [step]},)


def of_amount(
    manifest: Manifest, entity: Entity, amount: Place, needed: Needed, limit: str, value: Any
) -> tuple[Scenario, ...]:
    """Beyond the limit without the field is refused, with it accepted; within the limit it is not needed."""
    beyond, within = (beside(value, 1), beside(value, 0)) if limit == "over" else (beside(value, -1), beside(value, 0))
    if limit == "at least":
        beyond, within = beside(value, 0), beside(value, -1)
    high, low = amounting(entity, amount.field, beyond), amounting(entity, amount.field, within)
    if high is None or low is None:
        return ()
    made = Record(manifest, entity)
    given = {needed.name: example(entity, needed.name)}
    refused = create(entity.name, made.values | high, fails="rule_broken")
    taken = [create(entity.name, made.values | high | given), create(entity.name, made.values | low)]
    return (
        scenario(manifest, entity, "refused_without", needed.name, [*made.before, refused], needed.label),
        scenario(manifest, entity, "taken_with", needed.name, [*made.before, *taken], needed.label),
    )


def of_option(manifest: Manifest, entity: Entity, place: Place, needed: Needed, value: str) -> tuple[Scenario, ...]:
    if entity.machine is not None and entity.machine.field == place.entry.name:
        return _of_transition(manifest, entity, entity.machine, needed, value)
    made = Record(manifest, entity)
    chosen = made.values | {place.entry.name: value}
    refused = create(entity.name, chosen, fails="rule_broken")
    taken = create(entity.name, chosen | {needed.name: example(entity, needed.name)})
    return (scenario(manifest, entity, "needs", needed.name, [*made.before, refused, taken], needed.label),)


def of_bound(manifest: Manifest, place: Place, sign: str, limit: Any) -> tuple[Scenario, ...]:
    """One step beyond a number is refused. A comparison of two fields has no scenario of its own."""
    if not isinstance(limit, int) or getattr(place.field, "computed", None):
        return ()
    bad = limit + 1 if sign in {"<=", "<"} else limit - 1
    made = Record(manifest, place.entity)
    value = bad if place.field.type == "integer" else f"{bad}"
    refused = create(place.entity.name, made.values | {place.entry.name: value}, fails="rule_broken")
    return (scenario(manifest, place.entity, "bound_of", place.entry.name, [*made.before, refused]),)


def of_required(manifest: Manifest, place: Place) -> tuple[Scenario, ...]:
    made = Record(manifest, place.entity)
    without = {name: value for name, value in made.values.items() if name != place.entry.name}
    refused = create(place.entity.name, without, fails="required", field=place.entry.name)
    return (scenario(manifest, place.entity, "required", place.entry.name, [*made.before, refused]),)


def of_unique(manifest: Manifest, place: Place) -> tuple[Scenario, ...]:
    made = Record(manifest, place.entity)
    values = made.values | {place.entry.name: example_of(place.field.model_dump())}
    twice = [
        create(place.entity.name, values),
        create(place.entity.name, values, fails="unique_taken", field=place.entry.name),
    ]
    return (scenario(manifest, place.entity, "unique", place.entry.name, [*made.before, *twice]),)


def of_length(manifest: Manifest, place: Place, limit: int) -> tuple[Scenario, ...]:
    if getattr(place.field, "format", None):
        return ()
    made = Record(manifest, place.entity)
    long = made.values | {place.entry.name: "x" * (limit + 1)}
    refused = create(place.entity.name, long, fails="too_long", field=place.entry.name)
    return (scenario(manifest, place.entity, "length_of", place.entry.name, [*made.before, refused]),)


def of_optional(manifest: Manifest, place: Place) -> tuple[Scenario, ...]:
    made = Record(manifest, place.entity)
    without = {name: value for name, value in made.values.items() if name != place.entry.name}
    taken = create(place.entity.name, without, expect={place.entry.name: None})
    return (scenario(manifest, place.entity, "optional", place.entry.name, [*made.before, taken]),)


def of_grant(manifest: Manifest, entity: Entity, role: str, acts: list[str]) -> tuple[Scenario, ...]:
    """The role does each thing that it may now do."""
    made = Record(manifest, entity)
    steps: dict[str, Values] = {
        "view": {"step": "read", "record": "$given"},
        "create": create(entity.name, made.values),
        "edit": {"step": "update", "record": "$given", "values": {}},
        "delete": {"step": "delete", "record": "$given"},
    }
    given = create(entity.name, made.values, save="given")
    done = [steps[act] | {"as": role} for act in steps if act in acts]
    return (scenario(manifest, entity, f"lets {role}", " ".join(acts), [*made.before, given, *done]),)


def of_list_column(manifest: Manifest, place: Place) -> tuple[Scenario, ...]:
    view = {"step": "view", "entity": place.entity.name, "page": "list", "shows": [place.entry.name]}
    return (scenario(manifest, place.entity, "lists", place.entry.name, [view]),)


def of_default(manifest: Manifest, place: Place, value: Any) -> tuple[Scenario, ...]:
    if value in {"today", "now"} or (place.entity.machine and place.entity.machine.field == place.entry.name):
        return ()
    made = Record(manifest, place.entity)
    without = {name: one for name, one in made.values.items() if name != place.entry.name}
    given = create(place.entity.name, without, expect={place.entry.name: value})
    return (scenario(manifest, place.entity, "default_of", place.entry.name, [*made.before, given]),)


def of_removed(manifest: Manifest, place: Place) -> tuple[Scenario, ...]:
    view = {"step": "view", "entity": place.entity.name, "page": "form", "hides": [place.entry.name]}
    return (scenario(manifest, place.entity, "gone", place.entry.name, [view]),)


def _of_reference(manifest: Manifest, entity: Entity, definition: Values) -> tuple[Scenario, ...]:
    target, made = Record(manifest, manifest.visible_entities[definition["target"]]), Record(manifest, entity)
    known = {step["save"] for step in made.before}
    before = [*made.before, *(step for step in target.before if step["save"] not in known)]
    chosen = create(definition["target"], target.values, save="chosen")
    step = create(entity.name, made.values | {definition["name"]: "$chosen"}, expect={definition["name"]: "$chosen"})
    return (scenario(manifest, entity, "keeps", definition["name"], [*before, chosen, step], definition["label"]),)


def _of_transition(
    manifest: Manifest, entity: Entity, machine: Machine, needed: Needed, value: str
) -> tuple[Scenario, ...]:
    """The last step on the shortest way to the state is refused without the field."""
    way = _way(machine, value)
    if not way:
        return ()
    made = Record(manifest, entity)
    steps = [{"step": "transition", "record": "$moving", "to": state} for state in way]
    steps[-1]["fails"] = "rule_broken"
    begun = create(entity.name, made.values, save="moving")
    return (scenario(manifest, entity, "needs", needed.name, [*made.before, begun, *steps], needed.label),)


def _way(machine: Machine, goal: str) -> list[str]:
    """States from the initial one to the goal, without the initial one; nothing where there is no way."""
    ways: list[list[str]] = [[machine.initial]]
    for way in ways:
        if way[-1] == goal:
            return way[1:]
        ways += [[*way, one.target] for one in machine.transitions if one.source == way[-1] and one.target not in way]
    return []
