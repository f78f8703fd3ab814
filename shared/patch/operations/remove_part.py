from typing import Any, ClassVar, Literal

from shared.patch.author import Author, refuse_opening
from shared.patch.finding import find_entity
from shared.patch.footprint import Footprint, path
from shared.patch.manifest import Entity, IndexEntry, Manifest
from shared.patch.operations.needs import stated
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, entity_label
from shared.patch.operations.parts import (
    KEPT,
    KINDS,
    GrantPart,
    MachinePart,
    NamedPart,
    PagePart,
    Part,
    TransitionPart,
    called,
    entries_of,
    machine_of,
    part_writes,
    refuse_without_page,
)
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import PutEntry, PutParts, Step

# Who may not do any longer what he did, is broken; who may do more, or finds less, is told.
_SEMVER: dict[str, Semver] = {"grant": "major", "transition": "major", "machine": "major"}


class RemovePart(Closed):
    """Take away a rule, a grant, a trigger, an index, a seed, a transition, the state machine or the timeline.

    Records stay as they are. A seed's record stays too; the module no longer answers for it. A field whose last grant
    is taken away is open again to every role that may do as much with the entity.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "remove_part",
        "entity": "Customer",
        "part": {"kind": "grant", "role": "manager"},
    }

    op: Literal["remove_part"] = "remove_part"
    entity: Identifier
    part: Part

    def apply(self, manifest: Manifest, _module: str) -> Manifest:
        entity, part = find_entity(manifest, self.entity), self.part
        match part:
            case NamedPart() | GrantPart():
                gone = {one.key for one in entries_of(entity, part, "/part")}
                entries: tuple[Any, ...] = getattr(entity, KEPT[part.kind])
                left = tuple(one.having(removed=True) if one.key in gone else one for one in entries)
                entity = entity.having(**{KEPT[part.kind]: left})
            case PagePart():
                refuse_without_page(entity, part, "/part")
                entity = entity.having(pages=tuple(page for page in entity.pages if page.kind != part.page))
            case MachinePart():
                machine_of(entity, part, "/part")
                entity = entity.having(machine=None)
            case TransitionPart(source=source, target=target):
                machine = machine_of(entity, part, "/part")
                kept = tuple(one for one in machine.transitions if (one.source, one.target) != (source, target))
                entity = entity.having(machine=machine.having(transitions=kept))
        return accepted(manifest, entity, "/part")

    def refuse_author(self, manifest: Manifest, module: str, author: Author) -> None:
        """Refuses (L3) to open a field to roles that may then do more with it than the author."""
        if isinstance(self.part, GrantPart) and self.part.field is not None:
            entity = find_entity(manifest, self.entity)
            gone = {one.key for one in entries_of(entity, self.part, "/part")}
            refuse_opening(author, entity, self.part.field, gone, module)

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        match self.part:
            case NamedPart() | GrantPart():
                return tuple(PutEntry(entity.key, one) for one in entries_of(entity, self.part, "/part"))
            case PagePart():
                return (PutParts(entity.key, {"pages": entity.pages}),)
            case _:
                return (PutParts(entity.key, {"machine": entity.machine}),)

    def footprint(self, manifest: Manifest) -> Footprint:
        writes = {*part_writes(self.entity, self.part)}
        if isinstance(self.part, TransitionPart):
            # At least one transition must be left, and states of others may hang on it.
            writes.add(path(self.entity, "machine", "reach"))
        found = Footprint(frozenset((path(self.entity, "exists"),)), frozenset(writes))
        entity = manifest.visible_entities.get(self.entity)
        if isinstance(self.part, MachinePart) and entity is not None and entity.machine is not None:
            return found | stated(self.entity, entity.machine.field, manifest)
        return found

    def risk(self, _manifest: Manifest) -> Risk:
        return "L2"

    def semver(self, manifest: Manifest) -> Semver:
        if self.part.kind == "index":
            return "minor" if self._was_unique(manifest.visible_entities.get(self.entity)) else "patch"
        return _SEMVER.get(self.part.kind, "minor")

    def explain(self, manifest: Manifest) -> Sentence:
        entity, kind, name = entity_label(manifest, self.entity), KINDS[self.part.kind], called(self.part)
        return Sentence(
            f"Removes the {kind[0]}{f' “{name}”' if name else ''} of {entity[0]}. Records stay as they are.",
            f"移除“{entity[1]}”的{kind[1]}{f'“{name}”' if name else ''}，已有记录不变。",
        )

    def _was_unique(self, entity: Entity | None) -> bool:
        """Values that were refused as taken are allowed from now on."""
        entries: tuple[IndexEntry, ...] = entity.visible_indexes if entity is not None else ()
        return any(one.index.unique and one.index.name == called(self.part) for one in entries)
