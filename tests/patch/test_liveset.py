from typing import Any

import pytest

from shared.patch import Manifest, Refusal, apply, base_fingerprint, candidate, fingerprint, fold
from shared.patch.liveset import dependents

HASH = "sha256:" + "0" * 64


def field(name: str, entity: str = "Customer") -> dict[str, Any]:
    return {"op": "add_field", "entity": entity, "field": {"type": "text", "name": name}}


def test_a_base_is_the_others_in_their_order() -> None:
    live = [("a", HASH), ("b", HASH), ("c", HASH)]
    without_b = base_fingerprint("1", live, "b")
    assert without_b == base_fingerprint("1", [("a", HASH), ("b", "other"), ("c", HASH)], "b")
    assert without_b == base_fingerprint("1", [("a", HASH), ("c", HASH)], "new")
    assert without_b != base_fingerprint("1", [("c", HASH), ("a", HASH)], "b")
    assert without_b != base_fingerprint("2", live, "b")
    assert without_b.startswith("sha256:")


def test_a_candidate_takes_its_modules_place_or_the_last(patch_of: Any) -> None:
    a, b, a2 = patch_of(module="a"), patch_of(module="b"), patch_of(field("x"), module="a")
    assert candidate((a, b), a2) == (a2, b)
    assert candidate((b,), a2) == (b, a2)
    assert candidate((("a", "1"),), ("a", "2")) == (("a", "2"),)


def test_folding_is_applying_in_order(shop: Manifest, patch_of: Any) -> None:
    patches = [patch_of(field("x"), module="a"), patch_of(field("y"), module="b")]
    assert fold(shop, patches) == apply(patches[1], apply(patches[0], shop))
    assert fold(shop, []) == shop


def test_a_module_that_no_longer_applies_is_named(shop: Manifest, patch_of: Any) -> None:
    with pytest.raises(Refusal) as refused:
        fold(shop, [patch_of(field("x"), module="a"), patch_of(field("x"), module="b")])
    assert (refused.value.code, refused.value.params["module"]) == ("field_taken", "b")


def test_a_module_needs_those_that_it_requires(shop: Manifest, patch_of: Any) -> None:
    needed = patch_of(field("x"), module="a")
    needy = needed.having(module=needed.module.having(name="b", requires=("a",)), operations=())
    assert fingerprint(fold(shop, [needed, needy])) == fingerprint(fold(shop, [needed]))
    with pytest.raises(Refusal) as refused:
        fold(shop, [needy, needed])
    assert (refused.value.code, refused.value.pointer) == ("module_required", "/module/requires/0")


def test_a_hidden_part_whose_name_was_taken_meanwhile_does_not_come_back(shop: Manifest, patch_of: Any) -> None:
    first = patch_of(field("x"), field("y"), module="a")
    withdrawn = patch_of(field("x"), module="b")
    assert fold(shop, [first])
    with pytest.raises(Refusal) as refused:
        fold(shop, candidate([withdrawn], first))
    assert (refused.value.code, refused.value.pointer) == ("field_taken", "/operations/0/field/name")
    assert refused.value.params["module"] == "a"


def test_dependents_require_a_module_or_build_on_its_parts(shop: Manifest, patch_of: Any) -> None:
    rule = {"name": "r", "expression": "x != null", "message": {"en": "x", "zh": "x"}}
    a = patch_of(field("x"), module="a")
    builds = patch_of({"op": "add_rule", "entity": "Customer", "rule": rule}, module="builds")
    requires = patch_of(field("z"), module="requires")
    requires = requires.having(module=requires.module.having(requires=("builds",)))
    apart = patch_of(field("q"), module="apart")
    found = dependents(shop, [a, builds, requires, apart], "a")
    assert {name: problems[0].code for name, problems in found.items()} == {
        "builds": "field_unknown",
        "requires": "module_required",
    }
    assert dependents(shop, [a, builds, requires, apart], "apart") == {}
