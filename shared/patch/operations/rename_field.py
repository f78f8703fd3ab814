from typing import Any, ClassVar, Literal

from shared.patch.errors import Refusal
from shared.patch.field_entry import ColumnEntry, FieldEntry
from shared.patch.finding import find_column, find_entity, find_field, name_problems
from shared.patch.footprint import Footprint, path
from shared.patch.manifest import Entity, Manifest
from shared.patch.operations.outcome import Risk, Semver, Sentence, agreed, field_label, place_label
from shared.patch.renaming import Renamed, renamed
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import PutName, Step


class RenameField(Closed):
    """Give a field, or a column of a lines field, another name.

    Pages, rules, computed values and everything else that names it follow, and values stay where they are. What
    people read on screen is another matter (`set_text`). Other systems that use the name must be told, so it asks
    for a person's confirmation.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {"op": "rename_field", "entity": "Customer", "field": "phone", "to": "mobile"}

    op: Literal["rename_field"] = "rename_field"
    entity: Identifier
    field: Identifier
    # The new name, which no other field (or column) there may have.
    to: Identifier
    # The lines field of which it is a column.
    lines: Identifier | None = None

    def apply(self, manifest: Manifest, _module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        self._part(entity)
        if self.to == self.field:
            raise Refusal("name_unchanged", "/to", {"name": self.to})
        problems = [one.under("/to") for one in name_problems(self.to, self._owner(), self._others(entity))]
        if problems:
            raise Refusal.of(problems)
        change = Renamed(entity.name, f"{self.lines}.{self.field}" if self.lines else self.field, self.to)
        return agreed(manifest, renamed(manifest, change), "/to")

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        return (PutName(entity.key, self._part(entity).key, self.field),)

    def footprint(self, _manifest: Manifest) -> Footprint:
        above = ("field", self.lines, "column") if self.lines else ("field",)
        names = (path(self.entity, *above, name) for name in (self.field, self.to))
        return Footprint(frozenset((path(self.entity, "exists"),)), frozenset(names))

    def risk(self, _manifest: Manifest) -> Risk:
        return "L2"

    def semver(self, _manifest: Manifest) -> Semver:
        return "major"

    def explain(self, manifest: Manifest) -> Sentence:
        entity = place_label(manifest, self.entity, self.lines)
        field = field_label(manifest, self.entity, self.field, self.lines)
        return Sentence(
            f"Renames the field “{field[0]}” of {entity[0]} from `{self.field}` to `{self.to}`. Its values stay; "
            "other systems must use the new name.",
            f"将“{entity[1]}”的字段“{field[1]}”由 `{self.field}` 改名为 `{self.to}`。"
            "已有的值保留；其他系统须改用新名称。",
        )

    def _part(self, entity: Entity) -> FieldEntry | ColumnEntry:
        if self.lines is None:
            return find_field(entity, self.field, "/field")
        return find_column(entity, self.lines, self.field)[1]

    def _owner(self) -> str:
        return f"{self.entity}.{self.lines}" if self.lines else self.entity

    def _others(self, entity: Entity) -> list[str]:
        """What else is called something there."""
        if self.lines is None:
            return [name for name in entity.visible_fields if name != self.field]
        columns = find_field(entity, self.lines, "/lines").line_columns
        return [one.definition.name for one in columns if not one.removed and one.definition.name != self.field]
