"""Which steps of a scenario a new rule would refuse, told without a database: records are reckoned as they would be.

What cannot be reckoned, such as today's date, is unknown, and a rule about something unknown is not broken.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from services.generator.phrasebook.form import Scenario
from services.generator.phrasebook.records import Values
from shared.patch.expression import compile_expression
from shared.patch.fields import Field, LinesField, RefField
from shared.patch.manifest import Entity, Manifest, Rule

# How the forms ask for a field under a condition.
_ASKS_FOR = re.compile(r"\|\| (\w+) != null$")
_NUMBERS = frozenset({"integer", "decimal", "money"})


@dataclass
class Foreseen:
    """`needs` are fields by the position of the step that makes the record; the others are positions.

    `doubtful` are those that read a record of which a change was refused before.
    """

    needs: dict[int, set[str]] = field(default_factory=dict[int, set[str]])
    refused: set[int] = field(default_factory=set[int])
    doubtful: set[int] = field(default_factory=set[int])


@dataclass
class _Kept:
    """A record as it would be, and where it is made."""

    entity: Entity
    record: Values
    made: int


def foresee(before: Manifest, after: Manifest, scenario: Scenario) -> Foreseen:
    """What the rules that are in `after` and not in `before` would say to the scenario."""
    rules = {name: _new_rules(before, one) for name, one in after.visible_entities.items()}
    found, saved, unchanged = Foreseen(), dict[str, _Kept](), set[str]()
    for position, step in enumerate(scenario["steps"] if any(rules.values()) else ()):
        kept = _taken(after, step, position, saved)
        if kept is None:
            if step["step"] == "read" and step["record"] in unchanged and "save" not in step:
                found.doubtful.add(position)
            continue
        broken = [one for one in rules[kept.entity.name] if _breaks(after, kept, one)]
        asked = [_asked(kept, one) for one in broken]
        names = {name for name in asked if name is not None}
        if broken and None in asked and "save" not in step:
            found.refused.add(position)
            unchanged.add(step.get("record", ""))
            continue
        if names:
            found.needs.setdefault(kept.made, set()).update(names)
            kept.record |= dict.fromkeys(names, "")
        for alias in {step.get("save"), step.get("record", "").removeprefix("$")} - {None, ""}:
            saved[alias] = kept
    return found


def _new_rules(before: Manifest, entity: Entity) -> list[Rule]:
    old = before.visible_entities.get(entity.name)
    known = [entry.rule for entry in old.visible_rules] if old else []
    rules = [entry.rule for entry in entity.visible_rules if entry.rule.severity == "error"]
    return [rule for rule in rules if rule not in known]


def _taken(after: Manifest, step: Values, position: int, saved: dict[str, _Kept]) -> _Kept | None:
    """The record after the step; None where it leaves none, or none that is known."""
    if "fails" in step:
        return None
    if step["step"] == "create":
        entity = after.visible_entities.get(step["entity"])
        return _Kept(entity, _reckoned(after, entity, step.get("values", {})), position) if entity else None
    kept = saved.get(step.get("record", "").removeprefix("$"))
    if kept is None or step["step"] not in {"update", "transition"}:
        return None
    machine = kept.entity.machine
    told: Values = step.get("values", {}) if machine is None or "to" not in step else {machine.field: step["to"]}
    return _Kept(kept.entity, _reckoned(after, kept.entity, told, kept.record), kept.made)


def _reckoned(after: Manifest, entity: Entity, told: Values, current: Values | None = None) -> Values:
    fields = [entry.definition for entry in entity.visible_fields.values()]
    record = dict(current) if current is not None else {one.name: _default(one) for one in fields}
    if current is None and entity.machine:
        record[entity.machine.field] = entity.machine.initial
    for one in fields:
        if one.name in told:
            record[one.name] = _rows(after, entity, one, told) if isinstance(one, LinesField) else _value(one, told)
    _compute(after, entity, fields, record)
    return record


def _rows(after: Manifest, entity: Entity, lines: LinesField, told: Values) -> list[Values]:
    rows: list[Values] = []
    for given in told[lines.name] or ():
        row = {one.name: _value(one, given) for one in lines.fields}
        _compute(after, entity, lines.fields, row, within=lines.name)
        rows.append(row)
    return rows


def _compute(
    after: Manifest, entity: Entity, fields: Iterable[Field], record: Values, within: str | None = None
) -> None:
    """As often as one may lead to the next."""
    computed = [(one.name, text) for one in fields if (text := getattr(one, "computed", None)) is not None]
    expressions = [(name, compile_expression(text, entity, after, within=within)) for name, text in computed]
    for _ in expressions:
        record |= {name: expression.evaluate(record) for name, expression in expressions}


def _default(definition: Field) -> Any:
    if isinstance(definition, LinesField):
        return []
    return _value(definition, {definition.name: getattr(definition, "default", None)})


def _value(definition: Field, told: Values) -> Any:
    value = told.get(definition.name)
    if value is None or isinstance(value, datetime.date):
        return value
    try:
        if definition.type in _NUMBERS:
            return Decimal(str(value))
        if definition.type == "date":
            return datetime.date.fromisoformat(value)
        return datetime.datetime.fromisoformat(value) if definition.type == "datetime" else value
    except (InvalidOperation, ValueError):
        return None


def _breaks(after: Manifest, kept: _Kept, rule: Rule) -> bool:
    return compile_expression(rule.expression, kept.entity, after).evaluate(kept.record) is False


def _asked(kept: _Kept, rule: Rule) -> str | None:
    """The field that the rule wants filled in, where an example helps."""
    match = _ASKS_FOR.search(rule.expression)
    entry = kept.entity.visible_fields.get(match[1]) if match else None
    if entry is None or isinstance(entry.definition, RefField | LinesField):
        return None
    return None if getattr(entry.definition, "computed", None) else entry.name
