"""JSON Schema (2020-12) of the patch document, made from the models: what editors and other programs check against."""

from typing import Any

from shared.patch.canonical import TAGS
from shared.patch.patch import Patch


def patch_schema() -> dict[str, Any]:
    """The schema of the whole document."""
    schema = Patch.model_json_schema()
    for model in schema["$defs"].values():
        _demand_tags(model)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _demand_tags(model: dict[str, Any]) -> None:
    """Without its tag nobody can tell what a part is."""
    tags = [name for name in model.get("properties", {}) if name in TAGS and "const" in model["properties"][name]]
    if tags:
        model["required"] = sorted({*model.get("required", []), *tags})
