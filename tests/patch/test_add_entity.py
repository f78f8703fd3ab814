from typing import Any

import pytest

from shared.patch import Manifest, apply, fingerprint, inverse, risk, undo, validate

TEXT = {"en": "Warehouse", "zh": "仓库"}
NAME: dict[str, Any] = {"type": "text", "name": "name", "required": True}


def add(*fields: dict[str, Any], entity: str = "Warehouse", **more: Any) -> dict[str, Any]:
    return {"op": "add_entity", "entity": entity, "label": TEXT, "fields": [*fields], **more}


def test_an_entity_comes_with_pages_and_a_menu_item(shop: Manifest, patch_of: Any) -> None:
    parent = {"type": "ref", "name": "parent", "target": "Warehouse"}
    patch = patch_of(add(NAME, {"type": "long_text", "name": "notes"}, parent))
    after = apply(patch, shop)
    warehouse = after.visible_entities["Warehouse"]
    assert warehouse.key == "loyalty/entity/Warehouse"
    assert warehouse.title == "name"
    assert [page.kind for page in warehouse.pages] == ["list", "form"]
    assert after.menus[-1].key == "loyalty/menu/Warehouse"
    assert risk(patch, shop) == "L1"


def test_later_operations_build_on_it(shop: Manifest, patch_of: Any) -> None:
    reference = {"type": "ref", "name": "warehouse", "target": "Warehouse"}
    patch = patch_of(add(NAME), {"op": "add_field", "entity": "Order", "field": reference})
    assert validate(patch, shop) == []


def test_an_entity_taken_back_and_added_again_is_the_same(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(add(NAME))
    once = apply(patch, shop)
    gone = undo(inverse(patch, shop), once)
    assert fingerprint(gone) == fingerprint(shop)
    again = apply(patch, gone)
    assert fingerprint(again) == fingerprint(once)
    assert len(again.entities) == len(once.entities)


@pytest.mark.parametrize(
    ("operation", "code", "pointer"),
    [
        (add(NAME, entity="Customer"), "entity_taken", "/entity"),
        (add(NAME, entity="customer"), "entity_taken", "/entity"),
        (add(NAME, entity="old"), "name_reserved", "/entity"),
        (add(NAME, NAME), "field_taken", "/fields/1/name"),
        (add({"type": "text", "name": "id"}), "system_field", "/fields/0/name"),
        (add(NAME, title="nam"), "field_unknown", "/title"),
        (add({"type": "ref", "name": "x", "target": "Nowhere"}), "entity_unknown", "/fields/0/target"),
    ],
)
def test_what_cannot_be_added_is_refused_at_its_place(
    operation: Any, code: str, pointer: str, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(operation), shop)
    assert (problem.code, problem.pointer) == (code, f"/operations/0{pointer}")
