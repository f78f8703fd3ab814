from typing import Any

import pytest

from shared.patch import Manifest, apply, risk, semver, validate
from shared.patch.fields import DecimalField


def change(field: str, changes: dict[str, Any], entity: str = "Customer") -> dict[str, Any]:
    return {"op": "change_field", "entity": entity, "field": field, "changes": changes}


def test_only_what_is_named_becomes_different(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(change("phone", {"required": True, "max_length": 40})), shop)
    phone = after.visible_entities["Customer"].visible_fields["phone"]
    assert phone.key == "crm/field/Customer.phone"
    assert phone.definition.required
    assert phone.definition.model_dump()["max_length"] == 40
    assert phone.definition.model_dump()["min_length"] == 0


def test_null_takes_a_bound_away(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(change("tax", {"default": None}, "Order")), shop)
    assert after.visible_entities["Order"].visible_fields["tax"].definition.model_dump()["default"] is None


def test_a_whole_number_becomes_a_decimal_with_room_for_every_value(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(change("employees", {"type": "decimal"})), shop)
    definition = after.visible_entities["Customer"].visible_fields["employees"].definition
    assert isinstance(definition, DecimalField)
    assert definition.precision - definition.scale == 16
    assert (definition.min, definition.max) == (0, 100000)


@pytest.mark.parametrize(
    ("changes", "expected", "release"),
    [
        ({"label": {"en": "Telephone", "zh": "电话"}}, "L1", "patch"),
        ({"max_length": 40}, "L1", "patch"),
        ({"required": False}, "L1", "patch"),
        ({"max_length": 20}, "L2", "minor"),
        ({"hidden": True}, "L2", "minor"),
        ({"unique": True}, "L2", "minor"),
        ({"required": True}, "L2", "major"),
        ({"type": "long_text"}, "L2", "major"),
    ],
)
def test_what_narrows_asks_for_confirmation(
    changes: Any, expected: str, release: str, shop: Manifest, patch_of: Any
) -> None:
    patch = patch_of(change("phone", changes))
    assert validate(patch, shop) == []
    assert risk(patch, shop) == expected
    assert semver(patch, shop) == release


@pytest.mark.parametrize(
    ("operation", "code", "pointer"),
    [
        (change("phone", {"type": "integer"}), "type_incompatible", "/changes/type"),
        (change("phone", {"scale": 2}), "attribute_unknown", "/changes/scale"),
        (change("employees", {"default": "many"}), "wrong_type", "/changes/default"),
        (change("employees", {"min": 200000}), "bounds_crossed", "/changes/min"),
        (change("employees", {"type": "decimal", "precision": 8}), "precision_narrowed", "/changes/precision"),
        (change("phon", {"required": True}), "field_unknown", "/field"),
        (change("id", {"hidden": True}), "system_field", "/field"),
        (change("status", {"type": "text"}, "Order"), "machine_field", "/changes"),
    ],
)
def test_what_cannot_change_is_refused_at_its_place(
    operation: Any, code: str, pointer: str, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(operation), shop)
    assert (problem.code, problem.pointer) == (code, f"/operations/0{pointer}")


def test_touching_a_system_field_is_never_a_matter_of_confirmation(shop: Manifest, patch_of: Any) -> None:
    assert risk(patch_of(change("createdAt", {"hidden": True})), shop) == "L3"
