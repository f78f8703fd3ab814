from decimal import Decimal
from typing import Any, ClassVar, Literal, Self

from pydantic import TypeAdapter, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from shared.patch.definition import refuse_senseless
from shared.patch.errors import Problem, Refusal, nearest
from shared.patch.fields import Field
from shared.patch.finding import find_entity, find_field
from shared.patch.footprint import Footprint, path
from shared.patch.manifest import Manifest
from shared.patch.operations.outcome import TYPE_NAMES, Risk, Semver, Sentence, accepted, entity_label, field_label
from shared.patch.text import Closed, Identifier, Text
from shared.patch.undoing import PutEntry, Step
from shared.patch.widening import refuse_incompatible, widened

_FIELD: TypeAdapter[Field] = TypeAdapter(Field)
_HARMLESS = frozenset(("label", "help"))


class FieldChanges(Closed):
    """What becomes different; what is not named stays. `null` takes a bound, a default or a text away."""

    type: Literal["text", "long_text", "integer", "decimal", "money"] | None = None
    label: Text | None = None
    help: Text | None = None
    required: bool = False
    unique: bool = False
    read_only: bool = False
    hidden: bool = False
    default: bool | int | float | str | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    format: Literal["email", "phone", "url"] | None = None
    precision: int | None = None
    scale: int | None = None
    on_delete: Literal["restrict", "set_null", "cascade"] | None = None
    max_items: int | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("changes_nothing", "`changes` must name something that becomes different")
        return self


class ChangeField(Closed):
    """Change what a field demands, how it is called on screen, or its type where every value has one reading in it."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "change_field",
        "entity": "Customer",
        "field": "phone",
        "changes": {"required": True, "max_length": 20},
    }

    op: Literal["change_field"] = "change_field"
    entity: Identifier
    field: Identifier
    changes: FieldChanges

    def apply(self, manifest: Manifest, _module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        entry = find_field(entity, self.field, "/field")
        after = self._definition(entry.definition)
        refuse_incompatible(entry.definition, after, "/changes")
        refuse_senseless(after, "/changes")
        changed = entry.having(definition=after)
        entity = entity.having(fields=tuple(changed if one.key == entry.key else one for one in entity.fields))
        return accepted(manifest, entity, "/changes")

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        return (PutEntry(entity.key, find_field(entity, self.field, "/field")),)

    def footprint(self, _manifest: Manifest) -> Footprint:
        # Demands depend on one another (a default within its bounds), so two patches that change any conflict.
        attributes = {name if name in _HARMLESS else "demands" for name in self.changes.model_fields_set}
        if "type" in self.changes.model_fields_set:
            attributes.add("type")
        reads = (path(self.entity, "exists"), path(self.entity, "field", self.field, "exists"))
        writes = (path(self.entity, "field", self.field, attribute) for attribute in attributes)
        return Footprint(frozenset(reads), frozenset(writes))

    def risk(self, manifest: Manifest) -> Risk:
        return "L2" if self._narrows(manifest) else "L1"

    def semver(self, manifest: Manifest) -> Semver:
        if "type" in self.changes.model_fields_set or self.changes.required:
            return "major"
        return "minor" if self._narrows(manifest) else "patch"

    def explain(self, manifest: Manifest) -> Sentence:
        entity, field = entity_label(manifest, self.entity), field_label(manifest, self.entity, self.field)
        told = [_told(name, getattr(self.changes, name)) for name in sorted(self.changes.model_fields_set)]
        return Sentence(
            f"Changes the field “{field[0]}” of {entity[0]}: {'; '.join(one[0] for one in told)}.",
            f"修改“{entity[1]}”的字段“{field[1]}”：{'；'.join(one[1] for one in told)}。",
        )

    def _definition(self, before: Field) -> Field:
        """`before` with the changes; a problem for every one that its type does not know."""
        asked = {name: getattr(self.changes, name) for name in self.changes.model_fields_set}
        kind = asked.pop("type", None) or before.type
        known = widened(before, kind)
        problems: list[Problem] = []
        for name in asked:
            if name not in known:
                params = {"attribute": name, "field": self.field, "type": kind, "known": sorted(known)}
                problems.append(Problem("attribute_unknown", f"/changes/{name}", params, nearest(name, known)))
        if problems:
            raise Refusal.of(problems)
        try:
            return _FIELD.validate_python(_without_nulls(known | asked))
        except ValidationError as error:
            raise Refusal.of(
                [
                    Problem("value_invalid", f"/changes/{one['loc'][-1]}", {"reason": one["msg"]})
                    for one in error.errors(include_url=False, include_context=False)
                ]
            ) from None

    def _narrows(self, manifest: Manifest) -> bool:
        """Something that was allowed before is not any longer, or is not seen."""
        asked = self.changes.model_fields_set
        if asked & {"type", "format", "min", "min_length", "on_delete", "precision", "scale", "max", "max_length"}:
            return self._tightens(manifest)
        return any(getattr(self.changes, name) for name in ("required", "unique", "hidden", "read_only"))

    def _tightens(self, manifest: Manifest) -> bool:
        entry = manifest.visible_entities[self.entity].visible_fields.get(self.field)
        flags = any(getattr(self.changes, name) for name in ("required", "unique", "hidden", "read_only"))
        if entry is None or flags or self.changes.model_fields_set & {"type", "format", "on_delete"}:
            return True
        return any(
            _tighter(name, getattr(entry.definition, name, None), getattr(self.changes, name))
            for name in self.changes.model_fields_set
        )


def _tighter(name: str, before: Any, after: Any) -> bool:
    if name in ("min", "min_length"):
        return after is not None and (before is None or after > before)
    if name in ("max", "max_length", "max_items", "precision"):
        return after is not None and (before is None or after < before)
    return name == "scale"


def _without_nulls(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _told(name: str, value: Any) -> tuple[str, str]:
    if name == "type" and value is not None:
        return f"type becomes {TYPE_NAMES[value][0]}", f"类型改为{TYPE_NAMES[value][1]}"
    if isinstance(value, Text):
        return f"{name} becomes “{value.en}”", f"{_CHINESE[name]}改为“{value.zh}”"
    if value is None:
        return f"no {name.replace('_', ' ')} any longer", f"不再有{_CHINESE[name]}"
    if isinstance(value, bool):
        return f"{name.replace('_', ' ')}: {'yes' if value else 'no'}", f"{_CHINESE[name]}：{'是' if value else '否'}"
    return f"{name.replace('_', ' ')} becomes {value}", f"{_CHINESE[name]}改为 {value}"


_CHINESE = {
    "label": "名称",
    "help": "说明",
    "required": "必填",
    "unique": "唯一",
    "read_only": "只读",
    "hidden": "隐藏",
    "default": "默认值",
    "min": "最小值",
    "max": "最大值",
    "min_length": "最小长度",
    "max_length": "最大长度",
    "format": "格式",
    "precision": "位数",
    "scale": "小数位数",
    "on_delete": "删除时的处理",
    "max_items": "最多行数",
    "type": "类型",
}
