"""A patch on a base that has moved: it applies as it would have, names follow, nothing is dropped."""

import random
import re
from typing import Any

import pytest

from shared.patch import Manifest, Patch, Refusal, apply, conflicts, document, parse
from shared.patch.rebasing import rebase
from tests.patch.making import document_of, random_patch, told, unordered

RENAMES = (
    {"op": "rename_field", "entity": "Customer", "field": "phone", "to": "mobile"},
    {"op": "rename_field", "entity": "Order", "field": "tax", "to": "levy"},
    {"op": "rename_field", "entity": "Order", "lines": "items", "field": "quantity", "to": "pieces"},
    {"op": "rename_field", "entity": "Order", "field": "customer", "to": "buyer"},
    {"op": "rename_entity", "entity": "Customer", "to": "Client"},
)


def _applied(patch: Patch, manifest: Manifest) -> Manifest | None:
    try:
        return apply(patch, manifest)
    except Refusal:
        return None


def test_what_does_not_conflict_is_rebased_to_itself_applied_after(shop: Manifest) -> None:
    rebased = 0
    for seed in range(150):
        chance = random.Random(seed)
        p, q = random_patch(chance, shop, "p", 2), random_patch(chance, shop, "q", 2)
        if conflicts(p, q, shop):
            continue
        onto = apply(q, shop)
        assert unordered(apply(rebase(p, onto, shop), onto)) == unordered(apply(p, onto))
        rebased += 1
    assert rebased > 100


def test_names_follow_what_was_renamed(shop: Manifest) -> None:
    """Renaming first and rebasing says the same as applying first and renaming then."""
    moved = 0
    for seed in range(200):
        chance = random.Random(seed)
        p = random_patch(chance, shop, "p", 2)
        q = parse(document_of("q", *chance.sample(RENAMES[:4], chance.randint(1, 3)), *chance.sample(RENAMES[4:], 1)))
        onto, after = apply(q, shop), _applied(p, shop)
        expected = _applied(q, after) if after is not None else None
        if expected is None:
            continue
        rebased = rebase(p, onto, shop)
        assert _keyless(apply(rebased, onto)) == _keyless(expected), (seed, document(p), document(q))
        moved += rebased != p
    assert moved > 50


def _keyless(manifest: Manifest) -> bytes:
    """Keys hold the name that the entity had when the part was made."""
    return re.sub(rb'"key":"[^"]*"', b'"key":""', unordered(manifest))


def test_two_fields_may_have_changed_places(shop: Manifest) -> None:
    names = [("phone", "spare"), ("address", "phone"), ("spare", "address")]
    q = document_of("q", *({"op": "rename_field", "entity": "Customer", "field": a, "to": b} for a, b in names))
    rule = {"name": "r", "expression": "phone != null || size(address) > 3", "message": {"en": "x", "zh": "x"}}
    p = parse(document_of("p", {"op": "add_rule", "entity": "Customer", "rule": rule}))
    (operation,) = rebase(p, apply(parse(q), shop), shop).operations
    assert document(operation)["rule"]["expression"] == "address != null || size(phone) > 3"


def test_places_on_pages_follow(shop: Manifest) -> None:
    q = parse(document_of("q", *RENAMES))
    place = [{"field": "phone", "page": "list", "after": "status"}, {"field": "address", "after": "phone"}]
    p = parse(document_of("p", {"op": "set_page", "entity": "Customer", "place": place}))
    (operation,) = rebase(p, apply(q, shop), shop).operations
    assert document(operation)["place"] == [
        {"field": "mobile", "page": "list", "after": "status"},
        {"field": "address", "after": "mobile"},
    ]


def test_what_new_parts_compute_is_read_with_the_parts_there(shop: Manifest) -> None:
    """The names that moved are names of the new parts, too, and stay what they are there."""
    columns = [{"name": "tax", "type": "money"}, {"name": "due", "type": "money", "computed": "tax * 2"}]
    lines = {"name": "fees", "type": "lines", "fields": columns}
    owed = {"name": "owed", "type": "money", "computed": "fees.sum(f, f.due) + order.tax + tax"}
    fields = [{"name": "order", "type": "ref", "target": "Order"}, {"name": "tax", "type": "money"}, lines, owed]
    label = {"en": "Bill", "zh": "账单"}
    p = document_of(
        "p",
        {"op": "add_entity", "entity": "Bill", "label": label, "title": "tax", "fields": fields},
        {"op": "add_field", "entity": "Order", "field": lines},
    )
    added, more = rebase(parse(p), apply(parse(document_of("q", *RENAMES)), shop), shop).operations
    assert document(added)["fields"][3]["computed"] == "fees.sum(f, f.due) + order.levy + tax"
    assert document(more)["field"]["fields"][1]["computed"] == "tax * 2"


def test_scenarios_follow_too(shop: Manifest) -> None:
    scenario: dict[str, Any] = {
        "name": "s",
        "entity": "Order",
        "as": "admin",
        "steps": [
            {"step": "create", "entity": "Customer", "values": {"phone": "1"}, "save": "ann"},
            {
                "step": "create",
                "entity": "Order",
                "values": {"customer": "$ann", "notes": "$ann.phone", "items": [{"quantity": 1}]},
                "expect": {"tax": "0"},
            },
            {"step": "read", "record": "$ann", "expect": {"phone": "1"}},
            {"step": "query", "entity": "Order", "where": {"tax": 0}, "sort": "-tax", "expect": [{"tax": "0"}]},
            {"step": "view", "entity": "Customer", "page": "form", "shows": ["phone"]},
        ],
    }
    p = parse({**document_of("p"), "scenarios": [scenario], "amends": [{"scenario": "old", "with": scenario}]})
    rebased = document(rebase(p, apply(parse(document_of("q", *RENAMES)), shop), shop))
    written = told(rebased["scenarios"][0]).decode()
    assert '"entity":"Client"' in written
    assert '"buyer":"$ann"' in written
    assert '"notes":"$ann.mobile"' in written
    assert '"items":[{"pieces":1}]' in written
    assert not re.search("Customer|phone|tax|quantity", written)
    assert rebased["amends"][0]["with"] == rebased["scenarios"][0]


def test_what_does_not_apply_on_the_new_base_is_refused_with_everything(shop: Manifest) -> None:
    wanted = [{"op": "add_field", "entity": "Customer", "field": {"type": "text", "name": one}} for one in ("x", "y")]
    p = parse({**document_of("p", *wanted), "base": {"fingerprint": "sha256:" + "0" * 64}})
    onto = apply(parse(document_of("q", *wanted)), shop)
    with pytest.raises(Refusal) as refused:
        rebase(p, onto, shop)
    assert [(one.code, one.pointer) for one in refused.value.problems] == [
        ("field_taken", "/operations/0/field/name"),
        ("field_taken", "/operations/1/field/name"),
    ]
    assert rebase(p, shop).base is None
