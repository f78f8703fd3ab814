"""The base manifest, read from the files in `manifest/`. They say what a person would; the keys are added here."""

from functools import cache
from typing import Any

from shared.crm.files import read_yaml
from shared.patch import keys
from shared.patch.manifest import Manifest

CRM_VERSION = "1.0"


@cache
def base_manifest() -> Manifest:
    """The CRM as it is before any module is published."""
    whole = read_yaml("manifest/crm.yaml")
    return Manifest.model_validate(
        {
            "crm_version": CRM_VERSION,
            "roles": whole["roles"],
            "entities": [_entity(read_yaml(f"manifest/{name}.yaml")) for name in whole["entities"]],
            "menus": [{"key": keys.menu_key(keys.BASE_MODULE, menu["name"]), **menu} for menu in whole["menus"]],
        }
    )


def _entity(document: dict[str, Any]) -> dict[str, Any]:
    module, name = keys.BASE_MODULE, document["name"]
    return document | {
        "key": keys.entity_key(module, name),
        "fields": [
            {"key": keys.field_key(module, name, field["name"]), "definition": field} for field in document["fields"]
        ],
        "grants": [
            {"key": keys.grant_key(module, name, grant["role"]), "grant": grant} for grant in document["grants"]
        ],
    }
