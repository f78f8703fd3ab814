"""What names lead to: one reference, the record before, this record, lookups; and where a text mentions them."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.patch import Manifest, Refusal
from shared.patch.expression import Mention, Moment, Needed, compile_expression, compile_lookup
from shared.patch.fields import EnumField, RefField, TextField
from shared.patch.integrity import check_entity
from shared.patch.lookup import Lookup
from shared.patch.manifest import RuleEntry
from tests.patch.expression_shop import LOOKUPS, expression_shop

ORDER, ANN = "0b8f3b5e-7a0e-4f5e-8f0e-0123456789ab", "1b8f3b5e-7a0e-4f5e-8f0e-0123456789ab"
MOMENT = Moment(
    old={"total": 5, "customer": None},
    this={"credit": 10, "name": "Ann"},
    related={ANN: {"credit": "7.5", "name": "Ann", "tags": ["a"]}},
    lookups={"payments": 3, "paidSum": None},
)


@pytest.fixture(scope="module")
def shop() -> Manifest:
    return expression_shop()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("customer.credit", Decimal("7.5")),
        ("payer.credit", None),
        ("items.sum(i, i.product.price)", 0),
        ("'a' in customer.tags", True),
        ("old.total - total", 3),
        ("old.customer.credit", None),
        ("@payments + 1", 4),
        ("@paidSum", None),
        ("customer.name.size()", 3),
    ],
)
def test_a_name_leads_to(text: str, expected: Any, shop: Manifest) -> None:
    record = {"total": 2, "customer": ANN, "payer": ORDER, "items": [{"product": None}]}
    assert compile_expression(text, "Order", shop, lookups=LOOKUPS).evaluate(record, MOMENT) == expected


def test_this_is_the_record_that_is_written(shop: Manifest) -> None:
    expression = compile_expression("this.credit - total + old.credit", "Order", shop, this="Customer")
    assert expression.evaluate({"total": 2}, Moment(this={"credit": 10}, old={"credit": 1})) == 9
    assert expression.fields == {"total"}


def test_it_says_what_must_be_at_hand(shop: Manifest) -> None:
    text = "customer.credit + old.customer.credit + items.sum(i, i.product.price) + @payments + customer.name.size()"
    expression = compile_expression(text, "Order", shop, lookups=LOOKUPS)
    assert set(expression.hops) == {
        Needed("customer", "Order", "customer", "Customer", frozenset({"credit", "name"})),
        Needed("old.customer", "Order", "customer", "Customer", frozenset({"credit"})),
        Needed("items.product", "Order", "items.product", "Product", frozenset({"price"})),
    }
    assert [*expression.lookups] == ["payments"]
    own = {"customer", "customer.credit", "customer.name", "items", "items.product", "items.product.price"}
    assert expression.fields == own


def test_it_says_where_it_mentions_a_field(shop: Manifest) -> None:
    text = "items.filter(i, i.gift).sum(i, i.product.price) > total && size( items ) > 0 && old.customer . credit > 1"
    mentions = compile_expression(text, "Order", shop).mentions
    assert [(text[one.start : one.end], one.entity, one.field) for one in mentions] == [
        ("items", "Order", "items"),
        ("gift", "Order", "items.gift"),
        ("product", "Order", "items.product"),
        ("price", "Product", "price"),
        ("total", "Order", "total"),
        ("items", "Order", "items"),
        ("customer", "Order", "customer"),
        ("credit", "Customer", "credit"),
    ]
    within = compile_expression("amount + product.price", "Order", shop, within="items")
    assert within.mentions[0] == Mention(0, 6, "Order", "items.amount")
    assert within.fields == {"amount", "product", "product.price"}
    assert compile_expression("this.name + note", "Order", shop, this="Customer").mentions == (
        Mention(5, 9, "Customer", "name"),
        Mention(12, 16, "Order", "note"),
    )


STATUS = EnumField.model_validate({"name": "state", "options": [{"value": "open"}, {"value": "done"}, {"value": "x"}]})


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        ("paid ? 'open' : 'done'", STATUS, None),
        ("paid ? status : null", STATUS, None),
        ("null", STATUS, None),
        ("paid ? 'open' : 'dne'", STATUS, "option_unknown"),
        ("note", STATUS, "expression_options"),
        ("coalesce(status, trim(note))", STATUS, "expression_options"),
        ("total", STATUS, "expression_type"),
        ("status", EnumField.model_validate({"name": "state", "options": [{"value": "open"}]}), "option_unknown"),
        ("payer", RefField(name="owner", target="Customer"), None),
        ("null", RefField(name="owner", target="Customer"), None),
        ("id", RefField(name="owner", target="Customer"), "expression_reference"),
        ("paid ? payer : id", RefField(name="owner", target="Customer"), "expression_reference"),
        ("status", TextField.model_validate({"name": "told"}), None),
        ("null", "boolean", "expression_type"),
    ],
)
def test_what_comes_out_fits_the_field(text: str, field: Any, code: str | None, shop: Manifest) -> None:
    if code is None:
        compile_expression(text, "Order", shop, expect=field)
        return
    with pytest.raises(Refusal) as refused:
        compile_expression(text, "Order", shop, expect=field)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"entity": "Paymnt"}, "entity_unknown", "/entity"),
        ({"by": "ordr"}, "field_unknown", "/by"),
        ({"by": "amount", "equals": "total"}, "lookup_not_indexed", "/by"),
        ({"by": "day", "equals": "due"}, "lookup_not_indexed", "/by"),
        ({"by": "order", "equals": "note"}, "expression_type", "/equals"),
        ({"by": "order", "equals": "customer"}, "expression_reference", "/equals"),
        ({"equals": "idd"}, "field_unknown", "/equals"),
        ({"where": "amount"}, "expression_type", "/where"),
        ({"where": "total > 1"}, "field_unknown", "/where"),
        ({"where": "@payments > 1"}, "lookup_in_lookup", "/where"),
        ({"equals": "@payments"}, "lookup_in_lookup", "/equals"),
        ({"value": "amount"}, "lookup_value", "/value"),
        ({"find": "sum"}, "lookup_without_value", "/find"),
        ({"find": "sum", "value": "method"}, "expression_type", "/value"),
        ({"find": "max", "value": "refunded"}, "expression_type", "/value"),
        ({"find": "max", "value": "parts"}, "expression_lines", "/value"),
        ({"find": "count", "sort": "day"}, "lookup_sort", "/sort"),
        ({"find": "one", "value": "amount", "sort": "refunded"}, "expression_unordered", "/sort"),
    ],
)
def test_a_lookup_that_could_not_be_asked_is_refused(
    changes: dict[str, str], code: str, pointer: str, shop: Manifest
) -> None:
    lookup = Lookup.model_validate({"entity": "Payment", "by": "order", "find": "exists", **changes})
    with pytest.raises(Refusal) as refused:
        compile_expression("@wrong != null", "Order", shop, lookups={"wrong": lookup})
    assert (refused.value.code, refused.value.problems[0].pointer) == (code, f"/lookups/wrong{pointer}")


def test_a_lookup_has_the_kind_of_what_it_finds(shop: Manifest) -> None:
    order = shop.visible_entities["Order"]
    kinds = {name: compile_lookup(name, one, order, shop).type for name, one in LOOKUPS.items()}
    assert kinds["overpaid"] == "boolean"
    assert (kinds["payments"], kinds["paidSum"], kinds["lastAmount"]) == ("number", "number", "number")
    assert (kinds["firstDay"], kinds["lastCode"]) == ("date", "text")


def test_what_a_lookup_costs_is_counted_once(shop: Manifest) -> None:
    twice = " && ".join(["@overpaid"] * 100)
    assert compile_expression(twice, "Order", shop, lookups=LOOKUPS).type == "boolean"
    dear = "parts.all(p, parts.all(q, p.share + q.share > 1))"
    lookup = Lookup.model_validate({"entity": "Payment", "by": "order", "find": "exists", "where": dear})
    with pytest.raises(Refusal) as refused:
        compile_expression("@dear", "Order", shop, lookups={"dear": lookup})
    assert refused.value.code == "expression_too_costly"


def test_a_day_is_no_moment(shop: Manifest) -> None:
    expression = compile_expression("due", "Order", shop)
    assert expression.evaluate({"due": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)}) is None


def test_a_former_name_suggests_what_the_field_is_called_now(shop: Manifest) -> None:
    order = shop.visible_entities["Order"]
    renamed = order.fields[1].definition.having(name="grandSum")
    fields = (order.fields[0], order.fields[1].having(definition=renamed), *order.fields[2:])
    with pytest.raises(Refusal) as refused:
        compile_expression("total > 1", order.having(fields=fields), shop)
    assert (refused.value.code, refused.value.suggestion) == ("field_unknown", "grandSum")


def test_a_problem_of_a_lookup_points_to_where_it_is_declared(shop: Manifest) -> None:
    lookup = {"entity": "Payment", "by": "amount", "equals": "total", "find": "count"}
    text = {"en": "x", "zh": "x"}
    rule = {"name": "few", "expression": "@open < 3 && @open != 1", "message": text, "lookups": {"open": lookup}}
    order = shop.visible_entities["Order"]
    entry = RuleEntry.model_validate({"key": "crm/rule/Order.few", "rule": rule})
    problems = check_entity(order.having(rules=(entry,)), shop)
    told = [(one.code, one.pointer) for one in problems if one.code.startswith("lookup")]
    assert told == [("lookup_not_indexed", "/entities/Order/rules/few/lookups/open/by")]
