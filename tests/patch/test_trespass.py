"""What nobody may have done for him by a patch, and what a reviewer is told that a patch shows."""

from typing import Any

import pytest

from shared.patch import Manifest, acknowledgements, apply, explain, risk, validate
from shared.patch.author import Author

SALES, ADMIN, NOBODY = Author(("sales",)), Author(("admin",)), Author()


def add(entity: str, **field: Any) -> dict[str, Any]:
    return {"op": "add_field", "entity": entity, "field": field}


def trigger(entity: str, *actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = {"name": "t", "on": ["update"], "actions": actions, **more}
    return {"op": "add_trigger", "entity": entity, "trigger": made}


def step(**more: Any) -> dict[str, Any]:
    return {"source": "pending", "target": "confirmed", **more}


SALARY = add("Customer", type="money", name="salary")
COPIES = [
    add("Customer", type="money", name="copy", computed="salary * 1"),
    add("Customer", type="boolean", name="copy", computed="salary > 1000"),
    {
        "op": "add_entity",
        "entity": "Visit",
        "label": {"en": "Visit", "zh": "拜访"},
        "fields": [
            {"type": "ref", "name": "customer", "target": "Customer"},
            {"type": "money", "name": "copy", "computed": "customer.salary * 1"},
        ],
    },
    trigger("Customer", {"action": "set", "values": {"employees": "salary"}}),
    trigger("Customer", {"action": "create", "entity": "Customer", "values": {"name": "'x'", "employees": "salary"}}),
    trigger(
        "Customer",
        {"action": "set", "values": {"employees": "@most"}},
        lookups={"most": {"entity": "Customer", "by": "id", "equals": "id", "find": "max", "value": "salary"}},
    ),
]


@pytest.fixture
def closed(shop: Manifest, patch_of: Any) -> Manifest:
    """The salary of a customer is for the administrator alone."""
    grant = {"op": "grant", "entity": "Customer", "role": "admin", "allow": ["view", "edit"], "field": "salary"}
    return apply(patch_of(SALARY, grant, module="pay"), shop)


@pytest.mark.parametrize("copy", COPIES, ids=lambda one: one["op"])
def test_nobody_shows_others_what_he_may_not_see(copy: dict[str, Any], closed: Manifest, patch_of: Any) -> None:
    patch = patch_of(copy)
    (problem,) = validate(patch, closed, SALES)
    assert (problem.code, problem.params["field"]) == ("reading_exceeds_author", "salary")
    assert risk(patch, closed, SALES) == "L3"
    assert validate(patch, closed, ADMIN) == []
    assert validate(patch_of(copy, module="pay"), closed, SALES) == []
    assert acknowledgements(patch, closed) == ("/operations/0",)


def test_what_a_computed_value_shows_to_others_is_told(closed: Manifest, patch_of: Any) -> None:
    (told,) = explain(patch_of(COPIES[0]), closed)
    assert told["en"].endswith("It shows Customer.salary to roles that may not see that there.")
    assert told["zh"].endswith("无权查看 Customer.salary 的角色可由此看到其内容。")


def test_what_all_may_see_anyway_may_be_computed_with_by_anybody(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(add("Customer", type="integer", name="twice", computed="employees * 2"))
    assert validate(patch, shop, NOBODY) == []
    assert risk(patch, shop, NOBODY) == "L1"


def test_a_condition_may_ask_for_what_its_author_cannot_see(closed: Manifest, patch_of: Any) -> None:
    message = {"en": "Too much.", "zh": "过多。"}
    rule = {"name": "r", "expression": "salary < 1000", "message": message}
    assert validate(patch_of({"op": "add_rule", "entity": "Customer", "rule": rule}), closed, SALES) == []


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace_part", "part": {"kind": "transition", "transition": step(roles=["sales"])}},
        {"op": "replace_part", "part": {"kind": "transition", "transition": step()}},
        {"op": "remove_part", "part": {"kind": "machine"}},
        {"op": "extend_machine", "transitions": [{"source": "shipped", "target": "confirmed", "roles": ["sales"]}]},
    ],
)
def test_nobody_opens_a_state_that_he_may_not_bring_about(
    operation: dict[str, Any], shop: Manifest, patch_of: Any
) -> None:
    kept = {
        "op": "replace_part",
        "entity": "Order",
        "part": {"kind": "transition", "transition": step(roles=["admin"])},
    }
    manifest, patch = apply(patch_of(kept, module="stock"), shop), patch_of({"entity": "Order", **operation})
    (problem,) = validate(patch, manifest, SALES)
    assert (problem.code, problem.params["needs"]) == ("state_exceeds_author", ["admin"])
    assert validate(patch, manifest, ADMIN) == []
    assert validate(patch, shop, SALES) == []


def test_a_new_name_shows_nobody_more(closed: Manifest, patch_of: Any) -> None:
    copied = apply(patch_of(COPIES[0], module="pay"), closed)
    rename = {"op": "rename_field", "entity": "Customer", "field": "salary", "to": "wage"}
    assert validate(patch_of(rename), copied, SALES) == []
