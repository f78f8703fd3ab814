from typing import Any

import pytest

from shared.patch import Manifest, Refusal, apply, conflicts, explain, fingerprint, inverse, message, risk, semver, undo
from shared.patch import validate as validated
from shared.patch.fields import EnumField, LinesField
from shared.patch.text import Text

TEXT = {"en": "Client", "zh": "主顾"}
TEXT_OF = Text.model_validate(TEXT)
RULE = {"name": "r", "expression": "tax >= 0", "message": {"en": "No.", "zh": "不行。"}}


def text(**parts: Any) -> dict[str, Any]:
    return {"op": "set_text", **parts}


EVERY = [
    text(menu="customers", label=TEXT),
    text(entity="Customer", label=TEXT, plural=TEXT),
    text(entity="Order", rule="r", message=TEXT),
    text(entity="Customer", field="phone", label=TEXT, help=TEXT),
    text(entity="Customer", field="status", option="active", label=TEXT),
    text(entity="Order", lines="items", field="product", help=TEXT),
]


@pytest.fixture(scope="session")
def ruled(shop: Manifest, patch_of: Any) -> Manifest:
    """The shop with a rule."""
    return apply(patch_of({"op": "add_rule", "entity": "Order", "rule": RULE}, module="rules"), shop)


def test_every_text_is_changed_in_both_languages(ruled: Manifest, patch_of: Any) -> None:
    patch = patch_of(*EVERY)
    after = apply(patch, ruled)
    customer, order = after.visible_entities["Customer"], after.visible_entities["Order"]
    phone, status = customer.visible_fields["phone"].definition, customer.visible_fields["status"].definition
    items = order.visible_fields["items"].definition
    assert isinstance(status, EnumField)
    assert isinstance(items, LinesField)
    assert [
        after.menus[0].label,
        customer.label,
        customer.plural,
        order.rules[0].rule.message,
        phone.label,
        phone.help,
        status.options[0].label,
        items.fields[0].help,
    ] == [TEXT_OF] * 8
    assert (risk(patch, ruled), semver(patch, ruled)) == ("L1", "patch")


@pytest.mark.parametrize("operation", EVERY)
def test_the_inverse_restores_the_text(operation: Any, ruled: Manifest, patch_of: Any) -> None:
    patch = patch_of(operation)
    after = apply(patch, ruled)
    assert fingerprint(after) != fingerprint(ruled)
    assert fingerprint(undo(inverse(patch, ruled), after)) == fingerprint(ruled)


@pytest.mark.parametrize(
    ("operation", "code", "pointer", "suggestion"),
    [
        (text(menu="customer", label=TEXT), "menu_unknown", "/menu", "customers"),
        (text(entity="Custmer", label=TEXT), "entity_unknown", "/entity", "Customer"),
        (text(entity="Order", rule="q", message=TEXT), "part_unknown", "/rule", None),
        (text(entity="Customer", field="phne", label=TEXT), "field_unknown", "/field", "phone"),
        (text(entity="Customer", field="status", option="activ", label=TEXT), "option_unknown", "/option", "active"),
        (text(entity="Customer", field="phone", option="active", label=TEXT), "option_unknown", "/option", None),
        (text(entity="Order", lines="items", field="prodct", label=TEXT), "field_unknown", "/field", "product"),
        (text(entity="Order", lines="tax", field="product", label=TEXT), "not_lines", "/lines", "total"),
    ],
)
def test_a_text_of_what_is_not_there_is_refused(
    operation: Any, code: str, pointer: str, suggestion: str | None, ruled: Manifest, patch_of: Any
) -> None:
    (problem,) = validated(patch_of(operation), ruled)
    assert (problem.code, problem.pointer) == (code, f"/operations/0{pointer}")
    assert problem.suggestion == suggestion or code == "not_lines"


@pytest.mark.parametrize(
    ("parts", "code", "told"),
    [
        ({"menu": "m", "entity": "Order", "label": TEXT}, "text_target", "menu, entity"),
        ({"label": TEXT}, "text_target", "name a `menu`"),
        ({"entity": "Order", "option": "x", "label": TEXT}, "text_target", "entity, option"),
        ({"entity": "Order"}, "text_missing", "label, plural"),
        ({"entity": "Order", "message": TEXT}, "text_senseless", "no `message`"),
        ({"entity": "Order", "field": "tax", "plural": TEXT}, "text_senseless", "label, help"),
    ],
)
def test_a_text_that_nothing_has_is_refused(parts: Any, code: str, told: str, patch_of: Any) -> None:
    with pytest.raises(Refusal) as refused:
        patch_of(text(**parts))
    (problem,) = refused.value.problems
    assert (problem.code, problem.pointer) == (code, "/operations/0")
    assert told in message(problem.code, problem.params)["en"]


def test_two_modules_may_change_different_texts_of_one_field(ruled: Manifest, patch_of: Any) -> None:
    def meeting(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
        return conflicts(patch_of(one), patch_of(other, module="other"), ruled)

    label, helping = (text(entity="Customer", field="status", **{name: TEXT}) for name in ("label", "help"))
    assert meeting(label, helping) == []
    assert meeting(label, label) == ["customer/field/status/label"]
    assert meeting(label, {"op": "change_field", "entity": "Customer", "field": "status", "changes": {"label": TEXT}})
    assert meeting(helping, {"op": "rename_field", "entity": "Customer", "field": "status", "to": "state"})
    active = text(entity="Customer", field="status", option="active", label=TEXT)
    assert meeting(active, text(entity="Customer", field="status", option="inactive", label=TEXT)) == []
    removing = {"op": "change_options", "entity": "Customer", "field": "status", "remove": ["active"]}
    assert meeting(active, removing)


@pytest.mark.parametrize(
    ("operation", "en", "zh"),
    [
        (
            EVERY[0],
            "the menu item `customers`: label “Client”, was “Customers”",
            "菜单项 `customers` 的文字：名称由“客户”改为“主顾”",
        ),
        (
            EVERY[1],
            "the entity Customer: label “Client”, was “Customer”; plural “Client”, was “Customers”",
            "实体“客户”的文字：名称由“客户”改为“主顾”；复数名称由“客户”改为“主顾”",
        ),
        (EVERY[2], "the rule `r` of Order: message “Client”", "“订单”的规则 `r` 的文字：提示由“不行。”改为“主顾”"),
        (EVERY[3], "the field “phone” of Customer", "“客户”的字段“phone”的文字"),
        (EVERY[4], "the option `active` of the field “status” of Customer", "的选项 `active` 的文字"),
        (
            EVERY[5],
            "the field “product” of the lines “items” of Order: help",
            "“订单·items”的字段“product”的文字：说明",
        ),
    ],
)
def test_what_the_text_is_of_is_told(operation: Any, en: str, zh: str, ruled: Manifest, patch_of: Any) -> None:
    (told,) = explain(patch_of(operation), ruled)
    assert en in told["en"]
    assert zh in told["zh"]


@pytest.mark.parametrize(
    "operation",
    [
        text(entity="Customer", field="phone", label={"en": "address", "zh": "电话"}),
        text(entity="Customer", field="phone", label={"en": "Phone", "zh": "地址"}),
        text(entity="Customer", field="status", option="active", label={"en": "Inactive", "zh": "停用"}),
        text(entity="Order", lines="items", field="product", label={"en": "Quantity", "zh": "商品"}),
        text(entity="Order", label={"en": "Customer", "zh": "订货人"}),
    ],
)
def test_a_name_that_something_beside_it_has_asks_for_confirmation(
    operation: Any, shop: Manifest, patch_of: Any
) -> None:
    patch = patch_of(operation)
    assert risk(patch, shop) == "L2"
    (told,) = explain(patch, shop)
    assert told["en"].endswith("Something beside it is called the same.")


@pytest.mark.parametrize("operation", EVERY[:2] + EVERY[3:])
def test_another_name_asks_for_none(operation: Any, shop: Manifest, patch_of: Any) -> None:
    assert risk(patch_of(operation), shop) == "L1"
