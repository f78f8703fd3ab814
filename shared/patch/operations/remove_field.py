from typing import Any, ClassVar, Literal

from shared.patch.columns import with_column
from shared.patch.errors import Problem, Refusal
from shared.patch.finding import find_column, find_entity, find_field
from shared.patch.footprint import Footprint, path
from shared.patch.manifest import Entity, Manifest
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, field_label, place_label
from shared.patch.page import TimelinePage
from shared.patch.pages import without
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import PutEntry, PutParts, Step
from shared.patch.usage import users_of

# They go and come back with the field, so they do not hold it.
_FOLLOWING = frozenset(("the grant", "the list page", "the form page"))


class RemoveField(Closed):
    """Hide a field, or a column of lines. Its values stay, and come back with it; nothing in the language deletes them.

    Refused while anything still uses it: a rule, a computed field, the state machine, a trigger, a lookup, an index, a
    timeline or a title, of this entity or of another. It leaves lists and forms by itself.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {"op": "remove_field", "entity": "Customer", "field": "address"}

    op: Literal["remove_field"] = "remove_field"
    entity: Identifier
    field: Identifier
    # The lines field of which it is a column, such as `items`; without it, it is a field of the entity itself.
    lines: Identifier | None = None

    def apply(self, manifest: Manifest, _module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        after = self._without(entity)
        said = self.field if self.lines is None else f"{self.lines}.{self.field}"
        params = {"field": said, "entity": self.entity}
        following = _FOLLOWING if self._carries_timeline(manifest) else _FOLLOWING | {"the timeline page"}
        using = [one for one in users_of(manifest, entity.name, said) if one.kind not in following]
        problems = [Problem("field_in_use", "/field", {**params, "kind": one.kind, "user": one.place}) for one in using]
        if problems:
            raise Refusal.of(problems)
        return accepted(manifest, after, "/field")

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        if self.lines is not None:
            return (PutEntry(entity.key, find_column(entity, self.lines, self.field)[1]),)
        parts = PutParts(entity.key, {"pages": entity.pages, "grants": entity.grants})
        return (PutEntry(entity.key, find_field(entity, self.field, "/field")), parts)

    def footprint(self, manifest: Manifest) -> Footprint:
        reads = {path(self.entity, "exists")}
        if self.lines is not None:
            reads.add(path(self.entity, "field", self.lines, "exists"))
            place = path(self.entity, "field", self.lines, "column", self.field)
            return Footprint(frozenset(reads), frozenset((place,)))
        # Refused while the timeline stands on it, so another timeline makes a difference.
        if self._carries_timeline(manifest):
            reads.add(path(self.entity, "page", "timeline"))
        return Footprint(frozenset(reads), frozenset((path(self.entity, "field", self.field),)))

    def risk(self, _manifest: Manifest) -> Risk:
        return "L2"

    def semver(self, _manifest: Manifest) -> Semver:
        return "major"

    def explain(self, manifest: Manifest) -> Sentence:
        place = place_label(manifest, self.entity, self.lines)
        field = field_label(manifest, self.entity, self.field, self.lines)
        return Sentence(
            f"Hides the field “{field[0]}” of {place[0]}. Its values are kept.",
            f"隐藏“{place[1]}”的字段“{field[1]}”，已有的值会保留。",
        )

    def _without(self, entity: Entity) -> Entity:
        if self.lines is not None:
            entry, column = find_column(entity, self.lines, self.field)
            if len([one for one in entry.line_columns if not one.removed]) == 1:
                raise Refusal("lines_empty", "/field", {"field": f"{entity.name}.{self.lines}"})
            hidden = column.having(removed=True, definition=column.definition.having(required=False))
            after = with_column(entry, hidden)
            return entity.having(fields=tuple(after if one.key == entry.key else one for one in entity.fields))
        entry = find_field(entity, self.field, "/field")
        gone = entry.having(removed=True, definition=entry.definition.having(required=False))
        fields = tuple(gone if one.key == entry.key else one for one in entity.fields)
        # Another field that is called so one day is not theirs.
        grants = tuple(one.having(removed=True) if one.grant.field == self.field else one for one in entity.grants)
        return without(entity.having(fields=fields, grants=grants), self.field)

    def _carries_timeline(self, manifest: Manifest) -> bool:
        entity = manifest.visible_entities.get(self.entity)
        pages = entity.pages if entity is not None else ()
        return any(self.field in (one.parent, one.time, one.title) for one in pages if isinstance(one, TimelinePage))
