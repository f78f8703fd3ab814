from typing import Any

import pytest

from shared.patch import Manifest, apply, conflicts, explain, fingerprint, inverse, risk, semver, undo, validate
from shared.patch.fields import RefField


def rename(entity: str, to: str) -> dict[str, Any]:
    return {"op": "rename_entity", "entity": entity, "to": to}


def test_everything_that_names_it_follows_and_the_key_stays(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(rename("Customer", "Client"))
    after = apply(patch, shop)
    assert after.visible_entities["Client"].key == "crm/entity/Customer"
    customer = after.visible_entities["Order"].visible_fields["customer"].definition
    assert isinstance(customer, RefField)
    assert customer.target == "Client"
    assert after.menus[0].entity == "Client"
    assert (risk(patch, shop), semver(patch, shop)) == ("L2", "major")


def test_the_inverse_gives_the_manifest_to_the_letter(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(rename("Customer", "Client"), rename("Order", "Sale"))
    assert undo(inverse(patch, shop), apply(patch, shop)) == shop


def test_a_name_may_change_its_case(shop: Manifest, patch_of: Any) -> None:
    assert "customer" in apply(patch_of(rename("Customer", "customer")), shop).visible_entities


@pytest.mark.parametrize(
    ("entity", "to", "code", "pointer", "suggestion"),
    [
        ("Custmer", "Client", "entity_unknown", "/entity", "Customer"),
        ("Customer", "order", "entity_taken", "/to", None),
        ("Customer", "Customer", "name_unchanged", "/to", None),
        ("Customer", "today", "name_reserved", "/to", "todayValue"),
        ("Customer", "files", "name_reserved", "/to", "filesValue"),
    ],
)
def test_a_name_that_leads_nowhere_or_is_not_free_is_refused(
    entity: str, to: str, code: str, pointer: str, suggestion: str | None, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(rename(entity, to)), shop)
    assert (problem.code, problem.pointer, problem.suggestion) == (code, f"/operations/0{pointer}", suggestion)


def test_whoever_says_the_former_name_is_told_the_new_one(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(rename("Customer", "Client")), shop)
    (problem,) = validate(patch_of(rename("Customer", "Buyer")), after)
    assert (problem.code, problem.suggestion) == ("entity_unknown", "Client")


def test_the_former_name_is_free_for_another_entity(shop: Manifest, patch_of: Any) -> None:
    text = {"en": "Customs", "zh": "海关"}
    anew = {"op": "add_entity", "entity": "Customer", "label": text, "fields": [{"type": "text", "name": "place"}]}
    after = apply(patch_of(rename("Customer", "Client"), anew), shop)
    assert after.visible_entities["Customer"].key == "loyalty/entity/Customer"
    customer = after.visible_entities["Order"].visible_fields["customer"].definition
    assert isinstance(customer, RefField)
    assert customer.target == "Client"
    assert fingerprint(after) != fingerprint(shop)


def test_both_names_are_told(shop: Manifest, patch_of: Any) -> None:
    (told,) = explain(patch_of(rename("Customer", "Client")), shop)
    assert "`Customer` to `Client`" in told["en"]
    assert "由 `Customer` 改名为 `Client`" in told["zh"]


def test_the_menu_item_that_came_with_it_follows(shop: Manifest, patch_of: Any) -> None:
    text = {"en": "Depot", "zh": "仓库"}
    depot = {"op": "add_entity", "entity": "Depot", "label": text, "fields": [{"type": "text", "name": "place"}]}
    before = apply(patch_of(depot), shop)
    patch = patch_of(rename("Depot", "Store"))
    after = apply(patch, before)
    assert [(one.key, one.name, one.entity) for one in after.menus][1:] == [("loyalty/menu/Depot", "Store", "Store")]
    assert undo(inverse(patch, before), after) == before
    assert validate(patch_of(depot, module="other"), after) == []
    (problem,) = validate(patch_of({"op": "set_menu", "menu": "Depot"}), after)
    assert (problem.code, problem.suggestion) == ("menu_unknown", "Store")
    stores = {"op": "set_menu", "menu": "stores", "entity": "Order"}
    (problem,) = validate(patch_of(stores, rename("Depot", "Stores")), before)
    assert (problem.code, problem.pointer) == ("menu_taken", "/operations/1/to")
    assert conflicts(patch, patch_of({**stores, "menu": "store"}, module="other"), before)
