from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field as PydanticField
from pydantic import TypeAdapter, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from shared.patch.canonical import document
from shared.patch.columns import with_column
from shared.patch.definition import senseless
from shared.patch.errors import Problem, Refusal, nearest
from shared.patch.field_entry import ColumnEntry, FieldEntry
from shared.patch.fields import COLUMN_TYPES, Field, MediaType, TypeName
from shared.patch.finding import find_column, find_entity, find_field, target_problems
from shared.patch.footprint import Footprint, path
from shared.patch.integrity.said import Said
from shared.patch.manifest import Entity, Manifest
from shared.patch.misfits import problems_of
from shared.patch.operations.outcome import (
    TYPE_NAMES,
    Risk,
    Semver,
    Sentence,
    accepted,
    field_label,
    place_label,
)
from shared.patch.operations.reading import computing_needs
from shared.patch.plain import as_list
from shared.patch.text import Closed, ExpressionText, Identifier, Text, unsaid
from shared.patch.undoing import PutEntry, Step
from shared.patch.widening import FIELD_MODELS, incompatible, narrows, opens, widened

_FIELD: TypeAdapter[Field] = TypeAdapter(Field)
# What no other attribute depends on.
_APART = frozenset(("label", "help", "computed", "type"))
# Whatever value fits the field fits it with another of these, too.
_NOT_OF_VALUES = frozenset(("required", "read_only", "hidden", "default", "on_delete", "unique"))
Span = Annotated[str, PydanticField(pattern=r"^[+-]?P[0-9DHMSTW.]+$")]


class FieldChanges(Closed):
    """What becomes different; what is not named stays.

    `null` takes a bound, a default, a text or a computation away: the field is then as if it had never been named.
    Choices change with `change_options`, columns of lines with `lines`, and what a reference refers to not at all.
    """

    # Where every stored value has one reading in it.
    type: TypeName = unsaid()
    label: Text | None = unsaid()
    help: Text | None = unsaid()
    required: bool = unsaid()
    unique: bool = unsaid()
    read_only: bool = unsaid()
    hidden: bool = unsaid()
    default: bool | int | float | str | tuple[str, ...] | None = unsaid()
    # How a computed field is computed; with `null` people fill it in from then on.
    computed: ExpressionText | None = unsaid()
    # A span of time for a duration, such as `PT30M`.
    min: Decimal | Span | None = unsaid()
    max: Decimal | Span | None = unsaid()
    min_length: int | None = unsaid()
    max_length: int | None = unsaid()
    format: Literal["email", "phone", "url"] | None = unsaid()
    precision: int | None = unsaid()
    scale: int | None = unsaid()
    # Of a sequence: what its next numbers look like.
    prefix: str | None = unsaid()
    digits: int | None = unsaid()
    gapless: bool = unsaid()
    # Of a reference.
    on_delete: Literal["restrict", "set_null", "cascade"] | None = unsaid()
    # All entities that `ref_any` may refer to: those that it does already, and more.
    targets: tuple[Identifier, ...] | None = unsaid()
    # Of lines, several choices and many references.
    max_items: int | None = unsaid()
    # Of files and JSON.
    max_bytes: int | None = unsaid()
    accept: tuple[MediaType, ...] | None = unsaid()

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("changes_nothing", "`changes` must name something that becomes different")
        return self


class ChangeField(Closed):
    """Change what a field demands, how it is called on screen or computed, or its type.

    A type may only become one in which every stored value has one reading. Narrower demands leave records that break
    them as they are until they are next saved.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "change_field",
        "entity": "Customer",
        "field": "phone",
        "changes": {"required": True, "max_length": 20},
    }

    op: Literal["change_field"] = "change_field"
    entity: Identifier
    field: Identifier
    # The lines field of which it is a column, such as `items`; without it, it is a field of the entity itself.
    lines: Identifier | None = None
    changes: FieldChanges

    def apply(self, manifest: Manifest, _module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        before = self._entry(entity).definition
        after = self._definition(before)
        problems = incompatible(before, after, "/changes") + senseless(after, "/changes", within=self.lines)
        problems += [one.under("/changes") for one in target_problems(manifest, after)]
        if problems:
            raise Refusal.of(problems)
        places = {f"/fields/{f'{self.lines}/' if self.lines else ''}{self.field}": "/changes"}
        return accepted(manifest, self._changed(entity, after), "/changes", places)

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        return (PutEntry(entity.key, self._entry(entity)),)

    def footprint(self, manifest: Manifest) -> Footprint:
        asked, computed = self.changes.model_fields_set, self.changes.computed
        # Demands depend on one another (a default within its bounds), so two patches that change any conflict.
        attributes = set(asked) if asked <= _APART else {*asked, "demands"}
        if asked - _APART - _NOT_OF_VALUES:
            attributes.add("values")
        if "type" in asked:
            attributes |= {"demands", "values", "computed", "default"}
        place = path(self.entity, "field", *([self.lines, "column"] if self.lines else []), self.field)
        reads = {path(self.entity, "exists"), f"{place}/exists"}
        touches: set[str] = set()
        if "targets" in asked:
            reads.update(path(target, "exists") for target in self.changes.targets or ())
        if "computed" in asked and computed is not None:
            said = Said(f"/fields/{self.field}/computed", computed, self.entity, within=self.lines)
            reads |= computing_needs(said, manifest)
        if "required" in asked or (asked & {"default", "computed"} and self._is_required(manifest)):
            touches.add(path(self.entity, "required"))
        return Footprint(frozenset(reads), frozenset(f"{place}/{one}" for one in attributes), frozenset(touches))

    def _is_required(self, manifest: Manifest) -> bool:
        entity = manifest.visible_entities.get(self.entity)
        entry = entity.visible_fields.get(self.lines or self.field) if entity is not None else None
        return entry is None or self.lines is not None or entry.definition.required

    def risk(self, manifest: Manifest) -> Risk:
        definitions = self._definitions(manifest)
        return "L2" if definitions is None or narrows(*definitions) or opens(*definitions) else "L1"

    def semver(self, manifest: Manifest) -> Semver:
        definitions = self._definitions(manifest)
        if definitions is None:
            return "major"
        before, after = definitions
        if before.type != after.type or (after.required and not before.required):
            return "major"
        return "minor" if narrows(before, after) or opens(before, after) else "patch"

    def explain(self, manifest: Manifest) -> Sentence:
        place = place_label(manifest, self.entity, self.lines)
        field = field_label(manifest, self.entity, self.field, self.lines)
        told = [_told(name, getattr(self.changes, name)) for name in sorted(self.changes.model_fields_set)]
        return Sentence(
            f"Changes the field “{field[0]}” of {place[0]}: {'; '.join(one[0] for one in told)}.",
            f"修改“{place[1]}”的字段“{field[1]}”：{'；'.join(one[1] for one in told)}。",
        )

    def _entry(self, entity: Entity) -> FieldEntry | ColumnEntry:
        if self.lines is not None:
            return find_column(entity, self.lines, self.field)[1]
        return find_field(entity, self.field, "/field")

    def _changed(self, entity: Entity, after: Field) -> Entity:
        if self.lines is not None:
            holder, column = find_column(entity, self.lines, self.field)
            entry = with_column(holder, column.having(definition=after))
        else:
            entry = find_field(entity, self.field, "/field").having(definition=after)
        return entity.having(fields=tuple(entry if one.key == entry.key else one for one in entity.fields))

    def _definitions(self, manifest: Manifest) -> tuple[Field, Field] | None:
        """Before and after; nothing when it is refused."""
        try:
            before = self._entry(find_entity(manifest, self.entity)).definition
            return before, self._definition(before)
        except Refusal:
            return None

    def _definition(self, before: Field) -> Field:
        """`before` with the changes; a problem for every one that its type does not know or that does not fit it."""
        asked = {name: getattr(self.changes, name) for name in self.changes.model_fields_set}
        kind: str = asked.pop("type", before.type)
        known = widened(before, kind)
        own = sorted(known.keys() & FieldChanges.model_fields.keys())
        problems: list[Problem] = []
        for name in asked:
            if name not in own:
                params = {"attribute": name, "field": self.field, "type": kind, "known": own}
                problems.append(Problem("attribute_unknown", f"/changes/{name}", params, nearest(name, own)))
        if self.lines is not None and kind not in COLUMN_TYPES:
            params = {"field": self.field, "type": kind, "known": sorted(COLUMN_TYPES)}
            problems.append(Problem("column_type", "/changes/type", params))
        if problems:
            raise Refusal.of(problems)
        return _validated(known | asked, asked)


def _validated(values: dict[str, Any], asked: dict[str, Any]) -> Field:
    given = {name: value for name, value in values.items() if value is not None}
    try:
        return _FIELD.validate_python(given)
    except ValidationError as error:
        model = FIELD_MODELS[values["type"]]
        raise Refusal.of([one.under("/changes") for one in problems_of(error, document(asked), model)]) from None


def _told(name: str, value: Any) -> tuple[str, str]:
    said, chinese = name.replace("_", " "), _CHINESE[name]
    if name == "type":
        return f"type becomes {TYPE_NAMES[value][0]}", f"类型改为{TYPE_NAMES[value][1]}"
    if isinstance(value, Text):
        return f"{said} becomes “{value.en}”", f"{chinese}改为“{value.zh}”"
    if value is None or value == ():
        return f"no {said} any longer", f"不再有{chinese}"
    if isinstance(value, bool):
        return f"{said}: {'yes' if value else 'no'}", f"{chinese}：{'是' if value else '否'}"
    items = as_list(value)
    plain = document(value) if items is None else ", ".join(items)
    return f"{said} becomes {plain}", f"{chinese}改为 {plain}"


_CHINESE = {
    "label": "名称",
    "help": "说明",
    "required": "必填",
    "unique": "唯一",
    "read_only": "只读",
    "hidden": "隐藏",
    "default": "默认值",
    "computed": "计算方式",
    "min": "最小值",
    "max": "最大值",
    "min_length": "最小长度",
    "max_length": "最大长度",
    "format": "格式",
    "precision": "位数",
    "scale": "小数位数",
    "prefix": "前缀",
    "digits": "编号位数",
    "gapless": "连续编号",
    "on_delete": "删除时的处理",
    "targets": "引用对象",
    "max_items": "最多数量",
    "max_bytes": "最大字节数",
    "accept": "文件类型",
    "type": "类型",
}
