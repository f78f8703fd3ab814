from typing import Any

import pytest

from shared.patch import Author, Manifest, apply, conflicts, explain, inverse, risk, semver, undo, validate
from shared.patch.identity import visible

MESSAGE = {"en": "No.", "zh": "不行。"}
RULE = {"name": "r", "expression": "tax >= 0", "message": MESSAGE}
SET = {"action": "set", "values": {"notes": "'new'"}}
TRIGGER = {"name": "t", "on": ["create"], "actions": [SET]}
INDEX = {"name": "i", "fields": ["orderDate"]}
SHIPPING = {"source": "confirmed", "target": "shipped"}
MADE = (
    {"op": "add_rule", "entity": "Order", "rule": RULE},
    {"op": "add_trigger", "entity": "Order", "trigger": TRIGGER},
    {"op": "add_index", "entity": "Order", "index": INDEX},
    {"op": "grant", "entity": "Customer", "role": "sales", "allow": ["delete"], "where": "vip == false"},
)


def replace(kind: str, part: dict[str, Any], entity: str = "Order") -> dict[str, Any]:
    return {"op": "replace_part", "entity": entity, "part": {"kind": kind, kind: part}}


def grant(role: str, *acts: str, **more: Any) -> dict[str, Any]:
    return replace("grant", {"role": role, "allow": [*acts], **more}, entity="Customer")


@pytest.fixture(scope="module")
def full(shop: Manifest, patch_of: Any) -> Manifest:
    """The shop with one part of each kind."""
    return apply(patch_of(*MADE, module="full"), shop)


@pytest.mark.parametrize(
    ("operation", "counts"),
    [
        (replace("rule", {**RULE, "expression": "tax > 1"}), "minor"),
        (replace("trigger", {**TRIGGER, "on": ["update"]}), "minor"),
        (replace("index", {**INDEX, "fields": ["orderDate", "customer"]}), "minor"),
        (replace("transition", {**SHIPPING, "guard": "tax > 1"}), "major"),
        (replace("transition", {**SHIPPING, "guard": "items.size() > 0", "roles": ["admin"]}), "major"),
        (replace("transition", {**SHIPPING, "sets": {"shippedAt": "now"}}), "minor"),
        (grant("manager", "view", "edit"), "minor"),
        (grant("manager", "view", where="vip == true"), "major"),
        (grant("sales", "view", "create", "edit"), "major"),
        (grant("sales", "view", "create", "edit", "delete"), "minor"),
    ],
    ids=lambda one: str(one)[:90],
)
def test_a_part_is_replaced_and_its_inverse_brings_the_old_one_back(
    operation: Any, counts: str, full: Manifest, patch_of: Any
) -> None:
    patch = patch_of(operation)
    after = apply(patch, full)
    assert visible(after) != visible(full)
    assert (risk(patch, full), semver(patch, full)) == ("L2", counts)
    assert visible(undo(inverse(patch, full), after)) == visible(full)


def test_a_replaced_part_keeps_its_key(full: Manifest, patch_of: Any) -> None:
    (entry,) = apply(patch_of(replace("rule", {**RULE, "expression": "tax > 1"})), full).visible_entities["Order"].rules
    assert (entry.key, entry.rule.expression) == ("full/rule/Order.r", "tax > 1")


def test_a_replaced_grant_says_all_that_the_role_is_granted(full: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(grant("sales", "view")), full)
    grants = [one.grant for one in after.visible_entities["Customer"].grants if not one.removed]
    assert [(one.allow, one.where) for one in grants if one.role == "sales"] == [(("view",), None)]


@pytest.mark.parametrize(
    ("operation", "code", "pointer", "suggestion"),
    [
        (replace("rule", {**RULE, "name": "rr"}), "part_unknown", "/rule", None),
        (replace("rule", {**RULE, "expression": "taxx > 1"}), "field_unknown", "/rule/expression", "tax"),
        (replace("rule", {**RULE, "on": []}), "rule_never", "/rule/on", None),
        (
            replace("rule", {**RULE, "on": ["create"], "expression": "old.tax > 1"}),
            *("old_of_new", "/rule/expression", None),
        ),
        (replace("trigger", {**TRIGGER, "on": ["delete"]}), "trigger_set_deleted", "/trigger/actions/0", None),
        (replace("index", {**INDEX, "fields": ["orderDat"]}), "field_unknown", "/index/fields/0", "orderDate"),
        (replace("transition", {"source": "pending", "target": "shiped"}), *("part_unknown", "/transition", None)),
        (replace("transition", {**SHIPPING, "guard": "tax"}), "expression_type", "/transition/guard", None),
        (replace("transition", SHIPPING, entity="Customer"), "machine_missing", "/transition", None),
        (grant("manager"), "grant_empty", "/grant/allow", None),
        (grant("manager", "view", where="vipp == true"), "field_unknown", "/grant/where", "vip"),
        (grant("manager", "view", field="phone"), "part_unknown", "/grant", "manager"),
    ],
)
def test_a_replacement_that_means_nothing_is_refused_where_it_is_wrong(
    operation: Any, code: str, pointer: str, suggestion: str | None, full: Manifest, patch_of: Any
) -> None:
    problems = validate(patch_of(operation), full)
    told = [(one.code, one.pointer) for one in problems]
    assert (code, f"/operations/0/part{pointer}") in told
    if suggestion is not None:
        assert problems[0].suggestion == suggestion


@pytest.mark.parametrize(("roles", "refused"), [(("manager",), True), (("sales",), False)])
def test_nobody_replaces_a_grant_by_more_than_he_has(
    roles: tuple[str, ...], refused: bool, shop: Manifest, patch_of: Any
) -> None:
    problems = validate(patch_of(grant("manager", "view", "edit")), shop, Author(roles))
    assert [one.code for one in problems] == ["grant_exceeds_author"] * refused


def test_two_modules_do_not_replace_one_part(full: Manifest, patch_of: Any) -> None:
    one, other = (
        patch_of(replace("rule", {**RULE, "expression": text}), module=module)
        for module, text in (("a", "tax > 1"), ("b", "tax > 2"))
    )
    assert conflicts(one, other, full) == ["order/rule/r"]


def test_it_says_in_words_what_is_there_instead(full: Manifest, patch_of: Any) -> None:
    (told,) = explain(patch_of(replace("transition", {**SHIPPING, "roles": ["manager"]})), full)
    assert (told["en"], told["zh"]) == (
        "Replaces the transition “confirmed → shipped” of Order: confirmed → shipped by manager.",
        "替换“订单”的流转“confirmed → shipped”：confirmed → shipped（限 manager）。",
    )
