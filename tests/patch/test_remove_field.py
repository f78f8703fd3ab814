from typing import Any

import pytest

from shared.patch import Manifest, apply, conflicts, explain, fingerprint, inverse, message, risk, undo, validate
from shared.patch.fields import LinesField
from shared.patch.page import TimelinePage


def remove(field: str, entity: str = "Customer", **more: Any) -> dict[str, Any]:
    return {"op": "remove_field", "entity": entity, "field": field, **more}


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
    ("operation", "code", "pointer"),
    [
        (remove("tax", "Order"), "field_in_use", "/field"),
        (remove("customer", "Order"), "field_in_use", "/field"),
        (remove("name", "Customer"), "field_in_use", "/field"),
        (remove("amount", "Order", lines="items"), "field_in_use", "/field"),
        (remove("id"), "system_field", "/field"),
        (remove("adress"), "field_unknown", "/field"),
        (remove("amont", "Order", lines="items"), "field_unknown", "/field"),
        (remove("amount", "Order", lines="item"), "field_unknown", "/lines"),
        (remove("amount", "Order", lines="tax"), "not_lines", "/lines"),
    ],
)
def test_what_others_need_stays(operation: Any, code: str, pointer: str, shop: Manifest, patch_of: Any) -> None:
    (problem,) = validate(patch_of(operation), shop)
    assert (problem.code, problem.pointer) == (code, f"/operations/0{pointer}")


def users(manifest: Manifest, patch: Any) -> list[tuple[str, str]]:
    found = validate(patch, manifest)
    assert {one.code for one in found} == {"field_in_use"}
    return [(one.params["kind"], one.params["user"]) for one in found]


def test_every_user_is_told_wherever_it_is(shop: Manifest, patch_of: Any) -> None:
    text = {"en": "Too much.", "zh": "太多。"}
    lookup = {"entity": "Order", "by": "customer", "find": "sum", "value": "tax", "where": "status == 'pending'"}
    rules = [
        ("Order", {"name": "large", "expression": "customer.employees > 5 || total < 1", "message": text}),
        (
            "Customer",
            {"name": "small", "expression": "@open < employees", "message": text, "lookups": {"open": lookup}},
        ),
    ]
    manifest = apply(patch_of(*({"op": "add_rule", "entity": one, "rule": rule} for one, rule in rules)), shop)
    assert users(manifest, patch_of(remove("employees"))) == [
        ("the rule", "Customer.small"),
        ("the rule", "Order.large"),
    ]
    assert users(manifest, patch_of(remove("tax", "Order"))) == [
        ("the rule", "Customer.small"),
        ("the field", "Order.total"),
    ]
    assert users(manifest, patch_of(remove("customer", "Order"))) == [
        ("the rule", "Customer.small"),
        ("the rule", "Order.large"),
        ("the timeline page", "Order"),
    ]
    assert users(manifest, patch_of(remove("status", "Order"))) == [
        ("the rule", "Customer.small"),
        ("the state machine", "Order"),
    ]
    assert users(manifest, patch_of(remove("items", "Order"))) == [
        ("the field", "Order.total"),
        ("the state machine", "Order"),
    ]
    told = message("field_in_use", validate(patch_of(remove("employees")), manifest)[0].params)
    assert told["en"] == "Customer.employees is still used by the rule Customer.small; change that first."
    assert told["zh"] == "Customer.employees 仍被规则 Customer.small 使用，请先修改后者。"


def test_rights_to_a_field_go_and_come_back_with_it(shop: Manifest, patch_of: Any) -> None:
    granted = {"op": "grant", "entity": "Customer", "role": "manager", "allow": ["view"], "field": "phone"}
    before = apply(patch_of(granted), shop)
    patch = patch_of(remove("phone"))
    assert fingerprint(undo(inverse(patch, before), apply(patch, before))) == fingerprint(before)


def test_a_timeline_loses_a_detail_but_not_what_it_stands_on(shop: Manifest, patch_of: Any) -> None:
    page = {"kind": "timeline", "parent": "customer", "time": "orderDate", "title": "orderNumber", "details": ["notes"]}
    before = apply(patch_of({"op": "set_page", "entity": "Order", "page": page}), shop)
    after = apply(patch_of(remove("notes", "Order")), before)
    (timeline,) = (one for one in after.visible_entities["Order"].pages if isinstance(one, TimelinePage))
    assert timeline.details == ()
    assert users(before, patch_of(remove("orderDate", "Order"))) == [("the timeline page", "Order")]


def test_a_removed_column_is_hidden_and_comes_back_in_its_place(shop: Manifest, patch_of: Any) -> None:
    total = {"op": "change_field", "entity": "Order", "field": "total", "changes": {"computed": "tax"}}
    patch = patch_of(total, remove("amount", "Order", lines="items"), remove("product", "Order", lines="items"))
    after = apply(patch, shop)
    entry = after.visible_entities["Order"].visible_fields["items"]
    assert isinstance(entry.definition, LinesField)
    assert [one.name for one in entry.definition.fields] == ["quantity", "unitPrice"]
    hidden = [one for one in entry.columns if one.removed]
    assert [one.key for one in hidden] == ["crm/field/Order.items.product", "crm/field/Order.items.amount"]
    assert not any(one.definition.required for one in hidden)
    assert fingerprint(undo(inverse(patch, shop), after)) == fingerprint(shop)
    assert (
        explain(patch, shop)[1]["en"] == "Hides the field “amount” of the lines “items” of Order. Its values are kept."
    )


def test_the_last_column_stays(shop: Manifest, patch_of: Any) -> None:
    rows = {"type": "lines", "name": "rows", "fields": [{"type": "text", "name": "a"}, {"type": "text", "name": "b"}]}
    before = apply(patch_of({"op": "add_field", "entity": "Order", "field": rows}), shop)
    once = apply(patch_of(remove("a", "Order", lines="rows")), before)
    (problem,) = validate(patch_of(remove("b", "Order", lines="rows")), once)
    assert problem.code == "lines_empty"
    again = {
        "op": "add_field",
        "entity": "Order",
        "lines": "rows",
        "field": {"type": "text", "name": "a"},
        "after": "b",
    }
    back = apply(patch_of(again), once)
    entry = back.visible_entities["Order"].visible_fields["rows"]
    assert [one.key for one in entry.line_columns] == ["loyalty/field/Order.rows.b", "loyalty/field/Order.rows.a"]


def test_a_removal_conflicts_with_whatever_needs_the_field(shop: Manifest, patch_of: Any) -> None:
    text = {"en": "Too much.", "zh": "太多。"}

    def rule(expression: str) -> Any:
        said = {"name": "r", "expression": expression, "message": text}
        return patch_of({"op": "add_rule", "entity": "Order", "rule": said}, module="other")

    column = patch_of(remove("quantity", "Order", lines="items"))
    assert conflicts(column, rule("items.all(i, i.quantity > 0)"), shop)
    assert conflicts(column, rule("items.all(i, i.product != null)"), shop) == []
    assert conflicts(patch_of(remove("vip")), rule("customer.vip"), shop)
    assert conflicts(patch_of(remove("vip")), rule("customer.phone != null"), shop) == []


def test_its_grants_go_with_it_and_are_no_other_field_s(shop: Manifest, patch_of: Any) -> None:
    closed = apply(
        patch_of({"op": "grant", "entity": "Customer", "role": "admin", "allow": ["view"], "field": "address"}), shop
    )
    patch = patch_of(remove("address"), {"op": "rename_field", "entity": "Customer", "field": "phone", "to": "address"})
    after = apply(patch, closed)
    assert [one.grant.field for one in after.visible_entities["Customer"].grants if not one.removed] == [None] * 3
    assert fingerprint(undo(inverse(patch, closed), after)) == fingerprint(closed)
