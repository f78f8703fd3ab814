"""Two drafts of one module into one: what only one of them says is taken, what both say differently is refused."""

import random
from typing import Any

import pytest

from shared.patch import Manifest, Refusal, apply, conflicts, diff, document, parse
from shared.patch.merging import merge
from tests.patch.making import document_of, random_patch, unordered


def _field(name: str, **parts: Any) -> dict[str, Any]:
    return {"op": "add_field", "entity": "Customer", "field": {"type": "text", "name": name, **parts}}


def test_a_draft_merged_with_itself_is_itself(shop: Manifest) -> None:
    for seed in range(60):
        a = random_patch(random.Random(seed), shop, "a", 4)
        assert merge(a, a, shop) == a


def test_what_does_not_conflict_is_merged_to_both(shop: Manifest) -> None:
    merged = 0
    for seed in range(150):
        chance = random.Random(seed)
        a, b = random_patch(chance, shop, "a", 2), random_patch(chance, shop, "a", 2)
        same = {key for key in (one["key"] for one in diff(a, b)) if key == "operations"}
        if conflicts(a, b, shop) or same:
            continue
        both = a.having(operations=(*a.operations, *b.operations))
        assert unordered(apply(merge(a, b, shop), shop)) == unordered(apply(both, shop))
        merged += 1
    assert merged > 75


def test_what_only_one_says_stands_behind_what_it_follows_there(shop: Manifest) -> None:
    common = [_field("x"), _field("y")]
    a = parse(document_of("m", *common, _field("mine")))
    b = parse(document_of("m", common[0], _field("theirs"), common[1]))
    names = [document(one)["field"]["name"] for one in merge(a, b, shop).operations]
    assert names == ["x", "theirs", "y", "mine"]


def test_with_the_version_both_set_out_from_changes_and_removals_are_taken(shop: Manifest) -> None:
    since = parse(document_of("m", _field("x"), _field("y"), _field("z")))
    a = parse(document_of("m", _field("x", max_length=5), _field("y"), _field("z")))
    b = parse({**document_of("m", _field("x"), _field("z")), "module": {"name": "m", "title": {"en": "B", "zh": "乙"}}})
    merged = merge(a, b, shop, since)
    assert [document(one)["field"] for one in merged.operations] == [
        {"type": "text", "name": "x", "max_length": 5},
        {"type": "text", "name": "z"},
    ]
    assert merged.module.title.en == "B"


def test_what_both_changed_differently_is_refused_with_every_place(shop: Manifest) -> None:
    a = parse(document_of("m", _field("w"), _field("x", max_length=5), _field("y", max_length=5)))
    b = parse(document_of("m", _field("x", max_length=6), _field("y", max_length=6)))
    with pytest.raises(Refusal) as refused:
        merge(a, b, shop)
    assert [(one.code, one.pointer, one.params["other"]) for one in refused.value.problems] == [
        ("merge_conflict", "/operations/0", "/operations/1"),
        ("merge_conflict", "/operations/1", "/operations/2"),
    ]


def test_what_one_hides_and_the_other_needs_is_refused(shop: Manifest) -> None:
    rule = {"name": "r", "expression": "vip", "message": {"en": "x", "zh": "x"}}
    a = parse(document_of("m", {"op": "remove_field", "entity": "Customer", "field": "vip"}))
    b = parse(document_of("m", _field("x"), {"op": "add_rule", "entity": "Customer", "rule": rule}))
    with pytest.raises(Refusal) as refused:
        merge(a, b, shop)
    (problem,) = refused.value.problems
    assert (problem.code, problem.pointer, problem.params["other"]) == (
        "merge_conflict",
        "/operations/1",
        "/operations/0",
    )
