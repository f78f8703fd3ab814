from typing import Any

import pytest

from shared.patch import (
    Manifest,
    Refusal,
    apply,
    conflicts,
    explain,
    fingerprint,
    inverse,
    parse,
    risk,
    semver,
    undo,
    validate,
)
from shared.patch.fields import EnumField, MultiEnumField

TEXT = {"en": "Asleep", "zh": "休眠"}
TAGS = {
    "op": "add_field",
    "entity": "Customer",
    "field": {
        "type": "multi_enum",
        "name": "tags",
        "options": [{"value": "big"}, {"value": "near"}, {"value": "old"}],
        "default": ["big"],
        "max_items": 2,
    },
}
SIZE = {
    "op": "add_field",
    "entity": "Order",
    "lines": "items",
    "field": {"type": "enum", "name": "pack", "options": [{"value": "box"}, {"value": "bag"}]},
}


def change(field: str = "status", entity: str = "Customer", **parts: Any) -> dict[str, Any]:
    return {"op": "change_options", "entity": entity, "field": field, **parts}


def options(*values: str) -> list[dict[str, str]]:
    return [{"value": value} for value in values]


def values(manifest: Manifest, field: str = "status", entity: str = "Customer") -> list[str]:
    definition = manifest.visible_entities[entity].visible_fields[field].definition
    assert isinstance(definition, EnumField | MultiEnumField)
    return [one.value for one in definition.options]


def test_choices_are_added_behind_one_of_them_or_at_the_end(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(change(add=options("new", "won"), after="active"))
    assert values(apply(patch, shop)) == ["active", "new", "won", "inactive"]
    assert values(apply(patch_of(change(add=options("lost"))), shop)) == ["active", "inactive", "lost"]
    assert (risk(patch, shop), semver(patch, shop)) == ("L1", "patch")
    assert fingerprint(undo(inverse(patch, shop), apply(patch, shop))) == fingerprint(shop)


def test_a_choice_is_called_otherwise_and_keeps_its_value(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(change(label=[{"value": "inactive", "label": TEXT}]))
    definition = apply(patch, shop).visible_entities["Customer"].visible_fields["status"].definition
    assert isinstance(definition, EnumField)
    assert [(one.value, one.label.en if one.label else None) for one in definition.options] == [
        ("active", None),
        ("inactive", "Asleep"),
    ]
    assert risk(patch, shop) == "L1"
    assert explain(patch, shop)[0]["en"] == "Changes the field “status” of Customer: renames inactive to Asleep."


def test_a_choice_that_is_taken_away_asks_for_confirmation(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(change(remove=["inactive"], add=options("gone")))
    assert values(apply(patch, shop)) == ["active", "gone"]
    assert (risk(patch, shop), semver(patch, shop)) == ("L2", "minor")
    assert fingerprint(undo(inverse(patch, shop), apply(patch, shop))) == fingerprint(shop)
    assert explain(patch, shop)[0]["zh"] == "修改“客户”的字段“status”：新增选项gone；去掉选项inactive。"


def test_choices_of_several_and_of_columns_change_too(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(TAGS, change("tags", remove=["old"], add=options("far"))), shop)
    assert values(after, "tags") == ["big", "near", "far"]
    before = apply(patch_of(SIZE), shop)
    patch = patch_of(change("pack", "Order", lines="items", add=options("crate"), after="box"))
    after = apply(patch, before)
    (pack,) = (
        one.definition
        for one in after.visible_entities["Order"].visible_fields["items"].line_columns
        if one.definition.name == "pack"
    )
    assert isinstance(pack, EnumField)
    assert [one.value for one in pack.options] == ["box", "crate", "bag"]
    assert fingerprint(undo(inverse(patch, before), after)) == fingerprint(before)


@pytest.mark.parametrize(
    ("operation", "code", "pointer", "suggestion"),
    [
        (change("name", add=options("x")), "not_choices", "/field", None),
        (change("statu", add=options("x")), "field_unknown", "/field", "status"),
        (change(add=options("Active")), "option_taken", "/add/0/value", None),
        (change(add=options("x", "x")), "option_taken", "/add/1/value", None),
        (change(add=options("x"), after="activ"), "option_unknown", "/after", "active"),
        (change(add=options("x"), after="active", remove=["active"]), "option_unknown", "/after", "inactive"),
        (change(remove=["inactiv"]), "option_unknown", "/remove/0", "inactive"),
        (change(remove=["active", "active"]), "listed_twice", "/remove/1", None),
        (change(remove=["active", "inactive"]), "options_empty", "/remove", None),
        (change(label=[{"value": "activ", "label": TEXT}]), "option_unknown", "/label/0/value", "active"),
        (change(add=options(*(f"o{number}" for number in range(199)))), "too_many_options", "/add", None),
        (change("status", "Order", remove=["shipped"]), "option_in_use", "/remove/0", None),
        (change("product", "Order", lines="items", add=options("x")), "not_choices", "/field", None),
    ],
)
def test_what_cannot_change_is_refused_at_its_place(
    operation: Any, code: str, pointer: str, suggestion: str | None, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(operation), shop)
    assert (problem.code, problem.pointer) == (code, f"/operations/0{pointer}")
    assert problem.suggestion == suggestion


def test_nothing_to_change_is_told_at_the_operation(patch_of: Any) -> None:
    with pytest.raises(Refusal) as refused:
        patch_of(change(after="active"))
    assert (refused.value.code, refused.value.pointer) == ("options_unchanged", "/operations/0")


def test_a_default_and_the_number_of_choices_hold_choices(shop: Manifest, patch_of: Any) -> None:
    before = apply(patch_of(TAGS), shop)
    (problem,) = validate(patch_of(change("tags", remove=["big"])), before)
    assert (problem.code, problem.params["kind"]) == ("option_in_use", "the default")
    (problem,) = validate(patch_of(change("tags", remove=["near", "old"])), before)
    assert (problem.code, problem.pointer) == ("more_than_options", "/operations/0/remove/max_items")


@pytest.mark.parametrize(
    ("expression", "entity"),
    [("status != 'inactive' || vip", "Customer"), ("customer.status != 'inactive'", "Order")],
)
def test_an_expression_holds_the_choices_that_it_names(
    expression: str, entity: str, shop: Manifest, patch_of: Any
) -> None:
    rule = {"name": "r", "expression": expression, "message": TEXT}
    adding = patch_of({"op": "add_rule", "entity": entity, "rule": rule}, module="other")
    removing = patch_of(change(remove=["inactive"]))
    (problem,) = validate(removing, apply(adding, shop))
    assert (problem.code, problem.pointer) == ("option_unknown", "/operations/0/remove")
    assert conflicts(adding, removing, shop)
    assert conflicts(adding, patch_of(change(add=options("new"))), shop) == []
    assert conflicts(adding, patch_of(change(label=[{"value": "inactive", "label": TEXT}])), shop) == []


def test_two_modules_may_add_different_choices(shop: Manifest, patch_of: Any) -> None:
    one = patch_of(change(add=options("new")), module="one")
    assert conflicts(one, patch_of(change(add=options("won")), module="other"), shop) == []
    assert conflicts(one, patch_of(change(add=options("New")), module="other"), shop)


def test_the_example_is_a_document(patch_of: Any) -> None:
    patch = patch_of(change(add=options("new"), label=[{"value": "active", "label": TEXT}]))
    assert parse(patch.model_dump(mode="json", by_alias=True)) == patch
