from typing import Any, ClassVar, Literal

from pydantic import Field

from shared.patch.author import Author, refuse_more_than
from shared.patch.entries import placed, unplaced
from shared.patch.errors import Problem
from shared.patch.finding import find_entity, find_field
from shared.patch.footprint import Footprint, path
from shared.patch.integrity.said import said_by_grant
from shared.patch.keys import BASE_MODULE, grant_key, module_of
from shared.patch.lookup import LOOKUPS_MAX, Lookup, Lookups
from shared.patch.manifest import Act, GrantEntry, Manifest
from shared.patch.manifest import Grant as Granted
from shared.patch.operations.needs import lookup_needs, said_needs
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted
from shared.patch.operations.telling import told_grant
from shared.patch.text import Closed, ExpressionText, Identifier
from shared.patch.undoing import Step


class Grant(Closed):
    """Let a role do more with an entity, or keep one of its fields to the roles that are granted it.

    With `where` it is about those records only of which the condition is true. What a role may do with the entity
    already stays. The first grant of a field closes that field to every other role. Nobody grants more than the author
    of the patch has; what he may do with some records only, he cannot grant.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "grant",
        "entity": "Customer",
        "role": "manager",
        "allow": ["edit"],
        "where": "vip == true",
    }

    op: Literal["grant"] = "grant"
    entity: Identifier
    role: Identifier
    allow: tuple[Act, ...]
    field: Identifier | None = None
    where: ExpressionText | None = None
    lookups: Lookups = Field(default_factory=dict[str, Lookup], max_length=LOOKUPS_MAX)

    def apply(self, manifest: Manifest, module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        if self.field is not None:
            find_field(entity, self.field, "/field")
        key = grant_key(module, entity.name, self.role, self.field)
        mine = next((entry for entry in entity.grants if entry.key == key and not entry.removed), None)
        found: list[Problem] = []
        if mine is not None and (mine.grant.where, mine.grant.lookups) != (self.where, self.lookups):
            found.append(Problem("grant_taken", "/where", {"role": self.role, "entity": entity.name}))
        held = mine.grant.allow if mine is not None else ()
        granted = self._granted().having(allow=tuple(dict.fromkeys((*held, *self.allow))))
        grants = placed(entity.grants, GrantEntry(key=key, grant=granted))
        return accepted(manifest, entity.having(grants=grants), "", {f"/grants/{self.role}": ""}, found)

    def refuse_author(self, manifest: Manifest, module: str, author: Author) -> None:
        """Refuses (L3) what the author's own roles do not allow."""
        refuse_more_than(author, find_entity(manifest, self.entity), self.field, self.allow, module)

    def inverse(self, before: Manifest, module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        return (unplaced(entity, entity.grants, grant_key(module, entity.name, self.role, self.field)),)

    def footprint(self, manifest: Manifest) -> Footprint:
        reads = grant_needs(self._granted(), self.entity, manifest)
        touched = path(self.entity, "grant", self.role, self.field or "*")
        return Footprint(reads, touches=frozenset((touched,)))

    def risk(self, _manifest: Manifest) -> Risk:
        return "L2"

    def semver(self, manifest: Manifest) -> Semver:
        return "major" if self._closes(manifest) else "minor"

    def explain(self, manifest: Manifest) -> Sentence:
        return told_grant(self._granted(), self.entity, manifest)

    def _closes(self, manifest: Manifest) -> bool:
        """Others may no longer do with a field of the CRM what they did."""
        entity = manifest.visible_entities.get(self.entity)
        entry = entity.visible_fields.get(self.field or "") if entity is not None else None
        if entity is None or entry is None or module_of(entry.key) != BASE_MODULE:
            return False
        known = [one.grant for one in entity.grants if not one.removed]
        return all(one.field != self.field for one in known) and any(one.role != self.role for one in known)

    def _granted(self) -> Granted:
        return Granted(role=self.role, allow=self.allow, field=self.field, where=self.where, lookups=self.lookups)


def grant_needs(grant: Granted, entity: str, manifest: Manifest) -> frozenset[str]:
    reads = said_needs(said_by_grant("", grant, entity, manifest), manifest) | lookup_needs(grant.lookups, manifest)
    if grant.field is not None:
        reads |= {path(entity, "field", grant.field, "exists")}
    return reads | {path(entity, "exists")}
