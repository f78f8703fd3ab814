from typing import Any

import pytest

from shared.patch import Author, Manifest, apply, explain, inverse, risk, semver, undo, validate
from shared.patch.identity import visible

MESSAGE = {"en": "No.", "zh": "不行。"}
RULE = {"op": "add_rule", "entity": "Order", "rule": {"name": "r", "expression": "tax >= 0", "message": MESSAGE}}
TRIGGER = {
    "op": "add_trigger",
    "entity": "Order",
    "trigger": {"name": "t", "on": ["create"], "actions": [{"action": "set", "values": {"notes": "'new'"}}]},
}
INDEX = {"op": "add_index", "entity": "Order", "index": {"name": "i", "fields": ["orderDate"]}}
UNIQUE = {
    "op": "add_index",
    "entity": "Order",
    "index": {"name": "u", "fields": ["customer", "orderDate"], "unique": True},
}
FIELD_GRANT = {"op": "grant", "entity": "Customer", "role": "admin", "field": "phone", "allow": ["view", "edit"]}
MADE = (RULE, TRIGGER, INDEX, UNIQUE, FIELD_GRANT)


def remove(entity: str = "Order", **part: str) -> dict[str, Any]:
    return {"op": "remove_part", "entity": entity, "part": part}


@pytest.fixture(scope="module")
def full(shop: Manifest, patch_of: Any) -> Manifest:
    """The shop with one part of each kind."""
    return apply(patch_of(*MADE, module="full"), shop)


PARTS = [
    (remove(kind="rule", name="r"), "minor", "full/rule/Order.r"),
    (remove(kind="trigger", name="t"), "minor", "full/trigger/Order.t"),
    (remove(kind="index", name="i"), "patch", "full/index/Order.i"),
    (remove(kind="index", name="u"), "minor", "full/index/Order.u"),
    (remove("Customer", kind="grant", role="admin"), "major", "crm/grant/Customer.admin"),
    (remove("Customer", kind="grant", role="admin", field="phone"), "major", "full/grant/Customer.admin.phone"),
    (remove(kind="transition", source="confirmed", target="shipped"), "major", "source"),
    (remove(kind="machine"), "major", "machine"),
    (remove(kind="page", page="timeline"), "minor", "timeline"),
]


@pytest.mark.parametrize(("operation", "counts", "gone"), PARTS, ids=lambda one: str(one)[:60])
def test_a_part_goes_and_its_inverse_brings_it_back(
    operation: Any, counts: str, gone: str, full: Manifest, patch_of: Any
) -> None:
    patch = patch_of(operation)
    after = apply(patch, full)
    assert f"'{gone}'" not in str(visible(after)) or str(visible(after)).count(gone) < str(visible(full)).count(gone)
    assert (risk(patch, full), semver(patch, full)) == ("L2", counts)
    assert visible(undo(inverse(patch, full), after)) == visible(full)


@pytest.mark.parametrize(
    ("operation", "code", "suggestion"),
    [
        (remove(kind="rule", name="rr"), "part_unknown", "r"),
        (remove(kind="trigger", name="T"), "part_unknown", "t"),
        (remove("Customer", kind="grant", role="admin", field="phon"), "part_unknown", "admin.phone"),
        (remove("Customer", kind="grant", role="sale"), "part_unknown", "sales"),
        (remove(kind="transition", source="confirmd", target="shipped"), "part_unknown", "confirmed → shipped"),
        (remove("Customer", kind="machine"), "machine_missing", None),
        (remove("Customer", kind="page"), "part_unknown", None),
    ],
)
def test_a_part_that_is_not_there_is_refused_with_the_one_that_was_meant(
    operation: Any, code: str, suggestion: str | None, full: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(operation), full)
    assert (problem.code, problem.pointer, problem.suggestion) == (code, "/operations/0/part", suggestion)


def test_at_least_one_transition_is_left(shop: Manifest, patch_of: Any) -> None:
    first = remove(kind="transition", source="pending", target="confirmed")
    last = remove(kind="transition", source="confirmed", target="shipped")
    (problem,) = validate(patch_of(first, last), shop)
    assert (problem.code, problem.pointer) == ("machine_empty", "/operations/1/part")


def test_an_index_that_a_lookup_asks_by_stays(full: Manifest, patch_of: Any) -> None:
    asking = {"entity": "Order", "by": "orderDate", "equals": "today", "find": "count"}
    rule = {"name": "few", "expression": "@today < 9", "lookups": {"today": asking}, "message": MESSAGE}
    after = apply(patch_of({"op": "add_rule", "entity": "Customer", "rule": rule}), full)
    (problem,) = validate(patch_of(remove(kind="index", name="i"), module="other"), after)
    assert (problem.code, problem.pointer) == ("lookup_not_indexed", "/operations/0/part")


@pytest.mark.parametrize(("roles", "refused"), [(("sales",), True), (("manager",), True), (("admin",), False)])
def test_nobody_opens_a_field_that_is_closed_to_himself(
    roles: tuple[str, ...], refused: bool, full: Manifest, patch_of: Any
) -> None:
    patch = patch_of(remove("Customer", kind="grant", role="admin", field="phone"))
    assert [one.code for one in validate(patch, full, Author(roles))] == ["grant_exceeds_author"] * refused
    assert risk(patch, full, Author(roles)) == ("L3" if refused else "L2")


def test_it_says_in_words_what_is_gone(full: Manifest, patch_of: Any) -> None:
    (told,) = explain(patch_of(remove(kind="rule", name="r")), full)
    assert (told["en"], told["zh"]) == (
        "Removes the rule “r” of Order. Records stay as they are.",
        "移除“订单”的规则“r”，已有记录不变。",
    )
