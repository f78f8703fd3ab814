"""Fingerprints: by which two services know that they speak of the same thing."""

from typing import Any

from shared.patch.canonical import digest, document
from shared.patch.field_entry import FieldEntry
from shared.patch.manifest import Entity, Manifest
from shared.patch.patch import Patch


def content_hash(patch: Patch) -> str:
    """`sha256:…` over everything that the patch says."""
    return patch.content_hash


def fingerprint(manifest: Manifest) -> str:
    """`sha256:…` over what people see of the manifest."""
    return digest(visible(manifest))


def visible(manifest: Manifest) -> dict[str, Any]:
    """The plain form of the manifest without removed parts."""
    entities = [shown(entity) for entity in manifest.visible_entities.values()]
    menus = [menu for menu in manifest.menus if menu.entity in manifest.visible_entities and not menu.hidden]
    parts = {"crm_version": manifest.crm_version, "roles": manifest.roles, "entities": entities, "menus": menus}
    return document(parts)


def shown(entity: Entity) -> Entity:
    """The entity without removed parts."""
    fields = entity.visible_fields
    return entity.having(
        fields=tuple(_columned(entry) for entry in fields.values()),
        rules=entity.visible_rules,
        triggers=entity.visible_triggers,
        indexes=entity.visible_indexes,
        seeds=entity.visible_seeds,
        grants=tuple(
            one for one in entity.grants if not one.removed and (one.grant.field is None or one.grant.field in fields)
        ),
    )


def _columned(entry: FieldEntry) -> FieldEntry:
    """Columns that are called as they were made say no more than the definition does."""
    own = tuple(one for one in entry.columns if not one.removed and one.key != f"{entry.key}.{one.definition.name}")
    return entry.having(columns=own) if entry.columns else entry
