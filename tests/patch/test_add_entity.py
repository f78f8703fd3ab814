from typing import Any

import pytest

from shared.patch import Manifest, apply, explain, fingerprint, inverse, risk, undo, validate
from shared.patch.keys import entity_key
from shared.patch.operations.add_entity import ENTITIES_MAX
from shared.patch.page import FormPage, ListPage
from shared.patch.physical import cut, table_name

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
        (add(NAME, entity="files"), "name_reserved", "/entity"),
        (add(NAME, NAME), "field_taken", "/fields/1/name"),
        (add({"type": "text", "name": "id"}), "system_field", "/fields/0/name"),
        (add(NAME, title="nam"), "field_unknown", "/title"),
        (add(NAME, {"type": "ref", "name": "x", "target": "Nowhere"}), "entity_unknown", "/fields/1/target"),
        (add(NAME, {"type": "ref_any", "name": "x", "targets": ["Nowhere"]}), "entity_unknown", "/fields/1/targets/0"),
        (
            add(NAME, {"type": "time", "name": "x", "default": "09:00:00Z"}),
            "default_not_plain_time",
            "/fields/1/default",
        ),
        (add(NAME, {"type": "json", "name": "x"}, title="x"), "title_type", "/title"),
        (add(NAME, {"type": "integer", "name": "x", "computed": "y + 1"}), "field_unknown", "/fields/1/computed"),
    ],
)
def test_what_cannot_be_added_is_refused_at_its_place(
    operation: Any, code: str, pointer: str, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(operation), shop)
    assert (problem.code, problem.pointer) == (code, f"/operations/0{pointer}")


EVERY: list[dict[str, Any]] = [
    {"type": "json", "name": "raw"},
    {"type": "lines", "name": "rows", "fields": [{"type": "duration", "name": "spent"}]},
    {"type": "many_to_many", "name": "customers", "target": "Customer"},
    {"type": "long_text", "name": "story"},
    NAME,
    {"type": "file", "name": "scan"},
    {"type": "integer", "name": "secret", "hidden": True},
    {"type": "decimal", "name": "weight"},
    {"type": "money", "name": "price"},
    {"type": "boolean", "name": "open"},
    {"type": "date", "name": "since"},
    {"type": "datetime", "name": "seen"},
    {"type": "time", "name": "opens"},
    {"type": "duration", "name": "lead"},
    {"type": "enum", "name": "kind", "options": [{"value": "a"}]},
    {"type": "multi_enum", "name": "tags", "options": [{"value": "a"}]},
    {"type": "sequence", "name": "number"},
    {"type": "ref", "name": "parent", "target": "Warehouse"},
    {"type": "ref_any", "name": "owner", "targets": ["Warehouse", "Customer"]},
]


def test_an_entity_with_fields_of_all_types_has_pages_that_fit_them(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(add(*EVERY))
    after = apply(patch, shop)
    warehouse = after.visible_entities["Warehouse"]
    assert warehouse.title == "story"
    assert ListPage(columns=("name", "weight", "price", "open", "since", "seen")) in warehouse.pages
    assert FormPage(fields=tuple(one["name"] for one in EVERY if one["name"] != "secret")) in warehouse.pages
    assert "“owner” (reference to one of several: Warehouse, Customer)" in explain(patch, shop)[0]["en"]
    assert fingerprint(undo(inverse(patch, shop), after)) == fingerprint(shop)


def test_everything_that_is_wrong_is_told_at_once(shop: Manifest, patch_of: Any) -> None:
    fields = [{"type": "text", "name": "old"}, {"type": "integer", "name": "x", "min": 2, "max": 1}]
    found = validate(patch_of(add(*fields, entity="customer", title="y")), shop)
    assert [(one.code, one.pointer) for one in found] == [
        ("entity_taken", "/operations/0/entity"),
        ("field_unknown", "/operations/0/title"),
        ("name_reserved", "/operations/0/fields/0/name"),
        ("bounds_crossed", "/operations/0/fields/1/min"),
    ]


def test_a_crm_has_no_room_for_more_than_its_limit(shop: Manifest, patch_of: Any) -> None:
    many = [add(NAME, entity=f"Entity{number}") for number in range(ENTITIES_MAX - 2)]
    full = apply(patch_of(*many), shop)
    (problem,) = validate(patch_of(add(NAME)), full)
    assert (problem.code, problem.params["limit"]) == ("too_many_entities", ENTITIES_MAX)


def test_two_entities_never_share_a_physical_name(shop: Manifest, patch_of: Any) -> None:
    module, long = "m" * 14, "X" * 48
    twin = cut(f"{module}__{long}").removeprefix(f"{module}__")
    assert table_name(entity_key(module, long)) == table_name(entity_key(module, twin))
    (problem,) = validate(patch_of(add(NAME, entity=long), add(NAME, entity=twin), module=module), shop)
    assert (problem.code, problem.pointer) == ("physical_name_taken", "/operations/1/entity")


def test_a_name_that_is_still_the_key_of_another_entity_is_refused(shop: Manifest, patch_of: Any) -> None:
    renamed = {"op": "rename_entity", "entity": "Warehouse", "to": "Depot"}
    after = apply(patch_of(add(NAME), renamed), shop)
    (problem,) = validate(patch_of(add(NAME)), after)
    assert (problem.code, problem.params["other"]) == ("former_name", "Depot")


def test_an_entity_comes_back_only_with_fields_whose_columns_can_hold_them(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(add(NAME, {"type": "integer", "name": "size2"}))
    gone = undo(inverse(patch, shop), apply(patch, shop))
    (problem,) = validate(patch_of(add(NAME, {"type": "text", "name": "size2"})), gone)
    assert (problem.code, problem.pointer) == ("type_incompatible", "/operations/0/fields/1/type")
    wider = apply(patch_of(add(NAME, {"type": "decimal", "name": "size2", "precision": 20})), gone)
    assert wider.visible_entities["Warehouse"].visible_fields["size2"].definition.type == "decimal"
