"""A value that a field takes, for trying out whether it can be written and comes back."""

import base64
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from shared.patch.fields import (
    DecimalField,
    DurationField,
    Field,
    FileField,
    IntegerField,
    LineField,
    LinesField,
    ManyToManyField,
    MoneyField,
    RefAnyField,
    RefField,
    TextField,
)
from shared.patch.manifest import Entity
from shared.patch.spans import written

_BY_FORMAT = {"email": "sample@example.com", "phone": "+86 571 8888 0123", "url": "https://example.com/sample"}
# A sequence gives itself its value.
_FIXED = {
    "long_text": "Sample",
    "date": "2026-06-30",
    "datetime": "2026-06-30T12:00:00Z",
    "time": "12:00:00",
    "json": {"sample": True},
}
# By name of the entity, the id of a record that a reference may lead to.
Targets = Mapping[str, str]


def samples_of(entity: Entity, names: set[str], targets: Targets) -> dict[str, Any]:
    """A value for each of the fields named that a person may write; without those that there is none for."""
    found: dict[str, Any] = {}
    for name, entry in entity.visible_fields.items():
        if name not in names or not _writable(entity, entry.definition):
            continue
        value = sample(entry.definition, targets)
        if value is not None:
            found[name] = value
    return found


def sample(definition: Field | LineField, targets: Targets) -> Any:
    make = _MADE.get(definition.type)
    return make(definition, targets) if make is not None else _FIXED.get(definition.type)


def _writable(entity: Entity, definition: Field) -> bool:
    by_machine = entity.machine is not None and entity.machine.field == definition.name
    return not (definition.read_only or by_machine or getattr(definition, "computed", None))


def _text(definition: TextField, _targets: Targets) -> str:
    if definition.format is not None:
        return _BY_FORMAT[definition.format]
    text = f"Sample {uuid4().hex}" if definition.unique else "Sample"
    return text.ljust(definition.min_length, "x")[: definition.max_length]


def _number(definition: IntegerField | DecimalField | MoneyField, _targets: Targets) -> str | int:
    value = 1
    if definition.min is not None and value < definition.min:
        value = definition.min
    if definition.max is not None and value > definition.max:
        value = definition.max
    return int(value) if definition.type == "integer" else str(value)


def _span(definition: DurationField, _targets: Targets) -> str:
    """A minute, or what comes nearest to it within the bounds."""
    span = timedelta(minutes=1)
    if definition.min is not None:
        span = max(span, definition.min)
    return written(span if definition.max is None else min(span, definition.max))


def _file(definition: FileField, _targets: Targets) -> dict[str, str]:
    kind = definition.accept[0].replace("*", "x-sample") if definition.accept else "text/plain"
    content = base64.b64encode(b"Sample"[: definition.max_bytes]).decode()
    return {"name": "sample", "media_type": kind, "content": content}


def _reference(definition: RefField | ManyToManyField | RefAnyField, targets: Targets) -> Any:
    """To a record that is there."""
    if isinstance(definition, RefAnyField):
        return next((f"{name}/{targets[name]}" for name in definition.targets if name in targets), None)
    found = targets.get(definition.target)
    return [found] if found is not None and isinstance(definition, ManyToManyField) else found


def _line(definition: LinesField, targets: Targets) -> list[dict[str, Any]]:
    values = {line.name: sample(line, targets) for line in definition.fields if not getattr(line, "computed", None)}
    return [{name: value for name, value in values.items() if value is not None}]


_MADE: Mapping[str, Callable[[Any, Targets], Any]] = {
    "text": _text,
    "integer": _number,
    "decimal": _number,
    "money": _number,
    "duration": _span,
    "boolean": lambda definition, _: not definition.default,
    "enum": lambda definition, _: definition.options[-1].value,
    "multi_enum": lambda definition, _: [definition.options[-1].value],
    "file": _file,
    "ref": _reference,
    "many_to_many": _reference,
    "ref_any": _reference,
    "lines": _line,
}
