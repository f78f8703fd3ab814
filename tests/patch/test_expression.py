"""What an expression means: values, three-valued logic, exact numbers, and what is refused before anything runs."""

import datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from shared.patch import Manifest, Refusal
from shared.patch.expression import Moment, compile_expression

ORDER: dict[str, Any] = {
    "orderNumber": "ORD-000001",
    "customer": "0b8f3b5e-7a0e-4f5e-8f0e-0123456789ab",
    "orderDate": datetime.date(2026, 3, 2),
    "items": [
        {"product": "Drill", "quantity": 2, "unitPrice": "89.50", "amount": Decimal("179.00")},
        {"product": "Bit", "quantity": 1, "unitPrice": "0.10", "amount": Decimal("0.10")},
    ],
    "tax": "0.20",
    "total": Decimal("179.30"),
    "status": "pending",
    "notes": None,
}
MOMENT = Moment(
    today=datetime.date(2026, 3, 31),
    now=datetime.datetime(2026, 3, 31, 9, 30, tzinfo=datetime.UTC),
    user_id="u1",
    user_name="Ann",
    old={"status": "confirmed", "total": None},
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("total <= 10000 || notes != null", True),
        ("total > 10000 && notes == null", False),
        ("total == 179.3", True),
        ("0.1 + 0.2 == 0.3", True),
        ("1 + 2 * 3 - 4 / 2", Decimal(5)),
        ("1 - 2 - 3", Decimal(-4)),
        ("-(1 + 2) * -1", Decimal(3)),
        ("10 / 4", Decimal("2.5")),
        ("1 / 3", Decimal("0.333333333333")),
        ("-1 / 3", Decimal("-0.333333333333")),
        ("total / 0", None),
        ("total / (tax - 0.2)", None),
        ("notes == null", True),
        ("size(notes)", None),
        ("size(notes) > 3", None),
        ("size('北京')", Decimal(2)),
        ("status in ['pending', 'shipped']", True),
        ("!(status in ['shipped'])", True),
        ("notes in ['a', 'b']", None),
        ("items.size()", Decimal(2)),
        ("size(items)", Decimal(2)),
        ("items.sum(i, i.amount)", Decimal("179.10")),
        ("items.sum(i, i.quantity * i.unitPrice) == items.sum(i, i.amount)", True),
        ("items.all(i, i.quantity > 0)", True),
        ("items.exists(i, i.quantity > 1 && i.product == 'Drill')", True),
        ("items.all(i, items.exists(j, j.amount >= i.amount))", True),
        ("orderDate <= today", True),
        ("orderDate == date('2026-03-02')", True),
        ("now > datetime('2026-03-31T10:00:00+01:00')", True),
        ("shippedAt == null || shippedAt <= now", True),
        ("user", "u1"),
        ("user.name == 'Ann'", True),
        ("old.status == 'confirmed' && old.total == null", True),
        ("customer != null", True),
        ("customer == old.customer", None),
        ("'it''s' == 'x'", None),
        (r"'it\'s\n\u4e2d' == " + r'"it\'s\n中"', True),
    ],
)
def test_an_expression_means(text: str, expected: Any, shop: Manifest) -> None:
    if "''" in text:
        with pytest.raises(Refusal):
            compile_expression(text, "Order", shop)
        return
    assert compile_expression(text, "Order", shop).evaluate(ORDER, MOMENT) == expected


TRUTH = (True, False, None)


@pytest.mark.parametrize(("a", "b"), [*product(TRUTH, TRUTH)])
def test_and_or_and_not_are_three_valued(a: bool | None, b: bool | None, shop: Manifest) -> None:
    def value(text: str) -> bool | None:
        return compile_expression(text, "Customer", shop).evaluate({"vip": a}, Moment(old={"vip": b}))

    assert value("vip && old.vip") is (False if False in {a, b} else None if None in {a, b} else True)
    assert value("vip || old.vip") is (True if True in {a, b} else None if None in {a, b} else False)
    assert value("!vip") is (None if a is None else not a)
    assert value("vip == old.vip") is (None if None in {a, b} else a == b)
    assert value("vip in [old.vip, true]") is (
        None if a is None else True if a or a == b else None if b is None else False
    )


@pytest.mark.parametrize(
    ("quantities", "every", "some", "total"),
    [
        ([], True, False, 0),
        ([1, 2], True, True, 3),
        ([1, -1], False, True, 0),
        ([-1, None], False, None, -1),
        ([1, None], None, True, 1),
        ([None], None, None, 0),
    ],
)
def test_lines_are_three_valued_too(
    quantities: list[int | None], every: bool | None, some: bool | None, total: int, shop: Manifest
) -> None:
    record = {"items": [{"quantity": one} for one in quantities]}

    def value(text: str) -> Any:
        return compile_expression(text, "Order", shop).evaluate(record)

    assert value("items.all(i, i.quantity > 0)") is every
    assert value("items.exists(i, i.quantity > 0)") is some
    assert value("items.sum(i, i.quantity)") == total


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("totl > 1", "field_unknown", "total"),
        ("items.sum(i, i.amont) > 1", "field_unknown", "amount"),
        ("item.size() > 1", "field_unknown", "items"),
        ("user.nme == 'x'", "field_unknown", "name"),
        ("total > 'x'", "expression_type", None),
        ("total && true", "expression_type", None),
        ("!total", "expression_type", None),
        ("notes + 1 > 2", "expression_type", None),
        ("orderDate > '2026-01-01'", "expression_type", "date('2026-01-01')"),
        ("total > null", "expression_type", None),
        ("null == null", "expression_type", None),
        ("status > 'pending'", "expression_unordered", None),
        ("customer > customer", "expression_unordered", None),
        ("status == 'pendin'", "option_unknown", "pending"),
        ("status in ['shippd']", "option_unknown", "shipped"),
        ("items == null", "expression_lines", "items.size()"),
        ("items.all(i, i)", "expression_lines", "i.product"),
        ("items.all(total, true)", "expression_variable", None),
        ("items.mix(i, i.amount)", "function_unknown", "min"),
        ("len(notes)", "function_unknown", None),
        ("size(notes, 1)", "expression_arguments", "size(…)"),
        ("date(today)", "expression_arguments", "date('2026-03-31')"),
        ("notes.all(i, true)", "expression_not_lines", None),
        ("customer.status == 'activ'", "option_unknown", "active"),
        ("customer.nme == 'x'", "field_unknown", "name"),
        ("customer.name.x == 'x'", "expression_path", None),
        ("status.name == 'x'", "expression_path", None),
        ("total = 1", "expression_syntax", "=="),
        ("total > 1 & true", "expression_syntax", "&&"),
        ("1 < 2 < 3", "expression_syntax", None),
        ("status in []", "expression_syntax", None),
        ("'a\\qb' == 'a'", "expression_syntax", None),
        ("", "expression_syntax", None),
        ("(" * 40 + "1" + ")" * 40, "expression_too_deep", None),
        ("true in [" * 40, "expression_too_deep", None),
        ("1" + " + 1" * 400, "expression_too_large", None),
        ("1" + " " * 3000, "expression_too_long", None),
        ("9" * 60, "expression_syntax", None),
        ("items.all(i, items.all(j, items.all(k, true)))", "expression_too_deep", None),
        ("items.all(i, items.sum(j, " + " + ".join(["j.amount"] * 15) + ") > 1)", "expression_too_costly", None),
    ],
)
def test_what_could_not_run_is_refused(text: str, code: str, suggestion: str | None, shop: Manifest) -> None:
    with pytest.raises(Refusal) as refused:
        compile_expression(text, "Order", shop)
    assert (refused.value.code, refused.value.suggestion) == (code, suggestion)


def test_a_long_flat_rule_is_no_deep_one(shop: Manifest) -> None:
    text = " && ".join(["total > 1"] * 70)
    assert compile_expression(text, "Order", shop).evaluate(ORDER) is True


def test_it_says_which_fields_it_reads(shop: Manifest) -> None:
    assert compile_expression("items.sum(i, i.amount) > tax", "Order", shop).fields == {"items", "items.amount", "tax"}
    inside = compile_expression("quantity * unitPrice", "Order", shop, within="items")
    assert (inside.fields, inside.type) == ({"quantity", "unitPrice"}, "number")
