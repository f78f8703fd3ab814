from typing import Any, ClassVar, Literal

from shared.patch.errors import Refusal
from shared.patch.finding import find_entity, find_field
from shared.patch.footprint import Footprint, path
from shared.patch.integrity import users
from shared.patch.manifest import Manifest, TimelinePage
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, entity_label, field_label
from shared.patch.pages import without
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import PutEntry, PutPages, Step


class RemoveField(Closed):
    """Hide a field. Its values stay, and come back with it; nothing in the language deletes them.

    Refused while a rule, a computed field or the state machine still reads it.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {"op": "remove_field", "entity": "Customer", "field": "address"}

    op: Literal["remove_field"] = "remove_field"
    entity: Identifier
    field: Identifier

    def apply(self, manifest: Manifest, _module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        entry = find_field(entity, self.field, "/field")
        for user in users(entity, self.field, manifest):
            raise Refusal("field_in_use", "/field", {"field": self.field, "entity": self.entity, "user": user})
        hidden = entry.having(removed=True, definition=entry.definition.having(required=False))
        entity = entity.having(fields=tuple(hidden if one.key == entry.key else one for one in entity.fields))
        return accepted(manifest, without(entity, self.field, "/field"), "/field")

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        return (PutEntry(entity.key, find_field(entity, self.field, "/field")), PutPages(entity.key, entity.pages))

    def footprint(self, manifest: Manifest) -> Footprint:
        reads = {path(self.entity, "exists")}
        # Refused while the timeline stands on it, so another timeline makes a difference.
        if self._carries_timeline(manifest):
            reads.add(path(self.entity, "page", "timeline"))
        return Footprint(frozenset(reads), frozenset((path(self.entity, "field", self.field),)))

    def risk(self, _manifest: Manifest) -> Risk:
        return "L2"

    def semver(self, _manifest: Manifest) -> Semver:
        return "major"

    def explain(self, manifest: Manifest) -> Sentence:
        entity = entity_label(manifest, self.entity)
        field = field_label(manifest, self.entity, self.field)
        return Sentence(
            f"Hides the field “{field[0]}” of {entity[0]}. Its values are kept.",
            f"隐藏“{entity[1]}”的字段“{field[1]}”，已有的值会保留。",
        )

    def _carries_timeline(self, manifest: Manifest) -> bool:
        entity = manifest.visible_entities.get(self.entity)
        pages = entity.pages if entity is not None else ()
        return any(self.field in (one.parent, one.time, one.title) for one in pages if isinstance(one, TimelinePage))
