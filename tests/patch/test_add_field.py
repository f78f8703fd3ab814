from typing import Any

import pytest

from shared.patch import Manifest, Refusal, acknowledgements, apply, fingerprint, risk, validate
from shared.patch.manifest import FormPage, ListPage

TIER: dict[str, Any] = {
    "type": "enum",
    "name": "loyaltyTier",
    "options": [{"value": "bronze"}, {"value": "silver"}, {"value": "gold"}],
    "default": "bronze",
}


def add(field: dict[str, Any], entity: str = "Customer", **more: Any) -> dict[str, Any]:
    return {"op": "add_field", "entity": entity, "field": field, **more}


def test_a_field_gets_a_key_of_its_module_and_a_place_on_the_form(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(add(TIER, after="phone", list=True)), shop)
    customer = after.visible_entities["Customer"]
    assert customer.visible_fields["loyaltyTier"].key == "loyalty/field/Customer.loyaltyTier"
    assert FormPage(fields=("name", "phone", "loyaltyTier", "address", "status", "employees", "vip")) in customer.pages
    assert ListPage(columns=("name", "status", "loyaltyTier"), sort="name") in customer.pages


def test_the_sentence_of_the_demo_is_expressible(shop: Manifest, patch_of: Any) -> None:
    note = {"type": "long_text", "name": "deliveryNote"}
    message = {"en": "Orders over 10000 need a delivery note.", "zh": "超过 10000 的订单需要送货说明。"}
    rule = {"name": "large_orders", "expression": "total <= 10000 || deliveryNote != null", "message": message}
    patch = patch_of(add(TIER), add(note, "Order"), {"op": "add_rule", "entity": "Order", "rule": rule})
    assert validate(patch, shop) == []
    assert risk(patch, shop) == "L2"
    assert acknowledgements(patch, shop) == ("/operations/2",)


def test_a_required_field_without_a_default_asks_for_confirmation(shop: Manifest, patch_of: Any) -> None:
    demanding = patch_of(add({"type": "text", "name": "taxNumber", "required": True}))
    assert acknowledgements(demanding, shop) == ("/operations/0",)
    assert risk(patch_of(add({**TIER, "required": True})), shop) == "L1"


@pytest.mark.parametrize(
    ("operation", "code", "pointer", "suggestion"),
    [
        (add(TIER, "Custmer"), "entity_unknown", "/entity", "Customer"),
        (add({"type": "text", "name": "phone"}), "field_taken", "/field/name", None),
        (add({"type": "text", "name": "Phone"}), "field_taken", "/field/name", None),
        (add({"type": "text", "name": "createdAt"}), "system_field", "/field/name", None),
        (add({"type": "text", "name": "today"}), "name_reserved", "/field/name", "todayValue"),
        (add(TIER, after="phon"), "field_unknown", "/after", "phone"),
        (add({"type": "ref", "name": "partner", "target": "Customr"}), "entity_unknown", "/field/target", "Customer"),
        (add({**TIER, "default": "bronz"}), "option_unknown", "/field/default", "bronze"),
        (add({"type": "integer", "name": "age", "min": 5, "max": 2}), "bounds_crossed", "/field/min", None),
        (add({"type": "money", "name": "fee", "default": "1.005"}), "default_misfit", "/field/default", None),
        (add({"type": "long_text", "name": "story", "unique": True}), "unique_impossible", "/field/unique", None),
        (
            add({"type": "text", "name": "code", "unique": True, "default": "x"}),
            "unique_default",
            "/field/default",
            None,
        ),
        (
            add({"type": "integer", "name": "double", "computed": "employes * 2"}),
            "field_unknown",
            "/field",
            "employees",
        ),
        (add({"type": "integer", "name": "double", "computed": "double * 2"}), "computed_cycle", "/field", None),
    ],
)
def test_what_cannot_be_added_is_refused_at_its_place(
    operation: Any, code: str, pointer: str, suggestion: str | None, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(operation), shop)
    assert (problem.code, problem.pointer) == (code, f"/operations/0{pointer}")
    assert problem.suggestion == suggestion


def test_a_field_that_comes_back_keeps_its_key_and_its_place(shop: Manifest, patch_of: Any) -> None:
    removed = {"op": "remove_field", "entity": "Customer", "field": "loyaltyTier"}
    once = apply(patch_of(add(TIER)), shop)
    again = apply(patch_of(add(TIER), removed, add(TIER)), shop)
    assert fingerprint(again) == fingerprint(once)


def test_a_field_comes_back_only_as_something_its_column_can_hold(shop: Manifest, patch_of: Any) -> None:
    removed = {"op": "remove_field", "entity": "Customer", "field": "loyaltyTier"}
    other = {"type": "date", "name": "loyaltyTier"}
    with pytest.raises(Refusal) as refused:
        apply(patch_of(add(TIER), removed, add(other)), shop)
    assert refused.value.code == "type_incompatible"
    widened = {"type": "text", "name": "loyaltyTier"}
    assert validate(patch_of(add(TIER), removed, add(widened)), shop) == []
