"""Records for scenarios: the least that an entity accepts, and what makes an amount come out as wanted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from services.generator.phrasebook.form import Scenario
from services.generator.phrasebook.naming import Named, split_camel
from shared.patch.expression.values import duration
from shared.patch.fields import Field, LinesField, ManyToManyField, MoneyField, RefAnyField, RefField, SequenceField
from shared.patch.manifest import Entity, Manifest
from shared.patch.spans import written

Values = dict[str, Any]

_DEPTH = 3
_EXAMPLES: Values = {
    "text": "Example",
    "long_text": "Example",
    "integer": 1,
    "decimal": "1",
    "money": "1.00",
    "boolean": True,
    "date": "2026-01-15",
    "datetime": "2026-01-15T09:00:00Z",
    "time": "09:00:00",
    "duration": "PT1H",
    "json": {"example": True},
}
_FORMATS = {"email": "someone@example.com", "phone": "+86 10 8000 0000", "url": "https://example.com"}
_TITLES = {
    "keeps": ("{entity} keeps {field}", "{entity}保存{field}"),
    "default_of": ("{entity}: the default of {field} holds", "{entity}：{field}的默认值生效"),
    "bad_option_of": (
        "{entity}: a value outside the options of {field} is refused",
        "{entity}：{field}拒绝选项之外的值",
    ),
    "refused_without": ("{entity} is refused without {field}", "{entity}缺少{field}时被拒绝"),
    "taken_with": ("{entity} is accepted with {field}", "{entity}填写{field}后被接受"),
    "needs": ("{entity} needs {field}", "{entity}需要{field}"),
    "bound_of": ("{entity}: {field} beyond its limit is refused", "{entity}：{field}超出限制时被拒绝"),
    "required": ("{entity} is refused without {field}", "{entity}缺少{field}时被拒绝"),
    "unique": ("{entity}: the same {field} twice is refused", "{entity}：{field}重复时被拒绝"),
    "length_of": ("{entity}: too long a {field} is refused", "{entity}：{field}过长时被拒绝"),
    "optional": ("{entity} is accepted without {field}", "{entity}不填写{field}也被接受"),
    "lists": ("The list of {entity} shows {field}", "{entity}列表显示{field}"),
    "gone": ("{entity} shows {field} no longer", "{entity}不再显示{field}"),
}


@dataclass(frozen=True)
class Needed:
    """The field that a rule asks for: there already, or added with the rule as a text."""

    name: str
    english: str
    chinese: str
    new: Named | None = None

    @property
    def label(self) -> dict[str, str]:
        return {"en": self.english, "zh": self.chinese}


class Record:
    """Values that the entity accepts, and the steps that create the records they refer to."""

    def __init__(self, manifest: Manifest, entity: Entity) -> None:
        self.before: list[Values] = []
        self._manifest = manifest
        self.values = self._fill(entity, _DEPTH)

    def _fill(self, entity: Entity, depth: int) -> Values:
        values: Values = {}
        machine = entity.machine.field if entity.machine else None
        for name, entry in entity.visible_fields.items():
            field = entry.definition
            if not field.required or name == machine or getattr(field, "default", None) is not None:
                continue
            if isinstance(field, RefField | ManyToManyField | RefAnyField):
                values[name] = self._reference(field, depth)
            elif not isinstance(field, SequenceField) and not getattr(field, "computed", None):
                values[name] = example_of(field.model_dump())
        return values

    def _reference(self, field: RefField | ManyToManyField | RefAnyField, depth: int) -> Any:
        if isinstance(field, RefAnyField):
            return {"entity": field.targets[0], "id": f"${self._refer(field.targets[0], depth)}"}
        alias = f"${self._refer(field.target, depth)}"
        return [alias] if isinstance(field, ManyToManyField) else alias

    def _refer(self, target: str, depth: int) -> str:
        alias = f"{target[:1].lower()}{target[1:]}"
        if depth and all(step.get("save") != alias for step in self.before):
            values = self._fill(self._manifest.visible_entities[target], depth - 1)
            self.before.append(create(target, values, save=alias))
        return alias


def create(entity: str, values: Values, **outcome: Any) -> Values:
    return {"step": "create", "entity": entity, "values": values, **outcome}


def scenario(
    manifest: Manifest, entity: Entity, what: str, field: str, steps: list[Values], label: dict[str, str] | None = None
) -> Scenario:
    """Named after the entity, what is shown of it, and the field; `label` is that of a field which is new."""
    name = "_".join(split_camel(f"{entity.name} {what} {field}").lower().split())
    entry = entity.visible_fields.get(field)
    if entry is not None and entry.definition.label is not None:
        label = entry.definition.label.model_dump()
    words = split_camel(field).lower()
    en, zh = _TITLES.get(what, (f"{{entity}}: {what} {field}", f"{{entity}}：{what} {field}"))
    title = {
        "en": en.format(entity=entity.label.en, field=label["en"].lower() if label else words),
        "zh": zh.format(entity=entity.label.zh, field=label["zh"] if label else words),
    }
    return {"name": name[:80], "title": title, "entity": entity.name, "as": manifest.roles[0], "steps": steps}


def example(entity: Entity, field: str) -> Any:
    """A value for a field of the entity, or for one that the patch adds as a text."""
    entry = entity.visible_fields.get(field)
    return example_of(entry.definition.model_dump()) if entry else _EXAMPLES["text"]


def example_of(definition: Values) -> Any:
    """A value within the bounds of a field."""
    kind = definition["type"]
    if kind in {"enum", "multi_enum"}:
        first = definition["options"][0]["value"]
        return first if kind == "enum" else [first]
    if kind == "duration":
        return _span(definition.get("min"), definition.get("max"))
    if kind == "text" and definition.get("format"):
        return _FORMATS[definition["format"]]
    if kind in {"text", "long_text"}:
        return _EXAMPLES[kind][: definition.get("max_length", len(_EXAMPLES[kind]))]
    low, high = definition.get("min"), definition.get("max")
    usual = Decimal(str(_EXAMPLES[kind])) if kind in {"integer", "decimal", "money"} else None
    if usual is None or not (
        (low is not None and usual < Decimal(str(low))) or (high is not None and usual > Decimal(str(high)))
    ):
        return _EXAMPLES.get(kind)
    nearest = low if low is not None and usual < Decimal(str(low)) else high
    return int(str(nearest)) if kind == "integer" else str(nearest)


def _span(least: object, most: object) -> str:
    """An hour, or what comes nearest to it within the bounds."""
    low, high = duration(least), duration(most)
    span = timedelta(hours=1) if low is None else max(timedelta(hours=1), low)
    return written(span if high is None else min(span, high))


def another_of(definition: Values, number: int) -> Any:
    """The first of a field's values (0) is its example; the others differ from it, as long as there are any."""
    kind, first = definition["type"], example_of(definition)
    if not number or kind == "boolean":
        return first if not number else not first
    if kind == "enum":
        options: list[Values] = definition["options"]
        return options[min(number, len(options) - 1)]["value"]
    if kind in {"integer", "decimal", "money"}:
        return first + number if kind == "integer" else beside(first, number)
    if kind in {"date", "datetime"}:
        later = datetime.fromisoformat(first) + timedelta(days=number)
        return later.isoformat().replace("+00:00", "Z")[: len(first)]
    return _numbered(first, definition, number) if kind in {"text", "long_text"} else first


def _numbered(text: str, definition: Values, number: int) -> str:
    if definition.get("format") == "email":
        return f"someone{number}@example.com"
    if definition.get("format") == "url":
        return f"{text}/{number}"
    tail = str(number)
    room = len(text) if definition.get("format") else definition["max_length"]
    return text[: room - len(tail)] + tail


def beside(value: Any, by: int) -> str:
    """The amount one unit away, as a document writes it."""
    return str(Decimal(str(value)) + by)


def amounting(entity: Entity, field: Field, value: str) -> Values | None:
    """Values under which the amount is `value`, or None where that cannot be said."""
    if not getattr(field, "computed", None):
        return {field.name: int(value) if field.type == "integer" else value}
    parts = _parts(entity, field.name)
    for entry in entity.visible_fields.values():
        lines = entry.definition
        if isinstance(lines, LinesField) and any(f"{lines.name}.sum(" in part for part in parts):
            return _one_line(lines, value)
    return None


def _parts(entity: Entity, name: str) -> list[str]:
    """The expressions that an amount comes from, its own first."""
    entry = entity.visible_fields.get(name)
    text: str | None = getattr(entry.definition, "computed", None) if entry else None
    if text is None:
        return []
    names = [one for one in entity.visible_fields if one != name and one in text]
    return [text, *(part for one in names for part in _parts(entity, one))]


def _one_line(lines: LinesField, value: str) -> Values | None:
    prices = [one for one in lines.fields if isinstance(one, MoneyField) and not one.computed]
    if len(prices) != 1:
        return None
    needed = {one.name: example_of(one.model_dump()) for one in lines.fields if one.required}
    return {lines.name: [needed | {prices[0].name: value}]}
