from typing import Any

import pytest

from shared.patch import Manifest, apply, conflicts, explain, inverse, risk, semver, undo, validate
from shared.patch.fields import MoneyField


def rename(entity: str, field: str, to: str, **rest: Any) -> dict[str, Any]:
    return {"op": "rename_field", "entity": entity, "field": field, "to": to, **rest}


def _computed(manifest: Manifest, name: str) -> str | None:
    definition = manifest.visible_entities["Order"].visible_fields[name].definition
    assert isinstance(definition, MoneyField)
    return definition.computed


def test_pages_and_computed_values_follow_and_the_key_stays(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(rename("Order", "tax", "vat"), rename("Order", "orderNumber", "number"))
    after = apply(patch, shop)
    order = after.visible_entities["Order"]
    assert order.visible_fields["vat"].key == "crm/field/Order.tax"
    assert _computed(after, "total") == "items.sum(i, i.amount) + vat"
    assert order.title == "number"
    assert "orderNumber" not in str(order.pages)
    assert (risk(patch, shop), semver(patch, shop)) == ("L2", "major")


def test_a_column_is_renamed_within_its_lines(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(rename("Order", "amount", "lineTotal", lines="items")), shop)
    assert _computed(after, "total") == "items.sum(i, i.lineTotal) + tax"
    assert [one.key for one in after.visible_entities["Order"].visible_fields["items"].line_columns][-1] == (
        "crm/field/Order.items.amount"
    )


@pytest.mark.parametrize(
    "operations",
    [
        [rename("Order", "tax", "vat"), rename("Order", "vat", "duty")],
        [rename("Order", "amount", "worth", lines="items"), rename("Order", "items", "rows")],
        [rename("Customer", "phone", "Phone")],
        [{"op": "rename_entity", "entity": "Order", "to": "Sale"}, rename("Sale", "quantity", "count", lines="items")],
    ],
)
def test_the_inverse_gives_the_manifest_to_the_letter(
    operations: list[dict[str, Any]], shop: Manifest, patch_of: Any
) -> None:
    patch = patch_of(*operations)
    assert apply(patch, shop) != shop
    assert undo(inverse(patch, shop), apply(patch, shop)) == shop


@pytest.mark.parametrize(
    ("operation", "code", "pointer", "suggestion"),
    [
        (rename("Order", "taxx", "vat"), "field_unknown", "/field", "tax"),
        (rename("Order", "id", "number"), "system_field", "/field", None),
        (rename("Order", "tax", "createdAt"), "system_field", "/to", None),
        (rename("Order", "tax", "Total"), "field_taken", "/to", None),
        (rename("Order", "tax", "tax"), "name_unchanged", "/to", None),
        (rename("Order", "tax", "this"), "name_reserved", "/to", "thisValue"),
        (rename("Order", "tax", "i"), "expression_variable", "/to", None),
        (rename("Order", "amount", "quantity", lines="items"), "field_taken", "/to", None),
        (rename("Order", "quantty", "count", lines="items"), "field_unknown", "/field", "quantity"),
        (rename("Order", "quantity", "count", lines="tax"), "not_lines", "/lines", None),
        (rename("Ordr", "tax", "vat"), "entity_unknown", "/entity", "Order"),
    ],
)
def test_a_name_that_leads_nowhere_or_is_not_free_is_refused(
    operation: Any, code: str, pointer: str, suggestion: str | None, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(operation), shop)
    assert (problem.code, problem.pointer, problem.suggestion) == (code, f"/operations/0{pointer}", suggestion)


def test_whoever_says_the_former_name_is_told_the_new_one(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(rename("Order", "tax", "vat"), rename("Order", "product", "good", lines="items")), shop)
    (problem,) = validate(patch_of(rename("Order", "tax", "duty")), after)
    assert (problem.code, problem.suggestion) == ("field_unknown", "vat")
    (problem,) = validate(patch_of(rename("Order", "product", "item", lines="items")), after)
    assert (problem.code, problem.suggestion) == ("field_unknown", "good")


def test_a_renaming_meets_whoever_says_either_name(shop: Manifest, patch_of: Any) -> None:
    def meeting(operation: dict[str, Any]) -> list[str]:
        return conflicts(patch_of(rename("Order", "tax", "vat")), patch_of(operation, module="other"), shop)

    assert meeting({"op": "add_field", "entity": "Order", "field": {"type": "money", "name": "vat"}})
    assert meeting(rename("Order", "tax", "duty"))
    assert meeting({"op": "set_page", "entity": "Order", "place": [{"field": "tax"}]})
    assert not meeting({"op": "set_page", "entity": "Order", "place": [{"field": "notes"}]})
    assert not meeting(rename("Order", "notes", "remarks"))


def test_both_names_are_told(shop: Manifest, patch_of: Any) -> None:
    (told,) = explain(patch_of(rename("Customer", "address", "street")), shop)
    assert "the field “Address” of Customer from `address` to `street`" in told["en"]
    assert "“客户”的字段“地址”由 `address` 改名为 `street`" in told["zh"]
    (told,) = explain(patch_of(rename("Order", "amount", "worth", lines="items")), shop)
    assert "the lines “items” of Order" in told["en"]


def test_a_renaming_meets_whoever_uses_the_name_as_a_variable(shop: Manifest, patch_of: Any) -> None:
    text = {"en": "No.", "zh": "不行。"}
    rule = {"name": "r", "expression": "items.all(row, row.quantity > 0)", "message": text}
    ruled = patch_of({"op": "add_rule", "entity": "Order", "rule": rule}, module="other")
    assert conflicts(patch_of(rename("Order", "tax", "row")), ruled, shop) == ["order/field/row/exists"]
    assert conflicts(patch_of(rename("Order", "tax", "vat")), ruled, shop) == []
