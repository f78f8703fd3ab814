"""What needs a person's confirmation, and how a release with it counts: what narrows, hides, opens or writes over."""

from typing import Any

import pytest

from shared.patch import Manifest, apply, risk, semver
from tests.patch.conftest import PatchOf

TEXT = {"en": "Text", "zh": "文本"}
KEPT = {
    "op": "change_field",
    "entity": "Customer",
    "field": "phone",
    "changes": {"hidden": True, "read_only": True},
}


def change(entity: str, field: str, **changes: Any) -> dict[str, Any]:
    return {"op": "change_field", "entity": entity, "field": field, "changes": changes}


def sets(field: str) -> dict[str, Any]:
    trigger = {"name": "t", "on": ["update"], "actions": [{"action": "set", "values": {field: "'x'"}}]}
    return {"op": "add_trigger", "entity": "Customer", "trigger": trigger}


def form(*fields: str) -> dict[str, Any]:
    return {"op": "set_page", "entity": "Customer", "page": {"kind": "form", "fields": fields}}


FORM = ("name", "phone", "address", "status", "employees", "vip", "own")


@pytest.mark.parametrize(
    ("operation", "classes"),
    [
        (change("Customer", "phone", hidden=False), ("L2", "minor")),
        (change("Customer", "phone", read_only=False), ("L2", "minor")),
        (change("Customer", "phone", max_length=300), ("L1", "patch")),
        (form(*FORM), ("L1", "patch")),
        (form(*FORM, "email"), ("L1", "patch")),
        (form(*FORM[1:]), ("L2", "minor")),
        ({"op": "set_menu", "menu": "customers", "entity": "Order"}, ("L2", "minor")),
        ({"op": "set_menu", "menu": "customers", "label": TEXT}, ("L1", "patch")),
        ({"op": "set_menu", "menu": "more", "entity": "Order"}, ("L1", "patch")),
        # Whoever wrote the field relied on nobody else doing so.
        (sets("phone"), ("L2", "minor")),
        (sets("own"), ("L1", "patch")),
        ({"op": "seed", "entity": "Customer", "rows": [{"name": "a", "values": {"name": "A"}}]}, ("L2", "patch")),
        ({"op": "seed", "entity": "Own", "rows": [{"name": "a", "values": {"name": "A"}}]}, ("L1", "patch")),
        (
            {"op": "grant", "entity": "Customer", "role": "sales", "allow": ["view"], "field": "email"},
            ("L2", "major"),
        ),
        ({"op": "grant", "entity": "Customer", "role": "sales", "allow": ["view"], "field": "own"}, ("L2", "minor")),
        ({"op": "grant", "entity": "Customer", "role": "manager", "allow": ["edit"]}, ("L2", "minor")),
    ],
)
def test_what_takes_gives_or_writes_over_is_told_apart(
    operation: dict[str, Any], classes: tuple[str, str], shop: Manifest, patch_of: PatchOf
) -> None:
    field = {"type": "text", "name": "own", "read_only": True}
    own = {"op": "add_entity", "entity": "Own", "label": TEXT, "fields": [{"type": "text", "name": "name"}]}
    manifest = apply(patch_of(KEPT, {"op": "add_field", "entity": "Customer", "field": field}, own), shop)
    patch = patch_of(operation)
    assert (risk(patch, manifest), semver(patch, manifest)) == classes
