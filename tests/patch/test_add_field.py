from typing import Any

import pytest

from shared.patch import (
    Manifest,
    Refusal,
    acknowledgements,
    apply,
    conflicts,
    explain,
    fingerprint,
    inverse,
    risk,
    undo,
    validate,
)
from shared.patch.field_entry import FieldEntry
from shared.patch.fields import LinesField
from shared.patch.finding import FIELDS_MAX
from shared.patch.integrity import check_manifest
from shared.patch.page import FormPage, ListPage
from shared.patch.physical import column_name, cut

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
            "/field/computed",
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


def test_everything_that_is_wrong_is_told_at_once(shop: Manifest, patch_of: Any) -> None:
    field = {"type": "ref_any", "name": "phone", "targets": ["Customr", "Order", "Order"], "unique": False}
    found = validate(patch_of(add(field, after="phon")), shop)
    assert [(one.code, one.pointer) for one in found] == [
        ("field_taken", "/operations/0/field/name"),
        ("listed_twice", "/operations/0/field/targets/2"),
        ("entity_unknown", "/operations/0/field/targets/0"),
        ("field_unknown", "/operations/0/after"),
    ]


@pytest.mark.parametrize(
    "field",
    [
        {"type": "multi_enum", "name": "more", "options": [{"value": "a"}, {"value": "b"}], "default": ["a"]},
        {"type": "time", "name": "more", "default": "09:00:00"},
        {"type": "duration", "name": "more", "max": "P1D"},
        {"type": "file", "name": "more", "accept": ["image/*"]},
        {"type": "json", "name": "more"},
        {"type": "many_to_many", "name": "more", "target": "Order"},
        {"type": "ref_any", "name": "more", "targets": ["Order", "Customer"]},
        {"type": "lines", "name": "more", "fields": [{"type": "time", "name": "at"}]},
    ],
    ids=lambda one: one["type"],
)
def test_a_field_of_any_type_is_added_told_and_taken_back(field: Any, shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(add(field))
    after = apply(patch, shop)
    assert after.visible_entities["Customer"].visible_fields["more"].definition.type == field["type"]
    assert "“more” (" in explain(patch, shop)[0]["en"]
    gone = undo(inverse(patch, shop), after)
    assert fingerprint(gone) == fingerprint(shop)
    assert fingerprint(apply(patch, gone)) == fingerprint(after)


def test_an_entity_has_no_room_for_more_than_its_limit(shop: Manifest, patch_of: Any) -> None:
    many = [add({"type": "text", "name": f"field{number}"}) for number in range(FIELDS_MAX - 7)]
    full = apply(patch_of(*many), shop)
    (problem,) = validate(patch_of(add(TIER), module="other"), full)
    assert (problem.code, problem.params["limit"]) == ("too_many_fields", FIELDS_MAX)


def test_a_name_that_is_still_the_key_of_another_field_is_refused(shop: Manifest, patch_of: Any) -> None:
    renamed = {"op": "rename_field", "entity": "Customer", "field": "loyaltyTier", "to": "tier"}
    after = apply(patch_of(add(TIER), renamed), shop)
    (problem,) = validate(patch_of(add(TIER)), after)
    assert (problem.code, problem.params["other"]) == ("former_name", "tier")
    assert validate(patch_of(add(TIER), module="other"), after) == []


def test_two_fields_never_share_a_physical_name(shop: Manifest, patch_of: Any) -> None:
    module, long = "m" * 14, "x" * 48
    twin = cut(f"{module}__{long}").removeprefix(f"{module}__")
    # The one collision that can be made on purpose: a name that spells how PostgreSQL would keep a longer one.
    entity, keys = "crm/entity/Customer", [f"{module}/field/Customer.{name}" for name in (long, twin)]
    assert column_name(entity, keys[0]) == column_name(entity, keys[1])
    both = patch_of(*(add({"type": "text", "name": name}) for name in (long, twin)), module=module)
    (problem,) = validate(both, shop)
    assert (problem.code, problem.pointer) == ("physical_name_taken", "/operations/1/field/name")


def test_a_renamed_entity_does_not_lend_its_old_keys(shop: Manifest, patch_of: Any) -> None:
    renamed = {"op": "rename_entity", "entity": "Customer", "to": "Client"}
    after = apply(patch_of(add(TIER), renamed), shop)
    found = validate(patch_of(add(TIER, "Client")), after)
    assert [one.code for one in found] == ["field_taken", "physical_name_taken"]
    hidden = apply(patch_of({"op": "remove_field", "entity": "Client", "field": "loyaltyTier"}), after)
    (problem,) = validate(patch_of(add(TIER, "Client")), hidden)
    assert problem.code == "physical_name_taken"


def column(field: dict[str, Any], **more: Any) -> dict[str, Any]:
    return add(field, "Order", lines="items", **more)


DISCOUNT: dict[str, Any] = {"type": "decimal", "name": "discount", "min": 0, "max": 1, "default": 0}


def items(manifest: Manifest) -> FieldEntry:
    return manifest.visible_entities["Order"].visible_fields["items"]


def columns(manifest: Manifest) -> list[str]:
    definition = items(manifest).definition
    assert isinstance(definition, LinesField)
    return [one.name for one in definition.fields]


def test_a_column_gets_a_key_of_its_module_and_its_place_among_the_others(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(column(DISCOUNT, after="quantity"))
    after = apply(patch, shop)
    assert columns(after) == ["product", "quantity", "discount", "unitPrice", "amount"]
    keys = [one.key for one in items(after).line_columns]
    assert keys[1:3] == ["crm/field/Order.items.quantity", "loyalty/field/Order.items.discount"]
    assert risk(patch, shop) == "L1"
    assert risk(patch_of(column({"type": "text", "name": "batch", "required": True})), shop) == "L2"
    gone = undo(inverse(patch, shop), after)
    assert fingerprint(gone) == fingerprint(shop)
    assert fingerprint(apply(patch, gone)) == fingerprint(after)
    assert (
        explain(patch, shop)[0]["en"]
        == "Adds the field “discount” (decimal number; default 0) to the lines “items” of Order."
    )


def test_a_column_may_be_computed_from_the_others_of_its_line(shop: Manifest, patch_of: Any) -> None:
    net = {"type": "money", "name": "net", "computed": "amount * (1 - discount)"}
    assert validate(patch_of(column(DISCOUNT), column(net)), shop) == []
    (problem,) = validate(patch_of(column(net)), shop)
    assert (problem.code, problem.suggestion) == ("field_unknown", None)


@pytest.mark.parametrize(
    ("operation", "code", "pointer", "suggestion"),
    [
        (column({"type": "text", "name": "Product"}), "field_taken", "/field/name", None),
        (column({"type": "text", "name": "id"}), "system_field", "/field/name", None),
        (column({"type": "text", "name": "old"}), "name_reserved", "/field/name", "oldValue"),
        (column({"type": "long_text", "name": "note"}), "column_type", "/field/type", None),
        (column({**DISCOUNT, "default": 2}), "default_misfit", "/field/default", None),
        (column({"type": "text", "name": "code", "unique": True}), "unique_in_lines", "/field/unique", None),
        (column(DISCOUNT, after="quantty"), "field_unknown", "/after", "quantity"),
        (column(DISCOUNT, list=True), "column_not_listed", "/list", None),
        (column({"type": "ref", "name": "for", "target": "Custmer"}), "entity_unknown", "/field/target", "Customer"),
        (add(DISCOUNT, "Order", lines="item"), "field_unknown", "/lines", "items"),
        (add(DISCOUNT, "Order", lines="tax"), "not_lines", "/lines", None),
    ],
)
def test_a_column_that_cannot_be_added_is_refused_at_its_place(
    operation: Any, code: str, pointer: str, suggestion: str | None, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(operation), shop)
    assert (problem.code, problem.pointer) == (code, f"/operations/0{pointer}")
    assert problem.suggestion == suggestion


def test_lines_have_no_room_for_more_than_fifty_columns(shop: Manifest, patch_of: Any) -> None:
    many = [column({"type": "text", "name": f"column{number}"}) for number in range(46)]
    full = apply(patch_of(*many), shop)
    (problem,) = validate(patch_of(column(DISCOUNT)), full)
    assert problem.code == "too_many_columns"


def test_lines_come_back_with_the_columns_whose_values_still_fit(shop: Manifest, patch_of: Any) -> None:
    def rows(*fields: dict[str, Any]) -> dict[str, Any]:
        return add({"type": "lines", "name": "rows", "fields": [*fields]}, "Order")

    name, count = {"type": "text", "name": "name"}, {"type": "integer", "name": "count"}
    removed = {"op": "remove_field", "entity": "Order", "field": "rows"}
    gone = apply(patch_of(rows(name, count), removed), shop)
    back = apply(patch_of(rows({**count, "type": "decimal", "precision": 20}, {"type": "date", "name": "due"})), gone)
    entry = back.visible_entities["Order"].visible_fields["rows"]
    shown = [(one.key.rpartition(".")[2], one.definition.type, one.removed) for one in entry.line_columns]
    assert shown == [("count", "decimal", False), ("due", "date", False), ("name", "text", True)]
    (problem,) = validate(patch_of(rows({**name, "type": "date"})), gone)
    assert (problem.code, problem.pointer) == ("type_incompatible", "/operations/0/field/fields/0/type")


def test_two_modules_may_add_columns_to_one_field_and_not_the_same_one(shop: Manifest, patch_of: Any) -> None:
    one, other = patch_of(column(DISCOUNT), module="a"), patch_of(column({"type": "text", "name": "batch"}), module="b")
    assert conflicts(one, other, shop) == []
    assert conflicts(one, patch_of(column({**DISCOUNT, "name": "Discount"}), module="b"), shop)
    tax = patch_of({"op": "remove_field", "entity": "Order", "field": "notes"}, module="b")
    assert conflicts(one, tax, shop) == []


def test_columns_told_in_two_ways_must_be_the_same(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(column(DISCOUNT)), shop)
    entry, order = items(after), after.visible_entities["Order"]
    assert isinstance(entry.definition, LinesField)
    other = entry.having(definition=entry.definition.having(fields=entry.definition.fields[:4]))
    broken = after.with_entity(order.having(fields=tuple(other if one is entry else one for one in order.fields)))
    assert check_manifest(after) == []
    assert [(one.code, one.pointer) for one in check_manifest(broken)] == [
        ("columns_differ", "/entities/Order/fields/items")
    ]
