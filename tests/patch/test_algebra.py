"""Laws that hold for every patch: apply is a function, inverse takes it back, what does not conflict commutes."""

import copy
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
)
from shared.patch.identity import visible
from shared.patch.plain import as_list, as_object

TEXT = {"en": "Text", "zh": "文本"}
ENTITIES = st.sampled_from(["Customer", "Order", "Depot"])
NAMES = st.sampled_from(["phone", "address", "status", "tax", "notes", "colour", "size2", "shippedAt"])
Made = st.SearchStrategy[dict[str, Any]]


def _object(**parts: Any) -> Made:
    """A strategy per key, or a plain value for one that is always the same."""
    made: dict[str, Any] = {
        name: one if isinstance(one, st.SearchStrategy) else st.just(one) for name, one in parts.items()
    }
    return st.fixed_dictionaries(made)


FIELDS: Made = st.one_of(
    _object(type="text", name=NAMES),
    _object(type="integer", name=NAMES, required=True),
    _object(type="ref", name=NAMES, target=ENTITIES),
    _object(type="money", name=NAMES, computed="tax * 2"),
)
CHANGES = st.sampled_from(
    [{"required": True}, {"label": TEXT}, {"max_length": 5}, {"type": "long_text"}, {"hidden": True}, {"default": "x"}]
)
CONDITIONS = st.sampled_from(["tax > 1", "notes != null", "size(phone) > 3", "status == 'active'", "colour == 'red'"])
SHOWN = st.lists(NAMES, min_size=1, max_size=3, unique=True)
PAGES: Made = st.one_of(
    _object(kind="list", columns=SHOWN),
    _object(kind="form", fields=SHOWN),
    _object(kind="timeline", parent="customer", time="shippedAt", title="orderNumber"),
)
ROLES, ACTS = st.sampled_from(["sales", "manager"]), st.sampled_from(["view", "edit"])


RULES: Made = _object(name=st.sampled_from(["r1", "r2"]), expression=CONDITIONS, message=TEXT)


def _op(kind: str, **parts: Any) -> Made:
    return _object(op=kind, entity=ENTITIES, **parts)


OPERATIONS: Made = st.one_of(
    _op("add_field", field=FIELDS, after=st.none() | NAMES, list=st.booleans()),
    _op("change_field", field=NAMES, changes=CHANGES),
    _op("remove_field", field=NAMES),
    _op("add_rule", rule=RULES),
    _op("set_page", page=PAGES),
    _op("grant", role=ROLES, allow=st.lists(ACTS, min_size=1, max_size=2), field=st.none() | NAMES),
    _op("add_entity", label=TEXT, fields=st.lists(FIELDS, min_size=1, max_size=2)),
)


def _patch(module: str, operations: list[dict[str, Any]]) -> Patch:
    return parse({"patch": "1", "module": {"name": module, "title": TEXT}, "operations": operations})


def _applying(patch: Patch, manifest: Manifest) -> Patch:
    """The patch without the operations that do not apply, so that most examples say something."""
    while problems := validate(patch, manifest):
        refused = {int(problem.pointer.split("/")[2]) for problem in problems}
        kept = (one for number, one in enumerate(patch.operations) if number not in refused)
        patch = patch.having(operations=tuple(kept))
    return patch


PATCHES = st.lists(OPERATIONS, min_size=1, max_size=5)


@settings(deadline=None)
@given(PATCHES)
def test_apply_is_a_function_that_changes_nothing_it_is_given(shop: Manifest, operations: list[dict[str, Any]]) -> None:
    before, patch = shop.model_dump_json(), _patch("a", copy.deepcopy(operations))
    problems = validate(patch, shop)
    if problems:
        with pytest.raises(Refusal) as refused:
            apply(patch, shop)
        assert list(refused.value.problems) == problems
    else:
        after = apply(patch, shop)
        assert apply(patch, shop) == after
        assert Manifest.model_validate_json(after.model_dump_json()) == after
    assert shop.model_dump_json() == before


@settings(deadline=None)
@given(PATCHES)
def test_the_inverse_restores_what_people_saw(shop: Manifest, operations: list[dict[str, Any]]) -> None:
    patch = _applying(_patch("a", operations), shop)
    assert visible(undo(inverse(patch, shop), apply(patch, shop))) == visible(shop)


@settings(deadline=None)
@given(PATCHES, st.randoms(use_true_random=False))
def test_hashes_ignore_the_order_of_keys_and_nothing_else(
    operations: list[dict[str, Any]], chance: random.Random
) -> None:
    patch = _patch("a", operations)
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


@settings(deadline=None, max_examples=100)
@given(PATCHES, PATCHES)
def test_what_does_not_conflict_commutes(
    shop: Manifest, one: list[dict[str, Any]], other: list[dict[str, Any]]
) -> None:
    a, b = _applying(_patch("a", one), shop), _applying(_patch("b", other), shop)
    if not conflicts(a, b, shop):
        assert _unordered(apply(b, apply(a, shop))) == _unordered(apply(a, apply(b, shop)))


def _unordered(manifest: Manifest) -> Any:
    """What people see, but for the order in which parts stand."""

    def sorted_lists(part: Any) -> Any:
        if (inner := as_object(part)) is not None:
            return {name: sorted_lists(one) for name, one in inner.items()}
        return sorted((sorted_lists(one) for one in as_list(part) or ()), key=repr) if isinstance(part, list) else part

    return sorted_lists(visible(manifest))


def test_two_modules_may_add_to_one_form_and_not_the_same_field(shop: Manifest) -> None:
    def adding(module: str, name: str) -> Patch:
        return _patch(module, [{"op": "add_field", "entity": "Customer", "field": {"type": "text", "name": name}}])

    assert conflicts(adding("a", "x"), adding("b", "y"), shop) == []
    assert conflicts(adding("a", "x"), adding("b", "X"), shop) == ["customer/field/x"]


def test_a_difference_is_told_by_key(shop: Manifest) -> None:
    operations = [
        {"op": "add_field", "entity": "Customer", "field": {"type": "text", "name": "colour"}},
        {"op": "change_field", "entity": "Customer", "field": "phone", "changes": {"max_length": 9}},
        {"op": "remove_field", "entity": "Customer", "field": "address"},
    ]
    found = diff(shop, apply(_patch("a", operations), shop))
    assert [(one["kind"], one["key"]) for one in found] == [
        ("added", "a/field/Customer.colour"),
        ("changed", "crm/entity/Customer/page/form"),
        ("removed", "crm/field/Customer.address"),
        ("changed", "crm/field/Customer.phone"),
    ]
    assert (found[3]["before"]["max_length"], found[3]["after"]["max_length"]) == (30, 9)
    assert diff(shop, shop) == []


def test_patches_differ_by_what_their_operations_are_about() -> None:
    rules = [{"name": "r", "expression": text, "message": TEXT} for text in ("tax > 1", "tax > 2")]
    a, b = (_patch("a", [{"op": "add_rule", "entity": "Order", "rule": rule}]) for rule in rules)
    (found,) = diff(a, b)
    assert (found["kind"], found["key"]) == ("changed", "operation/add_rule/Order/r")
    assert diff(a, a) == []
