"""From the values that somebody sends to a whole record, or to everything that is wrong with them at once."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from shared.engine.access import Access
from shared.engine.compiled import EntityCode, FieldCode, LinesCode, Natives
from shared.engine.people import Clock, User
from shared.engine.problems import Problem, problem
from shared.engine.values import Unfit, moment
from shared.patch.errors import nearest
from shared.patch.expression import Moment
from shared.patch.manifest import SYSTEM_FIELDS, Rule
from shared.patch.text import Text

Occasion = Literal["create", "update", "delete"]


@dataclass(slots=True)
class Draft:
    """`natives` by field name; `bad` are fields whose value is not known because it did not fit."""

    natives: Natives
    problems: list[Problem] = field(default_factory=list[Problem])
    bad: set[str] = field(default_factory=set[str])
    warnings: list[Rule] = field(default_factory=list[Rule])

    def blame(self, name: str, code: str, label: Text, params: Mapping[str, Any] | None = None) -> None:
        self.problems.append(problem(name, code, label, params))
        self.bad.add(name.partition(".")[0])


def drafted(
    code: EntityCode,
    values: Mapping[str, Any],
    current: Natives | None,
    user: User,
    clock: Clock,
    access: Access | None,
) -> Draft:
    """The record as it would be: what was sent, over the present one or over the defaults, then computed and checked.

    `access` is None for what the system itself writes: then no field is closed.
    """
    draft = Draft(_blank(code) if current is None else _copy(code, current))
    for name, value in values.items():
        _take(draft, code, name, value, current, access)
    now = clock.now()
    if current is None:
        _defaults(draft, code, values, clock.today(), now)
    moment_of_writing = Moment(today=clock.today(), now=now, user_id=user.id, user_name=user.name, old=current)
    _complete(draft, code)
    _compute(draft, code, moment_of_writing)
    judge(draft, code, "create" if current is None else "update", moment_of_writing)
    return draft


def judge(draft: Draft, code: EntityCode, occasion: Occasion, moment_of_writing: Moment) -> None:
    """Ask the rules. One that is about a field whose value did not fit is not asked."""
    for rule, expression in code.rules:
        if occasion not in rule.on or any(name.partition(".")[0] in draft.bad for name in expression.fields):
            continue
        if expression.evaluate(draft.natives, moment_of_writing) is False:
            if rule.severity == "warning":
                draft.warnings.append(rule)
            else:
                params = {"rule": rule.name, "expression": rule.expression, "fields": sorted(expression.fields)}
                draft.problems.append(problem("", "rule_broken", rule.message, params))


def _blank(code: EntityCode) -> Natives:
    return {name: [] if name in code.lines else None for name in code.names}


def _copy(code: EntityCode, current: Natives) -> Natives:
    """The present record, apart from the one that rules know as `old`."""
    return current | {name: [dict(row) for row in current[name]] for name in code.lines}


def _take(
    draft: Draft, code: EntityCode, name: str, value: Any, current: Natives | None, access: Access | None
) -> None:
    lines, one = code.lines.get(name), code.fields.get(name)
    if lines is None and one is None:
        _strange(draft, code, name, value, current)
        return
    label = (lines or one or code).label
    machine = code.entity.machine
    if access is not None:
        if one is not None and one.by_system:
            if not _unchanged(one, value, current):
                draft.blame(name, "read_only", label)
            return
        if name not in access.edit:
            if one is None or not _unchanged(one, value, current):
                draft.blame(name, "forbidden_field", label)
            return
        if machine is not None and name == machine.field and one is not None:
            if value != machine.initial if current is None else not _unchanged(one, value, current):
                draft.blame(name, "machine_only", label, {"initial": machine.initial})
            return
    if lines is not None:
        draft.natives[name] = _read_lines(draft, lines, value)
    elif one is not None:
        draft.natives[name] = _read(draft, one, name, value)


def _strange(draft: Draft, code: EntityCode, name: str, value: Any, current: Natives | None) -> None:
    """A name that is no field: a system field sent back as it was read, or a mistake."""
    if name in SYSTEM_FIELDS:
        known = current and current[name]
        if known is None or value != (moment(known) if isinstance(known, datetime.datetime) else str(known)):
            draft.blame(name, "read_only", Text(en=name, zh=name))
        return
    suggestion = nearest(name, code.names)
    draft.blame(name, "unknown_field", code.label, {"field": name, "suggestion": suggestion})


def _unchanged(one: FieldCode, value: Any, current: Natives | None) -> bool:
    """Whoever sends a whole record back need not leave out what the system wrote into it."""
    if current is None:
        return False
    known = current[one.name]
    return value == (None if known is None else one.write(known))


def _read(draft: Draft, one: FieldCode, place: str, value: Any) -> Any:
    if value is None:
        return None
    try:
        return one.read(value)
    except Unfit as unfit:
        draft.blame(place, unfit.code, one.label, unfit.params)
        return None


def _read_lines(draft: Draft, lines: LinesCode, value: Any) -> list[Natives]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        draft.blame(lines.name, "not_lines", lines.label)
        return []
    if len(value) > lines.definition.max_items:
        draft.blame(lines.name, "too_many_lines", lines.label, {"max": lines.definition.max_items})
        return []
    return [_read_line(draft, lines, f"{lines.name}.{number}", row) for number, row in enumerate(value)]


def _read_line(draft: Draft, lines: LinesCode, place: str, row: Mapping[str, Any]) -> Natives:
    natives: Natives = dict.fromkeys(lines.fields)
    for name, value in row.items():
        one = lines.fields.get(name)
        if one is None:
            suggestion = nearest(name, lines.fields)
            draft.blame(f"{place}.{name}", "unknown_field", lines.label, {"field": name, "suggestion": suggestion})
        # A computed value may be sent back with the line that it was read with; it is computed again anyway.
        elif one.computed is None:
            natives[name] = _read(draft, one, f"{place}.{name}", value)
    for name, one in lines.fields.items():
        if name not in row and getattr(one.definition, "default", None) is not None and one.definition.type != "date":
            natives[name] = one.read(getattr(one.definition, "default", None))
    return natives


def _defaults(
    draft: Draft, code: EntityCode, values: Mapping[str, Any], today: datetime.date, now: datetime.datetime
) -> None:
    for name, one in code.fields.items():
        default: Any = getattr(one.definition, "default", None)
        if name in values or default is None:
            continue
        moving = {"date": ("today", today), "datetime": ("now", now)}.get(one.definition.type)
        draft.natives[name] = moving[1] if moving and default == moving[0] else one.read(default)
    machine = code.entity.machine
    if machine is not None:
        draft.natives[machine.field] = machine.initial


def _complete(draft: Draft, code: EntityCode) -> None:
    """Required, and each value within its field's bounds: also those that were not sent, since they are written again."""
    for name, one in code.fields.items():
        if name not in draft.bad and one.computed is None and one.definition.type != "sequence":
            _fits(draft, one, name, draft.natives[name])
    for lines in code.lines.values():
        rows: list[Natives] = draft.natives[lines.name]
        if lines.definition.required and not rows and lines.name not in draft.bad:
            draft.blame(lines.name, "required", lines.label)
        known_bad = {one.field for one in draft.problems}
        for number, row in enumerate(rows):
            for name, one in lines.fields.items():
                place = f"{lines.name}.{number}.{name}"
                if one.computed is None and place not in known_bad:
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


def _compute(draft: Draft, code: EntityCode, moment_of_writing: Moment) -> None:
    for lines in code.lines.values():
        if lines.name in draft.bad:
            continue
        for number, row in enumerate(draft.natives[lines.name]):
            for one in lines.computed:
                _compute_one(draft, one, row, f"{lines.name}.{number}.{one.name}", moment_of_writing)
    for one in code.computed:
        assert one.computed is not None
        if any(name.partition(".")[0] in draft.bad for name in one.computed.fields):
            draft.natives[one.name] = None
            draft.bad.add(one.name)
        else:
            _compute_one(draft, one, draft.natives, one.name, moment_of_writing)


def _compute_one(draft: Draft, one: FieldCode, record: Natives, place: str, moment_of_writing: Moment) -> None:
    assert one.computed is not None
    value = one.computed.evaluate(record, moment_of_writing)
    record[one.name] = None if value is None else one.fit(value)
    _fits(draft, one, place, record[one.name])
