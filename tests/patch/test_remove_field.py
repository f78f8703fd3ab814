from typing import Any

import pytest

from shared.patch import Manifest, apply, fingerprint, inverse, risk, undo, validate


def remove(field: str, entity: str = "Customer") -> dict[str, Any]:
    return {"op": "remove_field", "entity": entity, "field": field}


def test_a_removed_field_is_hidden_and_kept(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(remove("address"))
    after = apply(patch, shop)
    customer = after.visible_entities["Customer"]
    assert "address" not in customer.visible_fields
    (entry,) = (one for one in customer.fields if one.name == "address")
    assert entry.removed
    assert not entry.definition.required
    assert all("address" not in str(page) for page in customer.pages)
    assert risk(patch, shop) == "L2"


def test_the_inverse_puts_it_back_where_it_was_on_every_page(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(remove("phone"), remove("address"))
    assert fingerprint(undo(inverse(patch, shop), apply(patch, shop))) == fingerprint(shop)


@pytest.mark.parametrize(
    ("field", "entity", "code"),
    [
        ("tax", "Order", "field_in_use"),
        ("items", "Order", "field_in_use"),
        ("status", "Order", "field_in_use"),
        ("customer", "Order", "field_in_use"),
        ("name", "Customer", "field_in_use"),
        ("id", "Customer", "system_field"),
        ("adress", "Customer", "field_unknown"),
    ],
)
def test_what_others_need_stays(field: str, entity: str, code: str, shop: Manifest, patch_of: Any) -> None:
    (problem,) = validate(patch_of(remove(field, entity)), shop)
    assert (problem.code, problem.pointer) == (code, "/operations/0/field")
