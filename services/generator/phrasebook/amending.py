"""What a change means to alter of the CRM's own scenarios: those that it would break, said anew.

A record gets an example of what is required now, what was implied by a default is said, a field that is gone is no
longer mentioned, and a refusal that a grant has lifted is no longer asked for. Scenarios of the module's own that were
written for an earlier sentence are fitted in the same way. Whatever else a change breaks fails its run, which says why.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from services.generator.phrasebook.changes import Change, changes
from services.generator.phrasebook.foreseeing import Foreseen, foresee
from services.generator.phrasebook.form import Scenario
from services.generator.phrasebook.records import Values, another_of
from shared.patch.manifest import Manifest

_ACTS = {
    "create": "create",
    "read": "view",
    "query": "view",
    "view": "view",
    "update": "edit",
    "transition": "edit",
    "delete": "delete",
}
_NOTHING = Change()


def amendments(before: Manifest, after: Manifest, suite: Iterable[Scenario]) -> list[Values]:
    """`amends` of a patch that leads from `before` to `after`: only of scenarios that it alters."""
    found = changes(before, after)
    fitted = ((one, _fitted(before, after, found, one)) for one in suite)
    return [{"scenario": old["name"], "with": new} for old, new in fitted if new != old]


def fit(before: Manifest, after: Manifest, scenarios: Iterable[Scenario]) -> list[Scenario]:
    """The module's own scenarios as they hold on `after`. Of defaults they say themselves what they mean."""
    found = {name: replace(one, implied={}) for name, one in changes(before, after).items()}
    return [_fitted(before, after, found, one) for one in scenarios]


def _fitted(before: Manifest, after: Manifest, found: dict[str, Change], scenario: Scenario) -> Scenario:
    """Itself when the change does not touch it."""
    telling = _Telling(scenario, after, found, foresee(before, after, scenario))
    told = (telling.step(position, step) for position, step in enumerate(scenario["steps"]))
    steps = [step for step in told if step is not None]
    if steps == scenario["steps"]:
        return scenario
    return scenario | {"steps": steps or [_hiding(scenario, found)]}


def _hiding(scenario: Scenario, found: dict[str, Change]) -> Values:
    """What is left to say of a scenario that was all about fields that are gone."""
    entity = scenario["entity"]
    hides = sorted(found.get(entity, _NOTHING).gone)
    return {"step": "view", "entity": entity, "page": "form"} | ({"hides": hides} if hides else {})


@dataclass
class _Telling:
    """A scenario told anew, step by step."""

    scenario: Scenario
    after: Manifest
    changes: dict[str, Change]
    foreseen: Foreseen
    entities: dict[str, str] = field(default_factory=dict[str, str])
    filled: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])

    def __post_init__(self) -> None:
        self._touched = self._is_touched()

    def step(self, position: int, step: Values) -> Values | None:
        """The step as it is told now, or None where nothing is left of it."""
        entity = self._entity(step)
        if (alias := step.get("save")) is not None:
            self.entities[alias] = entity
        change = self.changes.get(entity, _NOTHING)
        if position in self.foreseen.doubtful or ("fails" in step and self._is_lifted(step, change)):
            return None
        if position in self.foreseen.refused:
            return {name: part for name, part in step.items() if name != "expect"} | {"fails": "rule_broken"}
        return self._told(position, step, entity, change)

    def _told(self, position: int, step: Values, entity: str, change: Change) -> Values | None:
        match step["step"]:
            case "create":
                return self._create(step, entity, change, self.foreseen.needs.get(position, set()))
            case "update":
                return self._update(step, change)
            case "query":
                return self._query(step, entity, change)
            case "view":
                return _view(step, change)
            case _:
                return _expecting(step, change)

    def _is_lifted(self, step: Values, change: Change) -> bool:
        """Whether what was refused is refused no longer."""
        if step["fails"] == "forbidden":
            return (step.get("as", self.scenario["as"]), _ACTS[step["step"]]) in change.opened
        return step.get("field") in change.gone | (change.freed if step["fails"] == "required" else frozenset())

    def _create(self, step: Values, entity: str, change: Change, needs: set[str]) -> Values:
        given: Values = step.get("values", {})
        values = {name: value for name, value in given.items() if name not in change.gone}
        if "fails" not in step:
            values |= {name: value for name, value in self._implied(entity, change).items() if name not in values}
            fields = self.after.visible_entities[entity].visible_fields if needs else {}
            asked = {name: fields[name].definition.model_dump() for name in sorted(needs)}
            asked |= change.asked if self._touched else {}
            lacking = {name: one for name, one in asked.items() if values.get(name) is None}
            values |= {name: self._example(entity, name, one) for name, one in lacking.items()}
        told = step if values == given else step | {"values": values}
        return _without_expected(told, change.gone, change.needed | needs)

    def _update(self, step: Values, change: Change) -> Values | None:
        given: Values = step["values"]
        emptied = {name for name in change.needed if name in given and given[name] is None and "fails" not in step}
        values = {name: value for name, value in given.items() if name not in change.gone | emptied}
        if values == given:
            return _expecting(step, change)
        told = _without_expected(step | {"values": values}, change.gone, change.needed)
        # What was refused whatever was sent, such as for want of a role, still is.
        return told if values or {"save", "expect", "fails"} & told.keys() else None

    def _query(self, step: Values, entity: str, change: Change) -> Values | None:
        """A query that asks by a field that is gone, or that every record has now, finds something else."""
        filled = {name for owner, name in self.filled if owner == entity}
        asks = {*step.get("where", {}), str(step.get("sort", "")).removeprefix("-")}
        if asks & (change.gone | filled):
            return None
        old: list[Values] = step.get("expect", [])
        new = [_left(one, change.gone, change.needed) for one in old]
        if new == old:
            return step
        if any(new):
            return step | {"expect": new}
        return {name: part for name, part in step.items() if name != "expect"} | {"count": step.get("count", len(old))}

    def _example(self, entity: str, name: str, definition: Values) -> Any:
        number = self.filled.get((entity, name), 0)
        self.filled[entity, name] = number + 1
        return another_of(definition, number if definition.get("unique") else 0)

    def _implied(self, entity: str, change: Change) -> Values:
        return {name: value for name, value in change.implied.items() if self._mentions(entity, name)}

    def _mentions(self, entity: str, name: str) -> bool:
        """Whether the scenario depends on what the field holds."""
        about = (step for step in self.scenario["steps"] if step.get("entity", entity) == entity)
        return any(name in told for step in about for told in _told_of(step))

    def _is_touched(self) -> bool:
        """Whether a record is made here without what it needs now."""
        creates = (one for one in self.scenario["steps"] if one["step"] == "create" and "fails" not in one)
        return any(
            one.get("values", {}).get(name) is None
            for one in creates
            for name in self.changes.get(one["entity"], _NOTHING).needed
        )

    def _entity(self, step: Values) -> str:
        """Of the record that the step is about; nothing where that leads through a field that is no reference."""
        if "entity" in step:
            return step["entity"]
        alias, _, name = step["record"].removeprefix("$").partition(".")
        entity = self.entities.get(alias, "")
        if name in {"", "id"}:
            return entity
        owner = self.after.visible_entities.get(entity)
        entry = owner.visible_fields.get(name) if owner else None
        return getattr(entry.definition, "target", "") if entry else ""


def _view(step: Values, change: Change) -> Values | None:
    shows: list[str] = step.get("shows", [])
    left = [name for name in shows if name not in change.gone]
    if step["page"] == "timeline" or left == shows:
        return step
    told = {name: part for name, part in step.items() if name != "shows"} | ({"shows": left} if left else {})
    return told if {"shows", "hides"} & told.keys() else None


def _expecting(step: Values, change: Change) -> Values | None:
    told = _without_expected(step, change.gone, change.needed)
    bare = step["step"] == "read" and "expect" in step and not {"expect", "save"} & told.keys()
    return None if bare else told


def _without_expected(step: Values, gone: frozenset[str], needed: frozenset[str]) -> Values:
    if "expect" not in step:
        return step
    left = _left(step["expect"], gone, needed)
    if left == step["expect"]:
        return step
    return {name: part for name, part in step.items() if name != "expect"} | ({"expect": left} if left else {})


def _left(expected: Values, gone: frozenset[str], needed: frozenset[str]) -> Values:
    """What may still be expected: nothing of fields that are gone, and no emptiness where there is none any more."""
    empty = {name for name in needed if name in expected and expected[name] is None}
    return {name: value for name, value in expected.items() if name not in gone | empty}


def _told_of(step: Values) -> list[Values]:
    expected = step.get("expect", {})
    return [step.get("where", {}), *([expected] if isinstance(expected, dict) else expected)]
