from typing import Any, ClassVar, Literal

from shared.patch.definition import refuse_senseless
from shared.patch.fields import Field, LinesField
from shared.patch.finding import find_entity, find_field, new_entry, refuse_field_targets
from shared.patch.footprint import Footprint, path
from shared.patch.keys import field_key
from shared.patch.manifest import Entity, FieldEntry, Manifest
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, described, entity_label, label
from shared.patch.operations.reading import reads_of
from shared.patch.pages import placed_on_form, placed_on_list
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import HideEntry, PutEntry, PutPages, Step
from shared.patch.widening import refuse_incompatible


class AddField(Closed):
    """Add a field to an entity and put it on the entity's form.

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
    # On the form behind this field; at the end when it is not named or not on the form.
    after: Identifier | None = None
    # On the list page, too.
    list: bool = False

    def apply(self, manifest: Manifest, module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        returning = new_entry(entity, module, self.field.name, "/field/name")
        refuse_senseless(self.field, "/field")
        refuse_field_targets(manifest, self.field, "/field")
        if self.after is not None:
            find_field(entity, self.after, "/after")
        entry = FieldEntry(key=field_key(module, entity.name, self.field.name), definition=self.field)
        if returning is None:
            entity = entity.having(fields=(*entity.fields, entry))
        else:
            refuse_incompatible(returning.definition, self.field, "/field")
            fields = tuple(entry if one.key == entry.key else one for one in entity.fields)
            entity = entity.having(fields=fields)
        return accepted(manifest, self._placed(entity), "/field")

    def inverse(self, before: Manifest, module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        key = field_key(module, entity.name, self.field.name)
        returning = next((entry for entry in entity.fields if entry.key == key), None)
        hidden = HideEntry(entity.key, key) if returning is None else PutEntry(entity.key, returning)
        return (PutPages(entity.key, entity.pages), hidden)

    def footprint(self, manifest: Manifest) -> Footprint:
        reads = {path(self.entity, "exists")} | reads_of(self.entity, self.field, manifest)
        if self.after is not None:
            reads.add(path(self.entity, "field", self.after, "exists"))
        touches = {path(self.entity, "page", page) for page in (("form", "list") if self.list else ("form",))}
        writes = frozenset((path(self.entity, "field", self.field.name),))
        return Footprint(frozenset(reads), writes, frozenset(touches))

    def risk(self, _manifest: Manifest) -> Risk:
        return "L2" if self._demands() else "L1"

    def semver(self, _manifest: Manifest) -> Semver:
        return "major" if self._demands() else "patch"

    def explain(self, manifest: Manifest) -> Sentence:
        (entity_en, entity_zh), (en, zh) = entity_label(manifest, self.entity), label(self.field.label, self.field.name)
        type_en, type_zh = described(self.field)
        warn_en = " Records that exist have no value for it and must be given one when they are next saved."
        warn_zh = "已有记录没有该值，下次保存时必须填写。"
        return Sentence(
            f"Adds the field “{en}” ({type_en}) to {entity_en}." + (warn_en if self._demands() else ""),
            f"在“{entity_zh}”上添加字段“{zh}”（{type_zh}）。" + (warn_zh if self._demands() else ""),
        )

    def _demands(self) -> bool:
        """Records that exist would lack it."""
        given = isinstance(self.field, LinesField) or self.field.type == "sequence"
        return self.field.required and not given and getattr(self.field, "default", None) is None

    def _placed(self, entity: Entity) -> Entity:
        entity = placed_on_form(entity, self.field.name, self.after)
        return placed_on_list(entity, self.field.name) if self.list else entity
