from typing import Any

import pytest

from shared.patch import Manifest, apply, conflicts, explain, fingerprint, inverse, risk, semver, undo, validate
from shared.patch.menus import visible_menus

TEXT = {"en": "Text", "zh": "文本"}
MENU = {"op": "set_menu", "menu": "orders", "entity": "Order"}


def remove(entity: str) -> dict[str, Any]:
    return {"op": "remove_entity", "entity": entity}


def test_a_removed_entity_is_hidden_and_kept_with_its_menu_items(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(remove("Order"), remove("Customer"))
    after = apply(patch, shop)
    assert after.visible_entities == {}
    assert [entity.removed for entity in after.entities] == [True, True]
    assert visible_menus(after) == ()
    assert after.menus[0].hidden
    assert (risk(patch, shop), semver(patch, shop)) == ("L2", "major")


def test_the_inverse_brings_back_the_entity_and_its_menu_items(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(remove("Order"), remove("Customer"))
    assert fingerprint(undo(inverse(patch, shop), apply(patch, shop))) == fingerprint(shop)


def test_every_user_is_told(shop: Manifest, patch_of: Any) -> None:
    visit = {
        "op": "add_entity",
        "entity": "Visit",
        "label": TEXT,
        "fields": [
            {"type": "text", "name": "about"},
            {"type": "ref_any", "name": "origin", "targets": ["Order", "Customer"]},
            {"type": "many_to_many", "name": "guests", "target": "Customer"},
            {"type": "ref", "name": "customer", "target": "Customer"},
        ],
    }
    lookup = {"entity": "Customer", "by": "id", "equals": "customer", "find": "exists"}
    rule = {"name": "known", "expression": "@there", "message": TEXT, "lookups": {"there": lookup}}
    before = apply(patch_of(visit, {"op": "add_rule", "entity": "Visit", "rule": rule}), shop)
    problems = validate(patch_of(remove("Customer")), before)
    assert {one.code for one in problems} == {"entity_in_use"}
    assert [(one.params["kind"], one.params["user"]) for one in problems] == [
        ("the field", "Order.customer"),
        ("the field", "Visit.origin"),
        ("the field", "Visit.guests"),
        ("the field", "Visit.customer"),
        ("the rule", "Visit.known"),
    ]


def test_what_an_entity_says_of_itself_does_not_keep_it(shop: Manifest, patch_of: Any) -> None:
    parent = {"op": "add_field", "entity": "Order", "field": {"type": "ref", "name": "follows", "target": "Order"}}
    assert validate(patch_of(parent, remove("Order")), shop) == []


def test_a_menu_item_of_another_module_keeps_it_until_it_is_hidden(shop: Manifest, patch_of: Any) -> None:
    before = apply(patch_of(MENU), shop)
    (problem,) = validate(patch_of(remove("Order"), module="other"), before)
    assert (problem.code, problem.params["kind"], problem.params["user"]) == (
        "entity_in_use",
        "the menu item",
        "orders",
    )
    assert validate(patch_of({**MENU, "hidden": True}, remove("Order")), before) == []


@pytest.mark.parametrize(("entity", "code", "suggestion"), [("Ordr", "entity_unknown", "Order")])
def test_an_unknown_entity_is_refused(entity: str, code: str, suggestion: str, shop: Manifest, patch_of: Any) -> None:
    (problem,) = validate(patch_of(remove(entity)), shop)
    assert (problem.code, problem.pointer, problem.suggestion) == (code, "/operations/0/entity", suggestion)


def test_it_meets_whatever_is_about_the_entity_or_its_menu_items(shop: Manifest, patch_of: Any) -> None:
    gone = patch_of(remove("Order"))
    assert conflicts(gone, patch_of(MENU, module="other"), shop) == ["order/exists"]
    label = {"op": "set_text", "menu": "customers", "label": TEXT}
    assert conflicts(patch_of(remove("Order"), remove("Customer")), patch_of(label, module="other"), shop)
    assert conflicts(gone, patch_of(label, module="other"), shop) == []


def test_what_is_hidden_is_told(shop: Manifest, patch_of: Any) -> None:
    (told,) = explain(patch_of(remove("Order")), shop)
    assert told["en"].startswith("Hides the entity Order")
    assert told["zh"].startswith("隐藏实体“订单”")
