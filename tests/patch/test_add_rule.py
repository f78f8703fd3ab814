from typing import Any

import pytest

from shared.patch import Manifest, apply, risk, validate

MESSAGE = {"en": "Not allowed.", "zh": "不允许。"}


def rule(expression: str, **more: Any) -> dict[str, Any]:
    return {
        "op": "add_rule",
        "entity": "Order",
        "rule": {"name": "r", "expression": expression, "message": MESSAGE, **more},
    }


def test_a_rule_gets_a_key_of_its_module(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(rule("total <= 10000 || notes != null"))
    (entry,) = apply(patch, shop).visible_entities["Order"].visible_rules
    assert entry.key == "loyalty/rule/Order.r"
    assert risk(patch, shop) == "L2"
    assert risk(patch_of(rule("vip == true", severity="warning")), shop) == "L1"


@pytest.mark.parametrize(
    ("operation", "code", "pointer", "suggestion"),
    [
        (rule("totl > 1"), "field_unknown", "/rule/expression", "total"),
        (rule("total"), "expression_type", "/rule/expression", None),
        (rule("total >"), "expression_syntax", "/rule/expression", None),
        (rule("status == 'pendin'"), "option_unknown", "/rule/expression", "pending"),
        (rule("total > 1", on=[]), "rule_never", "/rule/on", None),
        (rule("total > old.total", on=["create"]), "old_of_new", "/rule/expression", None),
    ],
)
def test_a_rule_that_could_not_run_is_refused(
    operation: Any, code: str, pointer: str, suggestion: str | None, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(operation), shop)
    assert (problem.code, problem.pointer) == (code, f"/operations/0{pointer}")
    assert problem.suggestion == suggestion


def test_two_rules_of_one_name_are_refused(shop: Manifest, patch_of: Any) -> None:
    (problem,) = validate(patch_of(rule("total > 1"), rule("total > 2")), shop)
    assert (problem.code, problem.pointer) == ("rule_taken", "/operations/1/rule/name")


def test_a_field_that_a_rule_reads_cannot_be_removed(shop: Manifest, patch_of: Any) -> None:
    removed = {"op": "remove_field", "entity": "Order", "field": "notes"}
    (problem,) = validate(patch_of(rule("notes != null"), removed), shop)
    assert (problem.code, problem.params["user"]) == ("field_in_use", "Order.r")
