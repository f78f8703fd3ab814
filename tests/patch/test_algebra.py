"""Laws that hold for every patch: apply is a function, inverse takes it back, what does not conflict commutes.

`PATCHBAY_PAIRS` says over how many random pairs of patches footprints are tried.
"""

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest

from shared.patch import (
    Manifest,
    Patch,
    Refusal,
    apply,
    conflicts,
    content_hash,
    diff,
    document,
    inverse,
    parse,
    undo,
    validate,
    visible,
)
from shared.patch.integrity import check_manifest
from shared.patch.plain import as_list, as_object
from tests.patch.making import MAKERS, TAGS, commute, document_of, random_operation, random_patch

PAIRS = int(os.environ.get("PATCHBAY_PAIRS", "2000"))
FALSE_ALARMS = 0.001
TEXT = {"en": "Text", "zh": "文本"}


def _chances(times: int) -> Iterator[random.Random]:
    return (random.Random(seed) for seed in range(times))


def _careless(chance: random.Random, shop: Manifest) -> Patch:
    """A patch of which many an operation does not apply."""
    while True:
        drawn = (random_operation(chance, shop) for _ in range(chance.randint(1, 5)))
        try:
            return parse(document_of("a", *drawn))
        except Refusal:
            continue


def test_every_operation_is_drawn() -> None:
    assert sorted(TAGS) == sorted(MAKERS)


def test_apply_is_a_function_that_changes_nothing_it_is_given(shop: Manifest) -> None:
    before, applied = shop.model_dump_json(), 0
    for chance in _chances(150):
        patch = _careless(chance, shop)
        problems = validate(patch, shop)
        if problems:
            with pytest.raises(Refusal) as refused:
                apply(patch, shop)
            assert list(refused.value.problems) == problems
        else:
            after, applied = apply(patch, shop), applied + 1
            assert apply(patch, shop) == after
            assert Manifest.model_validate_json(after.model_dump_json()) == after
            assert type(after) is Manifest
        assert shop.model_dump_json() == before
    assert applied > 15


def test_what_applies_leaves_nothing_that_does_not_hold(shop: Manifest) -> None:
    for chance in _chances(150):
        patch = _careless(chance, shop)
        if not validate(patch, shop):
            assert check_manifest(apply(patch, shop)) == []


def test_what_holds_after_every_operation_holds_at_the_end(shop: Manifest) -> None:
    """Checked operation by operation, or once: the same manifest, and the same reason where nothing is mended."""
    for chance in _chances(150):
        patch = _careless(chance, shop)
        after, code = _one_by_one(patch, shop)
        problems = validate(patch, shop)
        if problems:
            assert code in {problem.code for problem in problems}
        else:
            assert after is None or apply(patch, shop) == after


def _one_by_one(patch: Patch, manifest: Manifest) -> tuple[Manifest | None, str | None]:
    for operation in patch.operations:
        try:
            manifest = operation.apply(manifest, patch.module.name)
        except Refusal as refused:
            return None, refused.code
    return manifest, None


def test_a_patch_may_mend_in_a_later_operation_what_an_earlier_one_broke(shop: Manifest) -> None:
    doubled = {"type": "money", "name": "doubled", "computed": "base * 2"}
    fields = (doubled, {"type": "money", "name": "base"})
    operations = [{"op": "add_field", "entity": "Order", "field": one} for one in fields]
    assert validate(parse(document_of("a", *operations)), shop) == []
    (problem,) = validate(parse(document_of("a", operations[0])), shop)
    assert (problem.code, problem.params["field"]) == ("field_unknown", "base")


def test_the_inverse_restores_what_people_saw(shop: Manifest) -> None:
    for chance in _chances(150):
        patch = random_patch(chance, shop, "a", 5)
        assert visible(undo(inverse(patch, shop), apply(patch, shop))) == visible(shop)


def test_hashes_ignore_the_order_of_keys_and_nothing_else(shop: Manifest) -> None:
    for chance in _chances(100):
        patch = random_patch(chance, shop, "a", 5)
        assert parse(document(patch)) == patch
        assert content_hash(parse(_shuffled(document(patch), chance))) == content_hash(patch)
        assert content_hash(parse(patch.model_dump(mode="json", by_alias=True))) == content_hash(patch)
        assert content_hash(patch.having(operations=patch.operations[1:])) != content_hash(patch)
        assert content_hash(patch.having(module=patch.module.having(description="other"))) != content_hash(patch)


def _shuffled(part: Any, chance: random.Random) -> Any:
    if (inner := as_object(part)) is not None:
        names = [*inner]
        chance.shuffle(names)
        return {name: _shuffled(inner[name], chance) for name in names}
    return [_shuffled(one, chance) for one in as_list(part) or ()] if isinstance(part, list) else part


def test_what_does_not_conflict_commutes_and_hardly_anything_else_does(shop: Manifest) -> None:
    alarms = 0
    for number, chance in enumerate(_chances(PAIRS)):
        most = 3 if number % 5 == 0 else 1
        a, b = random_patch(chance, shop, "a", most), random_patch(chance, shop, "b", most)
        clash, commuting = conflicts(a, b, shop) != [], commute(a, b, shop)
        assert clash or commuting, (number, document(a), document(b))
        alarms += clash and commuting
    assert alarms <= PAIRS * FALSE_ALARMS


def test_two_modules_may_add_to_one_form_and_not_the_same_field(shop: Manifest) -> None:
    def adding(module: str, name: str) -> Patch:
        field = {"type": "text", "name": name}
        return parse(document_of(module, {"op": "add_field", "entity": "Customer", "field": field}))

    assert conflicts(adding("a", "x"), adding("b", "y"), shop) == []
    assert conflicts(adding("a", "x"), adding("b", "X"), shop) == ["customer/field/x"]


def test_nothing_is_different_exactly_where_both_say_the_same(shop: Manifest) -> None:
    for chance in _chances(100):
        a, b = random_patch(chance, shop, "a", 3), random_patch(chance, shop, "a", 3)
        assert (diff(a, b) == []) == (document(a) == document(b))
        assert diff(a, parse(document(a))) == []
        assert diff(document(a), document(b)) == diff(a, b)
        one, other = apply(a, shop), apply(b, shop)
        assert (diff(one, other) == []) == (visible(one) == visible(other))
        assert (diff(shop, one) == []) == (visible(one) == visible(shop))


def test_a_difference_is_told_by_key(shop: Manifest) -> None:
    operations = [
        {"op": "add_field", "entity": "Customer", "field": {"type": "text", "name": "colour"}},
        {"op": "change_field", "entity": "Customer", "field": "phone", "changes": {"max_length": 9}},
        {"op": "remove_field", "entity": "Customer", "field": "address"},
    ]
    found = diff(shop, apply(parse(document_of("a", *operations)), shop))
    assert [(one["kind"], one["key"]) for one in found] == [
        ("added", "a/field/Customer.colour"),
        ("changed", "crm/entity/Customer/page/form"),
        ("removed", "crm/field/Customer.address"),
        ("changed", "crm/field/Customer.phone"),
    ]
    assert (found[3]["before"]["max_length"], found[3]["after"]["max_length"]) == (30, 9)


def test_parts_of_a_part_are_told_by_themselves(shop: Manifest) -> None:
    operations = [
        {"op": "change_options", "entity": "Customer", "field": "status", "add": [{"value": "lost"}]},
        {"op": "add_field", "entity": "Order", "lines": "items", "field": {"type": "text", "name": "batch"}},
        {
            "op": "extend_machine",
            "entity": "Order",
            "transitions": [{"source": "shipped", "target": "pending"}],
        },
    ]
    found = diff(shop, apply(parse(document_of("a", *operations)), shop))
    assert [(one["kind"], one["key"]) for one in found] == [
        ("added", "a/field/Order.items.batch"),
        ("added", "crm/entity/Order/machine/shipped>pending"),
        ("added", "crm/field/Customer.status/lost"),
    ]


def test_another_order_is_a_difference(shop: Manifest) -> None:
    adding = [{"op": "add_field", "entity": "Customer", "field": {"type": "text", "name": one}} for one in "xy"]
    a, b = parse(document_of("a", *adding)), parse(document_of("a", *reversed(adding)))
    (found,) = diff(a, b)
    keys = ["operation/add_field/Customer/x", "operation/add_field/Customer/y"]
    assert found == {"kind": "changed", "key": "operations", "before": keys, "after": keys[::-1]}


def test_what_moved_past_others_is_told_by_the_order_of_all(shop: Manifest) -> None:
    names = [f"f{number}" for number in range(30)]
    adding: list[dict[str, Any]] = [
        {"op": "add_field", "entity": "Customer", "field": {"type": "text", "name": one}} for one in names
    ]
    moved, near = [*adding[1:], adding[0]], [adding[1], adding[0], *adding[2:]]
    for others in (moved, near):
        a, b = document_of("a", *adding), document_of("a", *others)
        (found,) = diff(parse(a), parse(b))
        assert found["after"] == [f"operation/add_field/Customer/{one['field']['name']}" for one in others]
    changed = [*adding[:9], {**adding[9], "list": True}, *adding[11:20], *adding[21:]]
    (first, second, third) = diff(document_of("a", *adding), document_of("a", *changed))
    assert [(one["kind"], one["key"][-4:]) for one in (first, second, third)] == [
        ("removed", "/f10"),
        ("removed", "/f20"),
        ("changed", "r/f9"),
    ]


def test_patches_differ_by_what_their_operations_are_about() -> None:
    rules = [{"name": "r", "expression": text, "message": TEXT} for text in ("tax > 1", "tax > 2")]
    a, b = (parse(document_of("a", {"op": "add_rule", "entity": "Order", "rule": rule})) for rule in rules)
    (found,) = diff(a, b)
    assert (found["kind"], found["key"]) == ("changed", "operation/add_rule/Order/r")
