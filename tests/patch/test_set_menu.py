from typing import Any

import pytest

from shared.patch import Manifest, apply, conflicts, explain, fingerprint, inverse, risk, undo, validate
from shared.patch.menus import MENUS_MAX, visible_menus

TEXT = {"en": "Sales", "zh": "销售"}


def menu(name: str, **parts: Any) -> dict[str, Any]:
    return {"op": "set_menu", "menu": name, **parts}


def shown(manifest: Manifest) -> list[tuple[str, str, str]]:
    return [(one.name, one.entity, one.label.en) for one in visible_menus(manifest)]


def test_an_item_is_added_called_like_the_records_that_it_opens(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(menu("orders", entity="Order")), shop)
    assert shown(after) == [("customers", "Customer", "Customers"), ("orders", "Order", "Orders")]
    assert after.menus[1].key == "loyalty/menu/orders"


def test_an_item_is_relabelled_pointed_elsewhere_and_moved(shop: Manifest, patch_of: Any) -> None:
    added = (menu("orders", entity="Order"), menu("sales", entity="Order"))
    after = apply(patch_of(*added, menu("customers", entity="Order", label=TEXT, after="orders")), shop)
    assert shown(after) == [
        ("orders", "Order", "Orders"),
        ("customers", "Order", "Sales"),
        ("sales", "Order", "Orders"),
    ]


def test_a_hidden_item_comes_back_when_it_is_set_again(shop: Manifest, patch_of: Any) -> None:
    hiding = patch_of(menu("customers", hidden=True))
    hidden = apply(hiding, shop)
    assert shown(hidden) == []
    assert risk(hiding, shop) == "L2"
    assert shown(apply(patch_of(menu("customers")), hidden)) == shown(shop)


@pytest.mark.parametrize(
    "operations",
    [
        [menu("orders", entity="Order", after="customers")],
        [menu("customers", label=TEXT, entity="Order")],
        [menu("customers", hidden=True), menu("customers")],
    ],
)
def test_the_inverse_restores_the_menu(operations: list[dict[str, Any]], shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(*operations)
    after = apply(patch, shop)
    assert fingerprint(undo(inverse(patch, shop), after)) == fingerprint(shop)
    assert undo(inverse(patch, shop), after).menus == shop.menus


@pytest.mark.parametrize(
    ("operation", "code", "pointer", "suggestion"),
    [
        (menu("customer"), "menu_unknown", "/menu", "customers"),
        (menu("orders", entity="Order", hidden=True), "menu_unknown", "/menu", None),
        (menu("orders", entity="Ordr"), "entity_unknown", "/entity", "Order"),
        (menu("Customers", entity="Order"), "menu_taken", "/menu", None),
        (menu("orders", entity="Order", after="custmers"), "menu_unknown", "/after", "customers"),
        (menu("orders", entity="Order", after="orders"), "menu_after_itself", "/after", None),
    ],
)
def test_an_item_that_leads_nowhere_is_refused(
    operation: Any, code: str, pointer: str, suggestion: str | None, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(operation), shop)
    assert (problem.code, problem.pointer, problem.suggestion) == (code, f"/operations/0{pointer}", suggestion)


def test_a_menu_is_bounded(shop: Manifest, patch_of: Any) -> None:
    items = [menu(f"m{number}", entity="Order") for number in range(MENUS_MAX)]
    (problem,) = validate(patch_of(*items), shop)
    assert (problem.code, problem.pointer) == ("too_many_menus", f"/operations/{MENUS_MAX - 1}/menu")


def test_two_modules_meet_at_one_item_only(shop: Manifest, patch_of: Any) -> None:
    def meeting(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
        return conflicts(patch_of(one), patch_of(other, module="other"), shop)

    assert meeting(menu("orders", entity="Order"), menu("sales", entity="Order")) == []
    assert meeting(menu("customers", label=TEXT), menu("customers", entity="Order")) == []
    assert meeting(menu("customers", label=TEXT), menu("customers", hidden=True))
    assert meeting(menu("orders", entity="Order", after="customers"), menu("customers", hidden=True))
    assert meeting(menu("orders", entity="Order"), menu("Orders", entity="Customer"))


@pytest.mark.parametrize(
    ("operation", "en", "zh"),
    [
        (
            menu("orders", entity="Order", label=TEXT),
            "Adds “Sales” to the menu, which opens Order.",
            "在菜单中添加“销售”",
        ),
        (menu("customers", label=TEXT), "Sets the menu item `customers`: “Sales”", "设置菜单项 `customers`：“销售”"),
        (menu("customers", hidden=True), "Takes “Customers” off the menu.", "从菜单中隐藏“客户”。"),
    ],
)
def test_what_becomes_of_the_menu_is_told(operation: Any, en: str, zh: str, shop: Manifest, patch_of: Any) -> None:
    (told,) = explain(patch_of(operation), shop)
    assert told["en"].startswith(en)
    assert told["zh"].startswith(zh)


def test_an_entity_brings_its_item_along_unless_the_name_is_taken(shop: Manifest, patch_of: Any) -> None:
    fields = [{"type": "text", "name": "name"}]
    depot = {"op": "add_entity", "entity": "Depot", "label": TEXT, "fields": fields}
    patch = patch_of(depot)
    assert undo(inverse(patch, shop), apply(patch, shop)).menus == shop.menus
    (problem,) = validate(patch_of(menu("depot", entity="Order"), depot), shop)
    assert (problem.code, problem.pointer) == ("menu_taken", "/operations/1/entity")
    assert conflicts(patch_of(depot), patch_of(menu("depot", entity="Order"), module="other"), shop) == ["#menu/depot"]
