"""What is different between two manifests or two patches, by meaning: parts are told apart by key, not by position."""

from typing import Any, Literal, TypedDict

from shared.patch.canonical import document
from shared.patch.identity import visible
from shared.patch.manifest import Manifest
from shared.patch.patch import Patch


class Difference(TypedDict):
    kind: Literal["added", "removed", "changed"]
    key: str
    before: Any
    after: Any


def diff(a: Manifest | Patch, b: Manifest | Patch) -> list[Difference]:
    """What must be added, removed and changed to get from `a` to `b`, sorted by key. Both of one sort."""
    before = _patch_parts(a) if isinstance(a, Patch) else _manifest_parts(a)
    after = _patch_parts(b) if isinstance(b, Patch) else _manifest_parts(b)
    found: list[Difference] = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old != new:
            kind = "added" if key not in before else "removed" if key not in after else "changed"
            found.append(Difference(kind=kind, key=key, before=old, after=new))
    return found


def _manifest_parts(manifest: Manifest) -> dict[str, Any]:
    plain = visible(manifest)
    parts: dict[str, Any] = {"crm_version": plain["crm_version"], "roles": plain["roles"]}
    for entity in plain["entities"]:
        for kind, inner in (("fields", "definition"), ("rules", "rule"), ("grants", "grant")):
            parts |= {one["key"]: one[inner] for one in entity.pop(kind, [])}
        parts |= {f"{entity['key']}/page/{page['kind']}": page for page in entity.pop("pages", [])}
        if "machine" in entity:
            parts[f"{entity['key']}/machine"] = entity.pop("machine")
        parts[entity["key"]] = entity
    return parts | {menu["key"]: menu for menu in plain["menus"]}


def _patch_parts(patch: Patch) -> dict[str, Any]:
    plain: dict[str, Any] = document(patch)
    parts = {f"module/{name}": value for name, value in plain["module"].items()}
    for operation in plain["operations"]:
        key = "/".join(("operation", operation["op"], operation["entity"], *_target(operation)))
        twin = 2
        while key in parts:
            key, twin = f"{key.rsplit('#', 1)[0]}#{twin}", twin + 1
        parts[key] = operation
    parts |= {f"scenario/{one['name']}": one for one in plain.get("scenarios", [])}
    return parts | {f"amends/{one['scenario']}": one for one in plain.get("amends", [])}


def _target(operation: dict[str, Any]) -> list[str]:
    """What of the entity an operation is about."""
    match operation:
        case {"field": {"name": str(name)}} | {"rule": {"name": str(name)}} | {"page": {"kind": str(name)}}:
            return [name]
        case {"role": str(role), **rest}:
            return [role, *([str(rest["field"])] if "field" in rest else [])]
        case {"field": str(name)}:
            return [name]
        case _:
            return []
