from collections.abc import Collection, Iterator, Sequence
from typing import Any, ClassVar, Literal

from shared.patch.columns import returned, with_columns
from shared.patch.definition import senseless
from shared.patch.errors import Problem, Refusal, nearest
from shared.patch.field_entry import ColumnEntry, FieldEntry
from shared.patch.fields import COLUMN_TYPES, COLUMNS_MAX, Field, LinesField
from shared.patch.finding import (
    field_problems,
    find_entity,
    find_lines,
    key_problems,
    name_problems,
    target_problems,
)
from shared.patch.footprint import Footprint, path
from shared.patch.keys import column_key, field_key
from shared.patch.manifest import Entity, Manifest
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, described, label, place_label
from shared.patch.operations.reading import definition_needs, disclosure
from shared.patch.page import Page
from shared.patch.pages import placed
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import HideEntry, PutEntry, PutPages, Step
from shared.patch.widening import incompatible

_DEMANDED = Sentence(
    " Records that exist have no value for it and must be given one when they are next saved.",
    "已有记录没有该值，下次保存时必须填写。",
)


class AddField(Closed):
    """Add a field to an entity and put it on the entity's form, or add a column to the lines of a field.

    Existing records get the default, or no value. A field that this module added before and then removed comes back
    with its values, if its type still fits them.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "add_field",
        "entity": "Customer",
        "field": {
            "type": "enum",
            "name": "loyaltyTier",
            "label": {"en": "Loyalty tier", "zh": "会员等级"},
            "options": [
                {"value": "bronze", "label": {"en": "Bronze", "zh": "铜牌"}},
                {"value": "silver", "label": {"en": "Silver", "zh": "银牌"}},
                {"value": "gold", "label": {"en": "Gold", "zh": "金牌"}},
            ],
            "default": "bronze",
        },
        "after": "status",
        "list": True,
    }

    op: Literal["add_field"] = "add_field"
    entity: Identifier
    field: Field
    # The lines field of which it becomes a column, such as `items`; without it, it is a field of the entity itself.
    lines: Identifier | None = None
    # On the form (or among the columns) behind this field; at the end when it is not named or not on the form.
    after: Identifier | None = None
    # On the list page, too.
    list: bool = False

    def apply(self, manifest: Manifest, module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        if self.lines is not None:
            places = {f"/fields/{self.lines}/{self.field.name}": "/field"}
            return accepted(manifest, self._with_column(manifest, entity, module), "/field", places)
        name, key = self.field.name, field_key(module, entity.name, self.field.name)
        problems = [one.under("/field/name") for one in field_problems(manifest, entity, key, name)]
        problems += self._problems(manifest, entity, entity.visible_fields)
        mine = _hidden(entity, key)
        entry = FieldEntry(key=key, definition=self.field)
        if mine is not None:
            entry, misfits = returned(mine, self.field, "/field")
            problems += misfits
        if problems:
            raise Refusal.of(problems)
        entity = entity.with_field(entry, pages=self._placed(entity.pages))
        return accepted(manifest, entity, "/field", {f"/fields/{name}": "/field"})

    def inverse(self, before: Manifest, module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        if self.lines is not None:
            entry = find_lines(entity, self.lines, "/lines")
            key = column_key(module, entity.name, entry.name, self.field.name)
            column = next((one for one in entry.line_columns if one.key == key), None)
            return (HideEntry(entity.key, key) if column is None else PutEntry(entity.key, column),)
        key = field_key(module, entity.name, self.field.name)
        mine = _hidden(entity, key)
        hidden = HideEntry(entity.key, key) if mine is None else PutEntry(entity.key, mine)
        return (PutPages(entity.key, entity.pages), hidden)

    def footprint(self, manifest: Manifest) -> Footprint:
        made = FieldEntry(key="", definition=self.field)
        entity = self._given(manifest) if made.targets or made.formulas else None
        reads = {path(self.entity, "exists")}
        reads |= definition_needs(entity, (self.lines or self.field.name,), manifest) if entity is not None else set()
        place = path(self.entity, "field")
        touches = {path(self.entity, "page", page) for page in (("form", "list") if self.list else ("form",))}
        if self.lines is not None:
            reads.add(path(place, self.lines, "exists"))
            place, touches = path(place, self.lines, "column"), set[str]()
        elif self._demands():
            touches.add(path(self.entity, "required"))
        if self.after is not None:
            reads.add(path(place, self.after, "exists"))
        return Footprint(frozenset(reads), frozenset((path(place, self.field.name),)), frozenset(touches))

    def risk(self, manifest: Manifest) -> Risk:
        return "L2" if self._demands() or self._disclosure(manifest) is not None else "L1"

    def semver(self, _manifest: Manifest) -> Semver:
        return "major" if self._demands() else "patch"

    def explain(self, manifest: Manifest) -> Sentence:
        (place_en, place_zh), (en, zh) = (
            place_label(manifest, self.entity, self.lines),
            label(self.field.label, self.field.name),
        )
        type_en, type_zh = described(self.field, manifest)
        more = self._disclosure(manifest) or Sentence("", "")
        if self._demands():
            more = _DEMANDED
        return Sentence(
            f"Adds the field “{en}” ({type_en}) to {place_en}.{more.en}",
            f"在“{place_zh}”上添加字段“{zh}”（{type_zh}）。{more.zh}",
        )

    def _disclosure(self, manifest: Manifest) -> Sentence | None:
        entity = self._given(manifest) if getattr(self.field, "computed", None) is not None else None
        return disclosure(entity, (self.lines or self.field.name,), manifest) if entity is not None else None

    def _given(self, manifest: Manifest) -> Entity | None:
        """The entity with the field, whatever else is there; none where it has no place."""
        entity = manifest.visible_entities.get(self.entity)
        if entity is None or self.lines is None:
            entry = FieldEntry(key="", definition=self.field)
            return entity and entity.with_field(entry)
        holder = entity.visible_fields.get(self.lines)
        if holder is None or not isinstance(holder.definition, LinesField):
            return None
        column = ColumnEntry.model_construct(key="", definition=self.field)
        holder = with_columns(holder, (*holder.line_columns, column))
        return entity.having(fields=tuple(holder if one.key == holder.key else one for one in entity.fields))

    def _demands(self) -> bool:
        """Records that exist would lack it."""
        return self.field.required and self.field.type != "sequence" and getattr(self.field, "default", None) is None

    def _problems(self, manifest: Manifest, entity: Entity, known: Collection[str]) -> Iterator[Problem]:
        """What is wrong with the definition itself, and with the place that it asks for among `known`."""
        owner = f"{entity.name}.{self.lines}" if self.lines else entity.name
        yield from senseless(self.field, "/field", within=self.lines)
        yield from (one.under("/field") for one in target_problems(manifest, self.field))
        if self.after is not None and self.after not in known:
            params = {"field": self.after, "entity": owner, "known": [*known]}
            yield Problem("field_unknown", "/after", params, nearest(self.after, known))

    def _with_column(self, manifest: Manifest, entity: Entity, module: str) -> Entity:
        entry = find_lines(entity, self.lines or "", "/lines")
        key = column_key(module, entity.name, entry.name, self.field.name)
        mine = next((one for one in entry.line_columns if one.key == key and one.removed), None)
        shown = [one.definition.name for one in entry.line_columns if not one.removed]
        problems = [*self._column_problems(entity, entry, key, shown), *self._problems(manifest, entity, shown)]
        if mine is not None:
            problems += incompatible(mine.definition, self.field, "/field")
        if problems:
            raise Refusal.of(problems)
        columns = [one for one in entry.line_columns if one is not mine]
        at = next((n for n, one in enumerate(columns, 1) if self._is_before(one)), len(columns))
        columns.insert(at, ColumnEntry.model_validate({"key": key, "definition": self.field}))
        entry = with_columns(entry, columns)
        return entity.having(fields=tuple(entry if one.key == entry.key else one for one in entity.fields))

    def _is_before(self, column: ColumnEntry) -> bool:
        return not column.removed and column.definition.name == self.after

    def _column_problems(self, entity: Entity, entry: FieldEntry, key: str, shown: Sequence[str]) -> Iterator[Problem]:
        name, owner = self.field.name, f"{entity.name}.{entry.name}"
        known = [(one.key, one.definition.name) for one in entry.line_columns if one.key != key or not one.removed]
        yield from (one.under("/field/name") for one in name_problems(name, owner, shown))
        yield from (one.under("/field/name") for one in key_problems(owner, entry.key, key, name, known))
        if len(shown) >= COLUMNS_MAX:
            yield Problem("too_many_columns", "/field", {"entity": owner, "limit": COLUMNS_MAX})
        if self.field.type not in COLUMN_TYPES:
            params = {"field": name, "type": self.field.type, "known": sorted(COLUMN_TYPES)}
            yield Problem("column_type", "/field/type", params)
        if self.list:
            yield Problem("column_not_listed", "/list", {"field": name})

    def _placed(self, pages: tuple[Page, ...]) -> tuple[Page, ...]:
        pages = placed(pages, "form", self.field.name, self.after)
        return placed(pages, "list", self.field.name) if self.list else pages


def _hidden(entity: Entity, key: str) -> FieldEntry | None:
    found = entity.fields_by_key.get(key)
    return found if found is not None and found.removed else None
