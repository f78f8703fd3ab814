from typing import Any, ClassVar, Literal

from shared.patch.errors import Refusal
from shared.patch.finding import find_entity, refuse_taken
from shared.patch.footprint import Footprint, path
from shared.patch.integrity.indexes import index_problems
from shared.patch.keys import index_key
from shared.patch.manifest import Index, IndexEntry, Manifest
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, entity_label, field_label
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import HideEntry, PutEntry, Step


class AddIndex(Closed):
    """Make the records of an entity quick to find by up to four fields, in this order.

    A lookup may then ask by the first of them. `unique` allows each combination of values only once, as long as none
    of them is missing; records that exist may break that, so it asks for a person's confirmation.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "add_index",
        "entity": "Order",
        "index": {"name": "by_customer_and_date", "fields": ["customer", "orderDate"]},
    }

    op: Literal["add_index"] = "add_index"
    entity: Identifier
    index: Index

    def apply(self, manifest: Manifest, module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        names = (entry.index.name for entry in entity.visible_indexes)
        refuse_taken(self.index.name, names, "index_taken", "/index/name", entity.name)
        entry = IndexEntry(key=index_key(module, entity.name, self.index.name), index=self.index)
        for other in manifest.entities:
            if other.key != entity.key and any(one.key == entry.key for one in other.indexes):
                params = {"name": self.index.name, "other": self.index.name, "entity": other.name}
                raise Refusal("former_name", "/index/name", params)
        others = tuple(one for one in entity.indexes if one.key != entry.key)
        entity = entity.having(indexes=(*others, entry))
        problems = [one.under("/index") for one in index_problems(self.index, entity)]
        if problems:
            raise Refusal.of(problems)
        return accepted(manifest, entity, "/index")

    def inverse(self, before: Manifest, module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        key = index_key(module, entity.name, self.index.name)
        returning = next((entry for entry in entity.indexes if entry.key == key), None)
        return (HideEntry(entity.key, key) if returning is None else PutEntry(entity.key, returning),)

    def footprint(self, _manifest: Manifest) -> Footprint:
        fields = (path(self.entity, "field", name, "type") for name in self.index.fields)
        # No two indexes are over the same fields.
        indexed = path(self.entity, "indexed", ",".join(self.index.fields))
        writes = frozenset((path(self.entity, "index", self.index.name), indexed))
        touches = frozenset((path(self.entity, "uniqueness"),) if self.index.unique else ())
        return Footprint(frozenset((path(self.entity, "exists"), *fields)), writes, touches)

    def risk(self, _manifest: Manifest) -> Risk:
        return "L2" if self.index.unique else "L1"

    def semver(self, _manifest: Manifest) -> Semver:
        return "minor" if self.index.unique else "patch"

    def explain(self, manifest: Manifest) -> Sentence:
        entity = entity_label(manifest, self.entity)
        fields = [field_label(manifest, self.entity, name) for name in self.index.fields]
        en, zh = ", ".join(one[0] for one in fields), "、".join(one[1] for one in fields)
        if self.index.unique:
            return Sentence(
                f"Allows each combination of {en} only once among the records of {entity[0]}.",
                f"“{entity[1]}”的记录中，{zh}的组合不得重复。",
            )
        return Sentence(f"Makes {entity[0]} quick to find by {en}.", f"为“{entity[1]}”建立索引：{zh}。")
