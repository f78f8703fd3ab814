from typing import Any, ClassVar, Literal

from shared.patch.author import Author, refuse_more_than
from shared.patch.errors import Refusal
from shared.patch.finding import find_entity, find_field, find_role
from shared.patch.footprint import Footprint, path
from shared.patch.keys import grant_key
from shared.patch.manifest import Act, GrantEntry, Manifest
from shared.patch.manifest import Grant as Granted
from shared.patch.operations.outcome import ACT_NAMES, Risk, Semver, Sentence, accepted, entity_label, field_label
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import HideEntry, PutEntry, Step

_FIELD_ACTS = ("view", "edit")


class Grant(Closed):
    """Let a role do more with an entity, or keep one of its fields to the roles that are granted it.

    What a role may do with the entity already stays. The first grant of a field closes that field to every other role.
    Nobody grants more than the author of the patch has.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {"op": "grant", "entity": "Customer", "role": "manager", "allow": ["edit"]}

    op: Literal["grant"] = "grant"
    entity: Identifier
    role: Identifier
    allow: tuple[Act, ...]
    field: Identifier | None = None

    def apply(self, manifest: Manifest, module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        find_role(manifest, self.role, "/role")
        self._refuse_acts()
        if self.field is not None:
            find_field(entity, self.field, "/field")
        key = grant_key(module, entity.name, self.role, self.field)
        mine = next((entry for entry in entity.grants if entry.key == key), None)
        held = mine.grant.allow if mine is not None and not mine.removed else ()
        granted = Granted(role=self.role, allow=tuple(dict.fromkeys((*held, *self.allow))), field=self.field)
        entry = GrantEntry(key=key, grant=granted)
        if mine is None:
            grants = (*entity.grants, entry)
        else:
            grants = tuple(entry if one.key == key else one for one in entity.grants)
        return accepted(manifest, entity.having(grants=grants), "")

    def refuse_author(self, manifest: Manifest, module: str, author: Author) -> None:
        """Refuses (L3) what the author's own roles do not allow."""
        refuse_more_than(author, find_entity(manifest, self.entity), self.field, self.allow, module)

    def inverse(self, before: Manifest, module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        key = grant_key(module, entity.name, self.role, self.field)
        mine = next((entry for entry in entity.grants if entry.key == key), None)
        return (HideEntry(entity.key, key) if mine is None else PutEntry(entity.key, mine),)

    def footprint(self, _manifest: Manifest) -> Footprint:
        reads = {path(self.entity, "exists")}
        if self.field is not None:
            reads.add(path(self.entity, "field", self.field, "exists"))
        return Footprint(
            frozenset(reads), touches=frozenset((path(self.entity, "grant", self.role, self.field or "*"),))
        )

    def risk(self, _manifest: Manifest) -> Risk:
        return "L2"

    def semver(self, _manifest: Manifest) -> Semver:
        return "minor"

    def explain(self, manifest: Manifest) -> Sentence:
        entity = entity_label(manifest, self.entity)
        field = field_label(manifest, self.entity, self.field) if self.field else None
        acts = [ACT_NAMES[act] for act in self.allow]
        return Sentence(
            f"Lets the role {self.role} {', '.join(act[0] for act in acts)} "
            + (f"the field “{field[0]}” of {entity[0]}; only roles granted it may." if field else f"{entity[0]}."),
            f"允许角色 {self.role} {'、'.join(act[1] for act in acts)}“{entity[1]}”"
            + (f"的字段“{field[1]}”；只有获得授权的角色可以。" if field else "。"),
        )

    def _refuse_acts(self) -> None:
        if not self.allow:
            raise Refusal("grant_empty", "/allow", {"role": self.role})
        for number, act in enumerate(self.allow):
            if self.field is not None and act not in _FIELD_ACTS:
                raise Refusal("grant_field_act", f"/allow/{number}", {"act": act, "field": self.field})
