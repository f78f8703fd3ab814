"""What every function means, where it is unknown, and how it is called wrongly."""

import datetime
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

from shared.patch import Manifest, Refusal
from shared.patch.expression import Moment, compile_expression
from shared.patch.expression.calls import KNOWN
from shared.patch.expression.checking import MACROS
from shared.patch.expression.functions import FUNCTIONS, OPERATORS
from shared.patch.expression.kinds import Kind
from shared.patch.terms import TERMS
from tests.patch.expression_shop import expression_shop

RECORD: dict[str, Any] = {
    "note": " Ab-1 ",
    "total": Decimal("2.50"),
    "tax": None,
    "paid": None,
    "due": datetime.date(2024, 2, 29),
    "shipped": "2026-03-31T23:30:00+01:00",
    "at": "09:30:00",
    "wait": "PT90M",
    "status": "open",
    "channels": ["web"],
    "items": [
        {"quantity": 3, "amount": "1.5", "day": "2026-01-02"},
        {"quantity": None, "amount": "-2", "day": None},
        {"quantity": 1, "amount": None, "day": "2025-01-02"},
    ],
}
MOMENT = Moment(now=datetime.datetime(2026, 3, 31, tzinfo=datetime.UTC), user_roles=("sales",))


@pytest.fixture(scope="module")
def shop() -> Manifest:
    return expression_shop()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("size(note)", 6),
        ("note.size()", 6),
        ("trim(note).lower()", "ab-1"),
        ("upper('äb')", "äB"),
        ("note.contains('b-')", True),
        ("note.startsWith('')", True),
        ("note.endsWith('1 ')", True),
        ("trim(note) + '!' + 'x'", "Ab-1!x"),
        ("note + customer.name", None),
        ("abs(-2.5)", Decimal("2.5")),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(1.005, 2)", Decimal("1.01")),
        ("round(1, 13)", None),
        ("floor(-0.5)", -1),
        ("ceil(-0.5)", 0),
        ("min(total, 2)", 2),
        ("max(total, tax)", Decimal("2.5")),
        ("max(tax, tax)", None),
        ("coalesce(tax, total)", Decimal("2.5")),
        ("coalesce(tax, tax)", None),
        ("year(due) * 10000 + month(due) * 100 + day(due)", 20240229),
        ("addDays(due, 1.9)", datetime.date(2024, 3, 1)),
        ("addDays(due, -1.9)", datetime.date(2024, 2, 28)),
        ("addDays(due, 99999999)", None),
        ("addMonths(due, 12)", datetime.date(2025, 2, 28)),
        ("addMonths(due, -24290)", None),
        ("daysBetween(due, date('2024-03-01'))", 1),
        ("monthStart(due)", datetime.date(2024, 2, 1)),
        ("date(shipped)", datetime.date(2026, 3, 31)),
        ("shipped + duration('PT1H30M')", datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC)),
        ("datetime('9999-12-31T00:00:00Z') + duration('P2D')", None),
        ("shipped - now", datetime.timedelta(hours=22, minutes=30)),
        ("seconds(wait)", 5400),
        ("seconds(duration('-P1W2DT3H4M5.5S'))", Decimal("-788645.5")),
        ("wait > duration('PT1H')", True),
        ("at < time('10:00')", True),
        ("'web' in channels", True),
        ("'shop' in channels", False),
        ("size(channels)", 1),
        ("'admin' in user.roles", False),
        ("total > 2 ? 'a' : 'b'", "a"),
        ("paid ? 1 : 2", None),
        ("total > 3 ? 1 : total > 2 ? 2 : 3", 2),
        ("total > 3 ? 1 : null", None),
        ("(total > 3 ? 1 : 2) + 1", 3),
        ("items.min(i, i.amount)", -2),
        ("items.max(i, i.day)", datetime.date(2026, 1, 2)),
        ("items.filter(i, i.quantity > 1).sum(i, i.amount)", Decimal("1.5")),
        ("items.filter(i, i.quantity > 0).filter(j, j.amount > 0).size()", 1),
        ("size(items.filter(i, i.quantity > 9))", 0),
        ("items.filter(i, i.quantity > 9).max(i, i.amount)", None),
        ("items.filter(i, i.quantity > 9).all(i, false)", True),
    ],
)
def test_a_function_answers(text: str, expected: Any, shop: Manifest) -> None:
    assert compile_expression(text, "Order", shop).evaluate(RECORD, MOMENT) == expected


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("siz(note)", "function_unknown", "size"),
        ("note.startWith('x')", "function_unknown", "startsWith"),
        ("items.summ(i, i.amount)", "function_unknown", "sum"),
        ("round(total, 2, 3)", "expression_arguments", "round(…)"),
        ("contains(note)", "expression_arguments", "contains(…, …)"),
        ("duration('2 hours')", "expression_arguments", "duration('PT2H')"),
        ("time('25:00')", "expression_arguments", "time('09:30')"),
        ("date(note)", "expression_arguments", "date('2026-03-31')"),
        ("coalesce(total)", "expression_arguments", "coalesce(…, …)"),
        ("coalesce(total, note)", "expression_type", None),
        ("coalesce(total, null)", "expression_type", None),
        ("abs(note)", "expression_type", None),
        ("addDays(shipped, 1)", "expression_type", None),
        ("due + 1 == due", "expression_type", None),
        ("shipped + shipped", "expression_type", None),
        ("note - note", "expression_type", None),
        ("min(total, due)", "expression_type", None),
        ("paid ? 1 : 'x'", "expression_type", None),
        ("paid ? null : null", "expression_type", None),
        ("total ? 1 : 2", "expression_type", None),
        ("channels == channels", "expression_type", None),
        ("channels in ['web']", "expression_type", None),
        ("wait == '2 hours'", "expression_type", "duration('PT2H')"),
        ("'weg' in channels", "option_unknown", "web"),
        ("'sale' in user.roles", "role_unknown", "sales"),
        ("(paid ? status : 'done') == 'opn'", "option_unknown", "open"),
        ("items.max(i, i.gift)", "expression_unordered", None),
        ("items.filter(i, i.gift)", "expression_lines", "items.filter(…).size()"),
        ("items.filter(i, i.gift) == null", "expression_lines", "items.filter(…).size()"),
        ("customer == id", "expression_reference", None),
        ("customer in [payer, id]", "expression_reference", None),
        ("customer.name.size", "expression_path", None),
        ("note.name == 'x'", "expression_path", None),
        ("@open", "lookup_unknown", None),
        ("this.total > 1", "field_unknown", None),
        ("note.trim.size()", "expression_path", None),
        ("paid ? 1", "expression_syntax", None),
        ("paid ? paid ? 1 : 2 : 3", "expression_syntax", None),
        ("note" + ".trim()" * 30 + " == ''", "expression_too_deep", None),
        ("paid ? 1 : " * 160 + "1", "expression_too_large", None),
        ("items.all(i, items.all(j, i.product.title.matches('^(?:abc){1,90}$')))", "expression_too_costly", None),
    ],
)
def test_what_does_not_fit_together_is_refused(text: str, code: str, suggestion: str | None, shop: Manifest) -> None:
    with pytest.raises(Refusal) as refused:
        compile_expression(text, "Order", shop)
    assert (refused.value.code, refused.value.suggestion) == (code, suggestion)


def test_what_has_many_values_is_none(shop: Manifest) -> None:
    for text in ("links == null", "size(links)", "links.size() > 0"):
        entity = shop.visible_entities["Order"]
        link = {
            "key": "crm/field/Order.links",
            "definition": {"type": "many_to_many", "name": "links", "target": "Product"},
        }
        changed = type(entity).model_validate({**entity.model_dump(), "fields": [*entity.model_dump()["fields"], link]})
        with pytest.raises(Refusal) as refused:
            compile_expression(text, changed, shop)
        assert refused.value.code in {"expression_links", "expression_not_lines"}


def test_all_kinds_that_are_expected_are_said_in_chinese() -> None:
    for rows in (*FUNCTIONS.values(), *OPERATORS.values()):
        for row, place in ((one, place) for one in rows for place in range(len(one.takes))):
            alike = [one for one in rows if len(one.takes) == len(row.takes) and one.takes[:place] == row.takes[:place]]
            assert " or ".join(dict.fromkeys(one.takes[place] for one in alike)) in TERMS


def test_the_guide_names_every_function_macro_and_kind() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guides" / "expressions.md").read_text("utf-8")
    assert [name for name in KNOWN if not re.search(rf"`{name}\(", guide)] == []
    assert [name for name in MACROS if f"items.{name}(" not in guide] == []
    assert [kind for kind in get_args(Kind) if f"| {kind} |" not in guide] == []
