from typing import Any

import pytest

from shared.patch import (
    Manifest,
    apply,
    conflicts,
    document,
    explain,
    fingerprint,
    inverse,
    parse,
    risk,
    semver,
    undo,
    validate,
)
from shared.patch.fields import DecimalField, LinesField


def change(field: str, changes: dict[str, Any], entity: str = "Customer", **more: Any) -> dict[str, Any]:
    return {"op": "change_field", "entity": entity, "field": field, "changes": changes, **more}


def test_only_what_is_named_becomes_different(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(change("phone", {"required": True, "max_length": 40})), shop)
    phone = after.visible_entities["Customer"].visible_fields["phone"]
    assert phone.key == "crm/field/Customer.phone"
    assert phone.definition.required
    assert phone.definition.model_dump()["max_length"] == 40
    assert phone.definition.model_dump()["min_length"] == 0


def test_null_takes_a_bound_away(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(change("tax", {"default": None}, "Order")), shop)
    assert after.visible_entities["Order"].visible_fields["tax"].definition.model_dump()["default"] is None


def test_a_whole_number_becomes_a_decimal_with_room_for_every_value(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(change("employees", {"type": "decimal"})), shop)
    definition = after.visible_entities["Customer"].visible_fields["employees"].definition
    assert isinstance(definition, DecimalField)
    assert definition.precision - definition.scale == 16
    assert (definition.min, definition.max) == (0, 100000)


@pytest.mark.parametrize(
    ("changes", "expected", "release"),
    [
        ({"label": {"en": "Telephone", "zh": "电话"}}, "L1", "patch"),
        ({"max_length": 40}, "L1", "patch"),
        ({"required": False}, "L1", "patch"),
        ({"max_length": 20}, "L2", "minor"),
        ({"hidden": True}, "L2", "minor"),
        ({"unique": True}, "L2", "minor"),
        ({"required": True}, "L2", "major"),
        ({"type": "long_text"}, "L2", "major"),
    ],
)
def test_what_narrows_asks_for_confirmation(
    changes: Any, expected: str, release: str, shop: Manifest, patch_of: Any
) -> None:
    patch = patch_of(change("phone", changes))
    assert validate(patch, shop) == []
    assert risk(patch, shop) == expected
    assert semver(patch, shop) == release


@pytest.mark.parametrize(
    ("operation", "code", "pointer"),
    [
        (change("phone", {"type": "integer"}), "type_incompatible", "/changes/type"),
        (change("phone", {"scale": 2}), "attribute_unknown", "/changes/scale"),
        (change("employees", {"default": "many"}), "wrong_type", "/changes/default"),
        (change("employees", {"min": 200000}), "bounds_crossed", "/changes/min"),
        (change("employees", {"type": "decimal", "precision": 8}), "precision_narrowed", "/changes/precision"),
        (change("phon", {"required": True}), "field_unknown", "/field"),
        (change("id", {"hidden": True}), "system_field", "/field"),
        (change("status", {"type": "text"}, "Order"), "machine_field", "/changes"),
        (change("phone", {"targets": ["Order"]}), "attribute_unknown", "/changes/targets"),
        (change("total", {"required": True}, "Order"), "computed_required", "/changes/required"),
        (change("unitPrice", {"computed": "1"}, "Order", lines="items"), "computed_overwrites", "/changes/computed"),
        (change("total", {"computed": "totl + 1"}, "Order"), "field_unknown", "/changes/computed"),
        (change("total", {"computed": "total + 1"}, "Order"), "computed_cycle", "/changes"),
        (change("items", {"max_items": 501}, "Order"), "value_too_large", "/changes/max_items"),
        (change("quantty", {"min": 1}, "Order", lines="items"), "field_unknown", "/field"),
        (change("quantity", {"unique": True}, "Order", lines="items"), "unique_in_lines", "/changes/unique"),
        (change("product", {"type": "long_text"}, "Order", lines="items"), "column_type", "/changes/type"),
        (change("quantity", {"type": "text"}, "Order", lines="items"), "type_incompatible", "/changes/type"),
    ],
)
def test_what_cannot_change_is_refused_at_its_place(
    operation: Any, code: str, pointer: str, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(operation), shop)
    assert (problem.code, problem.pointer) == (code, f"/operations/0{pointer}")


def test_touching_a_system_field_is_never_a_matter_of_confirmation(shop: Manifest, patch_of: Any) -> None:
    assert risk(patch_of(change("createdAt", {"hidden": True})), shop) == "L3"


FIELDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": ({}, {"format": "url", "min_length": 8, "default": "https://a.example"}),
    "long_text": ({}, {"max_length": 20_000, "default": "x"}),
    "integer": ({}, {"min": 1, "max": 9, "default": 3}),
    "decimal": ({}, {"precision": 20, "scale": 5, "min": "0.5", "default": "0.75"}),
    "money": ({}, {"min": "-1.5", "max": 10, "default": "2.50"}),
    "boolean": ({}, {"default": False, "read_only": True}),
    "date": ({}, {"default": "2026-03-31"}),
    "datetime": ({}, {"default": "now"}),
    "time": ({}, {"default": "09:30:00"}),
    "duration": ({}, {"min": "PT0S", "max": "PT2H", "default": "PT90M"}),
    "enum": ({"options": [{"value": "a"}]}, {"default": "a"}),
    "multi_enum": ({"options": [{"value": "a"}, {"value": "b"}]}, {"default": ["b"], "max_items": 1}),
    "sequence": ({}, {"prefix": "X-", "digits": 4, "gapless": True}),
    "file": ({}, {"accept": ["image/*"], "max_bytes": 1000}),
    "json": ({}, {"max_bytes": 1000}),
    "ref": ({"target": "Order"}, {"on_delete": "cascade", "unique": True}),
    "many_to_many": ({"target": "Order"}, {"max_items": 3}),
    "ref_any": ({"targets": ["Order"]}, {"targets": ["Customer", "Order"]}),
    "lines": ({"fields": [{"type": "text", "name": "a"}]}, {"max_items": 3, "required": True}),
}


@pytest.mark.parametrize("kind", FIELDS)
def test_every_attribute_of_every_type_changes_and_changes_back(kind: str, shop: Manifest, patch_of: Any) -> None:
    parts, changes = FIELDS[kind]
    added = {"op": "add_field", "entity": "Customer", "field": {"type": kind, "name": "extra", **parts}}
    before = apply(patch_of(added), shop)
    patch = patch_of(change("extra", changes))
    after = apply(patch, before)
    whole = {"op": "add_field", "entity": "Customer", "field": {"type": kind, "name": "extra", **parts, **changes}}
    assert fingerprint(after) == fingerprint(apply(patch_of(whole), shop))
    assert fingerprint(undo(inverse(patch, before), after)) == fingerprint(before)
    back = {name: parts.get(name, False if name in ("required", "unique", "read_only") else None) for name in changes}
    back |= {"gapless": False} if kind == "sequence" else {}
    # These two only ever get wider.
    if kind not in ("decimal", "ref_any"):
        assert fingerprint(apply(patch_of(change("extra", back)), after)) == fingerprint(before)
    assert explain(patch, before)[0]["zh"].startswith("修改“客户”的字段“extra”：")


def test_what_a_document_leaves_out_stays_and_what_it_says_is_kept(shop: Manifest, patch_of: Any) -> None:
    asked = {"required": False, "default": None, "max_length": 40}
    patch = patch_of(change("phone", asked))
    assert document(patch)["operations"][0]["changes"] == asked
    assert parse(document(patch)) == patch
    assert parse(patch.model_dump(mode="json", by_alias=True)) == patch
    assert semver(patch, shop) == "patch"


def test_how_something_is_computed_can_be_replaced(shop: Manifest, patch_of: Any) -> None:
    priced = patch_of(change("amount", {"computed": "quantity * unitPrice * 0.9"}, "Order", lines="items"))
    after = apply(priced, shop)
    entry = after.visible_entities["Order"].visible_fields["items"]
    assert isinstance(entry.definition, LinesField)
    assert entry.definition.fields[3].model_dump()["computed"] == "quantity * unitPrice * 0.9"
    assert (risk(priced, shop), semver(priced, shop)) == ("L2", "minor")
    assert fingerprint(undo(inverse(priced, shop), after)) == fingerprint(shop)


def test_a_computed_field_becomes_one_that_people_fill_in(shop: Manifest, patch_of: Any) -> None:
    free = patch_of(change("total", {"computed": None}, "Order"))
    definition = apply(free, shop).visible_entities["Order"].visible_fields["total"].definition
    assert definition.model_dump()["computed"] is None
    assert (risk(free, shop), semver(free, shop)) == ("L2", "minor")


def test_a_column_changes_like_a_field(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(change("quantity", {"type": "decimal", "required": True}, "Order", lines="items"))
    after = apply(patch, shop)
    entry = after.visible_entities["Order"].visible_fields["items"]
    assert [one.definition.type for one in entry.line_columns] == ["text", "decimal", "money", "money"]
    assert semver(patch, shop) == "major"
    assert fingerprint(undo(inverse(patch, shop), after)) == fingerprint(shop)
    assert explain(patch, shop)[0]["en"].startswith("Changes the field “quantity” of the lines “items” of Order:")


def test_everything_that_does_not_fit_is_told_at_once(shop: Manifest, patch_of: Any) -> None:
    found = validate(patch_of(change("employees", {"min": "PT1H", "max": 2**60, "default": "b"})), shop)
    assert {one.pointer for one in found} == {f"/operations/0/changes/{name}" for name in ("min", "max", "default")}
    found = validate(patch_of(change("employees", {"min": 5, "max": 4, "unique": True, "default": 9})), shop)
    assert [one.code for one in found] == ["bounds_crossed", "unique_default"]


def test_two_changes_that_could_close_a_circle_together_conflict(shop: Manifest, patch_of: Any) -> None:
    def computed(name: str, text: str) -> dict[str, Any]:
        return {"op": "add_field", "entity": "Order", "field": {"type": "money", "name": name, "computed": text}}

    manifest = apply(patch_of(computed("a", "tax"), computed("b", "a"), computed("c", "tax"), computed("d", "c")), shop)
    one = patch_of(change("a", {"computed": "d"}, "Order"), module="one")
    other = patch_of(change("c", {"computed": "b"}, "Order"), module="other")
    assert validate(one, manifest) == validate(other, manifest) == []
    assert conflicts(one, other, manifest) == ["order/field/a/computed", "order/field/c/computed"]
    apart = patch_of(change("c", {"computed": "tax * 2"}, "Order"), module="other")
    assert conflicts(patch_of(change("b", {"computed": "tax"}, "Order")), apart, manifest) == []


def test_a_circle_over_references_is_found_from_either_end(shop: Manifest, patch_of: Any) -> None:
    fields = [
        {"type": "ref", "name": "lastOrder", "target": "Order"},
        {"type": "money", "name": "owed", "computed": "lastOrder.total"},
    ]
    adding = [{"op": "add_field", "entity": "Customer", "field": one} for one in fields]
    manifest = apply(patch_of(*adding), shop)
    closing = patch_of(change("total", {"computed": "tax + customer.owed"}, "Order"))
    (problem,) = validate(closing, manifest)
    assert (problem.code, problem.params["fields"]) == ("computed_cycle", ["Customer.owed", "Order.total"])
    assert validate(patch_of(change("total", {"computed": "tax + customer.employees"}, "Order")), manifest) == []


def test_one_choice_becomes_several_with_its_default(shop: Manifest, patch_of: Any) -> None:
    tier = {"type": "enum", "name": "tier", "options": [{"value": "a"}, {"value": "b"}], "default": "a"}
    added = {"op": "add_field", "entity": "Customer", "field": tier}
    after = apply(patch_of(added, change("tier", {"type": "multi_enum", "max_items": 2})), shop)
    definition = after.visible_entities["Customer"].visible_fields["tier"].definition
    assert definition.model_dump()["default"] == ("a",)
    (problem,) = validate(patch_of(change("status", {"type": "multi_enum"}, "Order")), shop)
    assert problem.code == "machine_field"
