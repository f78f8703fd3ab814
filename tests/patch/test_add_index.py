from typing import Any

import pytest

from shared.patch import Manifest, apply, conflicts, explain, fingerprint, inverse, risk, semver, undo, validate
from shared.patch.integrity.indexes import INDEXES_MAX


def index(name: str, *fields: str, entity: str = "Customer", unique: bool = False) -> dict[str, Any]:
    return {"op": "add_index", "entity": entity, "index": {"name": name, "fields": [*fields], "unique": unique}}


def field(name: str, kind: str, **parts: Any) -> dict[str, Any]:
    return {"op": "add_field", "entity": "Customer", "field": {"type": kind, "name": name, **parts}}


def test_an_index_is_added_under_its_key(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(index("by_vip", "vip", "status")), shop)
    (entry,) = after.visible_entities["Customer"].visible_indexes
    assert (entry.key, entry.index.fields) == ("loyalty/index/Customer.by_vip", ("vip", "status"))


def test_only_a_unique_index_needs_confirmation(shop: Manifest, patch_of: Any) -> None:
    plain, unique = patch_of(index("a", "email")), patch_of(index("a", "email", unique=True))
    assert (risk(plain, shop), semver(plain, shop)) == ("L1", "patch")
    assert (risk(unique, shop), semver(unique, shop)) == ("L2", "minor")


def test_the_inverse_takes_it_away_and_it_may_come_back_as_another(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(index("a", "email"))
    back = undo(inverse(patch, shop), apply(patch, shop))
    assert fingerprint(back) == fingerprint(shop)
    again = apply(patch_of(index("a", "phone")), back)
    (entry,) = again.visible_entities["Customer"].visible_indexes
    assert entry.index.fields == ("phone",)
    assert fingerprint(undo(inverse(patch_of(index("a", "phone")), back), again)) == fingerprint(shop)


@pytest.mark.parametrize(
    ("operations", "code", "pointer", "suggestion"),
    [
        ([index("a", "emial")], "field_unknown", "/index/fields/0", "email"),
        ([index("a", "email", entity="Custmer")], "entity_unknown", "/entity", "Customer"),
        ([index("a", "email", "email")], "index_field_twice", "/index/fields/1", None),
        ([index("a", "items", entity="Order")], "index_field_type", "/index/fields/0", None),
        ([index("a", "notes", entity="Order")], "index_field_type", "/index/fields/0", None),
        ([field("f", "file"), index("a", "f")], "index_field_type", "/index/fields/0", None),
        ([field("f", "json"), index("a", "f")], "index_field_type", "/index/fields/0", None),
        ([field("f", "many_to_many", target="Order"), index("a", "f")], "index_field_type", "/index/fields/0", None),
        (
            [field("f", "multi_enum", options=[{"value": "x"}]), index("a", "f")],
            "index_field_type",
            "/index/fields/0",
            None,
        ),
        ([field("f", "text", max_length=600), index("a", "f", "email")], "index_too_long", "/index/fields", None),
        ([index("a", "email"), index("A", "phone")], "index_taken", "/index/name", None),
        ([index("a", "email"), index("b", "email", unique=True)], "index_twice", "/index/fields", None),
    ],
)
def test_an_index_that_could_not_be_made_is_refused(
    operations: list[Any], code: str, pointer: str, suggestion: str | None, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(*operations), shop)
    assert (problem.code, problem.pointer) == (code, f"/operations/{len(operations) - 1}{pointer}")
    assert problem.suggestion == suggestion


def test_an_entity_has_a_bounded_number_of_indexes(shop: Manifest, patch_of: Any) -> None:
    fields = ("email", "phone", "status", "vip", "employees", "name")
    pairs = [(one, other) for one in fields for other in fields if one != other][: INDEXES_MAX + 1]
    (problem,) = validate(patch_of(*(index(f"i{n}", *pair) for n, pair in enumerate(pairs))), shop)
    assert (problem.code, problem.pointer) == ("too_many_indexes", f"/operations/{INDEXES_MAX}/index")


def test_what_an_index_is_over_stays_as_it_is(shop: Manifest, patch_of: Any) -> None:
    before = apply(patch_of(index("a", "email")), shop)
    (problem,) = validate(patch_of({"op": "remove_field", "entity": "Customer", "field": "email"}), before)
    assert (problem.code, problem.params["user"]) == ("field_in_use", "Customer.a")
    changes = {"type": "long_text"}
    change = {"op": "change_field", "entity": "Customer", "field": "email", "changes": changes}
    assert "index_field_type" in {one.code for one in validate(patch_of(change), before)}


def test_two_modules_meet_at_the_name_and_at_the_fields(shop: Manifest, patch_of: Any) -> None:
    def meeting(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
        return conflicts(patch_of(one), patch_of(other, module="other"), shop)

    assert meeting(index("a", "email"), index("b", "phone")) == []
    assert meeting(index("a", "email"), index("A", "phone")) == ["customer/index/a"]
    assert meeting(index("a", "email"), index("b", "email")) == ["customer/indexed/email"]
    assert meeting(index("a", "email"), {"op": "remove_field", "entity": "Customer", "field": "email"})


@pytest.mark.parametrize(
    ("operation", "en", "zh"),
    [
        (index("a", "address"), "Makes Customer quick to find by Address.", "为“客户”建立索引：地址。"),
        (index("a", "address", unique=True), "Allows each combination of Address only once", "地址的组合不得重复。"),
    ],
)
def test_what_an_index_is_for_is_told(operation: Any, en: str, zh: str, shop: Manifest, patch_of: Any) -> None:
    (told,) = explain(patch_of(operation), shop)
    assert en in told["en"]
    assert zh in told["zh"]
