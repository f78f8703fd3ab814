from typing import Any, ClassVar, Literal

from shared.patch.author import Author, refuse_more_than
from shared.patch.finding import find_entity
from shared.patch.footprint import Footprint
from shared.patch.manifest import Entity, Manifest
from shared.patch.operations.add_rule import rule_problems
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, entity_label
from shared.patch.operations.parts import KEPT, KINDS, TransitionPart, called, entries_of, machine_of, part_writes
from shared.patch.operations.replacement import (
    GrantIs,
    PartIs,
    RuleIs,
    TransitionIs,
    entry_part,
    is_told,
    narrower,
    part_needs,
    part_of,
)
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import PutEntry, PutParts, Step


class ReplacePart(Closed):
    """Put a rule, a grant, a trigger, an index or a transition in the place of the one that is called the same.

    A transition is known by its two states, a grant by its role and its field: it then says all that the role is
    granted there, whichever module granted it before.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "replace_part",
        "entity": "Order",
        "part": {
            "kind": "transition",
            "transition": {"source": "confirmed", "target": "shipped", "guard": "items.size() > 0 && total > 0"},
        },
    }

    op: Literal["replace_part"] = "replace_part"
    entity: Identifier
    part: PartIs

    def apply(self, manifest: Manifest, _module: str) -> Manifest:
        entity, kind = find_entity(manifest, self.entity), self.part.kind
        if isinstance(self.part, TransitionIs):
            return self._with_transition(manifest, entity, self.part)
        place, inner = f"/part/{kind}", getattr(self.part, kind)
        first, *others = (entry.key for entry in entries_of(entity, entry_part(self.part), place))
        anew: dict[str, dict[str, Any]] = {first: {kind: inner}} | {key: {"removed": True} for key in others}
        kept: tuple[Any, ...] = getattr(entity, KEPT[kind])
        entity = entity.having(**{KEPT[kind]: tuple(one.having(**anew.get(one.key, {})) for one in kept)})
        found = rule_problems(inner, entity.name, []) if isinstance(self.part, RuleIs) else []
        told = inner.role if isinstance(self.part, GrantIs) else inner.name
        problems = [problem.under("/part") for problem in found]
        return accepted(manifest, entity, place, {f"/{KEPT[kind]}/{told}": place}, problems)

    def refuse_author(self, manifest: Manifest, module: str, author: Author) -> None:
        """Refuses (L3) what the author's own roles do not allow."""
        if isinstance(self.part, GrantIs):
            grant, entity = self.part.grant, find_entity(manifest, self.entity)
            refuse_more_than(author, entity, grant.field, grant.allow, module)

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        entity, part = find_entity(before, self.entity), part_of(self.part)
        if isinstance(part, TransitionPart):
            return (PutParts(entity.key, {"machine": entity.machine}),)
        return tuple(PutEntry(entity.key, one) for one in entries_of(entity, part, "/part"))

    def footprint(self, manifest: Manifest) -> Footprint:
        writes = frozenset(part_writes(self.entity, part_of(self.part)))
        return part_needs(self.part, self.entity, manifest) | Footprint(writes=writes)

    def risk(self, _manifest: Manifest) -> Risk:
        return "L2"

    def semver(self, manifest: Manifest) -> Semver:
        entity = manifest.visible_entities.get(self.entity)
        return "minor" if entity is None or not narrower(self.part, entity) else "major"

    def explain(self, manifest: Manifest) -> Sentence:
        entity, kind, name = entity_label(manifest, self.entity), KINDS[self.part.kind], called(part_of(self.part))
        told = is_told(self.part, self.entity, manifest)
        return Sentence(
            f"Replaces the {kind[0]} “{name}” of {entity[0]}: {told.en}",
            f"替换“{entity[1]}”的{kind[1]}“{name}”：{told.zh}",
        )

    def _with_transition(self, manifest: Manifest, entity: Entity, part: TransitionIs) -> Manifest:
        place, one = "/part/transition", part.transition
        asked = TransitionPart(source=one.source, target=one.target)
        machine = machine_of(entity, asked, place)
        number = [(each.source, each.target) for each in machine.transitions].index((one.source, one.target))
        transitions = (*machine.transitions[:number], one, *machine.transitions[number + 1 :])
        entity = entity.having(machine=machine.having(transitions=transitions))
        return accepted(manifest, entity, place, {f"/machine/transitions/{number}": place})
