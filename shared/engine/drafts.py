"""From the values that somebody sends to a whole record, or to everything that is wrong with them at once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from shared.engine.behaviour import Occasion
from shared.engine.compiled import Access, EntityCode
from shared.engine.draft import Draft
from shared.engine.field_code import FieldCode, Natives
from shared.engine.people import Acting
from shared.engine.problems import problem
from shared.engine.sent import Sent, default
from shared.patch.bounds import Unfit
from shared.patch.expression import Moment

Found = Mapping[str, Any]


def begun(
    code: EntityCode, values: Mapping[str, Any], current: Natives | None, acting: Acting, access: Access | None
) -> Draft:
    """What was sent, over the present record or over the defaults.

    `access` is None for what the system itself writes: then no field is closed.
    """
    draft = Draft(_blank(code, acting) if current is None else _copy(code, current, acting))
    sent = Sent(draft, code, current, acting, access)
    for name, value in values.items():
        sent.take(name, value)
    return draft


def foreseen(draft: Draft, code: EntityCode, said: Moment) -> Natives:
    """The record with what is computed, as it would be if nothing else happened to it."""
    lines = {name: [dict(row) for row in draft.natives[name]] for name in code.lines}
    ahead = Draft(draft.natives | lines, bad=set(draft.bad))
    _compute(ahead, code, said)
    return ahead.natives


def finish(draft: Draft, code: EntityCode, said: Moment) -> None:
    """Hold every value against its field, and compute what is computed."""
    _complete(draft, code)
    _compute(draft, code, said)


def judge(draft: Draft, code: EntityCode, occasion: Occasion, said: Moment, found: Mapping[str, Found]) -> None:
    """Ask the rules. One that is about a field whose value did not fit is not asked; nor, before the record is
    written, one about a number that is drawn only then, which the database holds instead.

    `found` is what the lookups of each rule found, by its name.
    """
    unknown = draft.bad | code.numbered if occasion == "create" else draft.bad
    for rule, expression in code.rules:
        read = expression.fields.union(*(one.equals.fields for one in expression.lookups.values()))
        if occasion not in rule.on or any(name.partition(".")[0] in unknown for name in read):
            continue
        lookups = found.get(rule.name)
        if expression.evaluate(draft.natives, replace(said, lookups=lookups) if lookups else said) is False:
            if rule.severity == "warning":
                draft.warnings.append(rule)
            else:
                params = {"rule": rule.name, "expression": rule.expression, "fields": sorted(expression.fields)}
                draft.problems.append(problem("", "rule_broken", rule.message, params))


def _blank(code: EntityCode, acting: Acting) -> Natives:
    natives: Natives = {"id": uuid4(), "createdAt": acting.now, "updatedAt": acting.now}
    natives |= {name: default(one, acting) for name, one in code.fields.items()}
    natives |= {name: [] for name in code.lines}
    machine = code.entity.machine
    return natives | {machine.field: machine.initial} if machine is not None else natives


def _copy(code: EntityCode, current: Natives, acting: Acting) -> Natives:
    """The present record, apart from the one that rules know as `old`."""
    return current | {name: [dict(row) for row in current[name]] for name in code.lines} | {"updatedAt": acting.now}


def _complete(draft: Draft, code: EntityCode) -> None:
    """Required, and each value within its field's bounds: also those that were not sent, for they are written again."""
    for name, one in code.fields.items():
        if name not in draft.bad and one.computed is None and one.definition.type != "sequence":
            _fits(draft, one, name, draft.natives[name])
    for lines in code.lines.values():
        rows: list[Natives] = draft.natives[lines.name]
        if lines.definition.required and not rows and lines.name not in draft.bad:
            draft.blame(lines.name, "required", lines.label)
        blamed = {one.field for one in draft.problems}
        for number, row in enumerate(rows):
            for name, one in lines.fields.items():
                place = f"{lines.name}.{number}.{name}"
                if one.computed is None and place not in blamed:
                    _fits(draft, one, place, row[name])


def _fits(draft: Draft, one: FieldCode, place: str, value: Any) -> None:
    if value is None:
        if one.definition.required:
            draft.blame(place, "required", one.label)
        return
    try:
        one.check(value)
    except Unfit as unfit:
        draft.blame(place, unfit.code, one.label, unfit.params)


def _compute(draft: Draft, code: EntityCode, said: Moment) -> None:
    for lines in code.lines.values():
        if lines.name in draft.bad:
            continue
        for number, row in enumerate(draft.natives[lines.name]):
            for one in lines.computed:
                _compute_one(draft, one, row, f"{lines.name}.{number}.{one.name}", said)
    for one in code.computed:
        assert one.computed is not None
        if any(name.partition(".")[0] in draft.bad for name in one.computed.fields):
            draft.natives[one.name] = None
            draft.bad.add(one.name)
        else:
            _compute_one(draft, one, draft.natives, one.name, said)


def _compute_one(draft: Draft, one: FieldCode, record: Natives, place: str, said: Moment) -> None:
    assert one.computed is not None
    value = one.computed.evaluate(record, said)
    record[one.name] = None if value is None else one.fit(value)
    _fits(draft, one, place, record[one.name])
