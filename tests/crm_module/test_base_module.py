"""The base module: what it holds, and that it says so in both languages."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

from shared.crm import CRM_VERSION, EXAMPLES, SUITE_VERSION, base_manifest, example, fixtures, suite
from shared.patch import apply, parse, validate
from shared.patch.integrity import check_manifest
from shared.patch.manifest import Entity

# As the design has it: who may view, create, edit, delete.
GRANTS = {
    "Customer": ("admin sales manager", "admin sales", "admin sales", "admin"),
    "Order": ("admin sales manager", "admin sales", "admin sales", "admin"),
    "OrderTracking": ("admin sales manager", "admin sales", "admin", "admin"),
    "FinancialTransaction": ("admin sales manager accountant", "admin accountant", "admin accountant", "admin"),
}
REQUIRED = {
    "Customer": {"name", "email", "status"},
    "Order": {"orderNumber", "customer", "orderDate", "tax", "status"},
    "OrderTracking": {"order", "status", "timestamp", "updatedBy"},
    "FinancialTransaction": {"transactionNumber", "customer", "type", "amount", "paymentMethod", "date", "status"},
}


def test_the_base_module_is_whole() -> None:
    manifest = base_manifest()
    assert manifest.crm_version == CRM_VERSION
    assert check_manifest(manifest) == []
    assert list(manifest.visible_entities) == list(GRANTS)
    assert manifest.roles == ("admin", "sales", "manager", "accountant")


def test_roles_may_do_what_the_design_says() -> None:
    for name, expected in GRANTS.items():
        entity = base_manifest().visible_entities[name]
        for act, roles in zip(("view", "create", "edit", "delete"), expected, strict=True):
            assert _granted(entity, act) == set(roles.split()), (name, act)


def test_fields_are_required_as_the_design_says() -> None:
    for name, expected in REQUIRED.items():
        fields = base_manifest().visible_entities[name].visible_fields
        assert {one for one, entry in fields.items() if entry.definition.required} == expected


def test_every_part_is_labelled_in_both_languages() -> None:
    for label in _labels():
        assert label is not None
        assert any("\u4e00" <= letter <= "\u9fff" for letter in label["zh"]), label
        assert label["en"].isascii(), label


def test_an_order_goes_through_its_states() -> None:
    machine = base_manifest().visible_entities["Order"].machine
    assert machine is not None
    moves = {(one.source, one.target) for one in machine.transitions}
    forward = ["pending", "confirmed", "processing", "shipped", "completed"]
    expected = set(pairwise(forward)) | {(one, "cancelled") for one in forward[:3]}
    assert (machine.initial, moves) == ("pending", expected)


def test_the_suite_is_large_enough_and_covers_every_entity() -> None:
    scenarios = suite().scenarios
    assert len(scenarios) >= 30
    assert {one.entity for one in scenarios} == set(GRANTS)
    assert all(one.title is not None for one in scenarios)
    assert SUITE_VERSION.startswith("sha256:")


def test_fixtures_stay_below_ten_thousand() -> None:
    for one in fixtures():
        items: list[dict[str, Any]] = one.values.get("items", [])
        total = sum(Decimal(item["unitPrice"]) * item["quantity"] for item in items)
        assert total + Decimal(one.values.get("tax", 0)) + Decimal(one.values.get("amount", 0)) < 10_000


def test_every_example_applies() -> None:
    for name in EXAMPLES:
        patch = parse(example(name))
        assert validate(patch, base_manifest(), None) == []
        assert check_manifest(apply(patch, base_manifest())) == []


def _granted(entity: Entity, act: str) -> set[str]:
    return {entry.grant.role for entry in entity.grants if act in entry.grant.allow}


def _labels() -> list[Any]:
    document = base_manifest().model_dump(mode="json")
    found = [menu["label"] for menu in document["menus"]]
    for entity in document["entities"]:
        found += [entity["label"], entity["plural"]]
        for entry in entity["fields"]:
            parts = [
                entry["definition"],
                *entry["definition"].get("fields", ()),
                *entry["definition"].get("options", ()),
            ]
            found += [part["label"] for part in parts]
    return found
