from typing import Any

import pytest

from shared.patch import Author, Manifest, apply, explain, risk, validate


def grant(role: str, *acts: str, entity: str = "Customer", **more: Any) -> dict[str, Any]:
    return {"op": "grant", "entity": entity, "role": role, "allow": [*acts], **more}


def test_a_grant_adds_to_what_the_role_may_do(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(grant("manager", "edit"), grant("manager", "create"))
    grants = [
        one.grant for one in apply(patch, shop).visible_entities["Customer"].grants if one.grant.role == "manager"
    ]
    assert [one.allow for one in grants] == [("view",), ("edit", "create")]
    assert risk(patch, shop) == "L2"


@pytest.mark.parametrize(
    ("roles", "refused"), [((), True), (("manager",), True), (("sales",), False), (("admin",), False)]
)
def test_nobody_grants_more_than_he_has(roles: tuple[str, ...], refused: bool, shop: Manifest, patch_of: Any) -> None:
    patch, author = patch_of(grant("manager", "edit")), Author(roles)
    problems = validate(patch, shop, author)
    assert [problem.code for problem in problems] == (["grant_exceeds_author"] if refused else [])
    assert risk(patch, shop, author) == ("L3" if refused else "L2")


def test_what_the_module_itself_makes_belongs_to_its_author(shop: Manifest, patch_of: Any) -> None:
    made: dict[str, Any] = {
        "op": "add_entity",
        "entity": "Warehouse",
        "label": {"en": "Warehouse", "zh": "仓库"},
        "fields": [{"type": "text", "name": "name"}],
    }
    patch = patch_of(made, grant("sales", "view", "create", entity="Warehouse"))
    assert validate(patch, shop, Author(())) == []


@pytest.mark.parametrize(
    ("operation", "code", "pointer"),
    [
        (grant("mangaer", "edit"), "role_unknown", "/role"),
        (grant("manager"), "grant_empty", "/allow"),
        (grant("manager", "view", "create", field="phone"), "grant_field_act", "/allow/1"),
        (grant("manager", "view", field="phon"), "field_unknown", "/field"),
        (grant("manager", "view", where="vipp == true"), "field_unknown", "/where"),
        (grant("manager", "view", where="name"), "expression_type", "/where"),
        (grant("manager", "view", where="old.vip == true"), "grant_where_old", "/where"),
        (grant("manager", "view", "create", where="vip == true"), "grant_where_create", "/allow/1"),
        (grant("manager", "view", field="phone", where="vip == true"), "grant_where_field", "/where"),
    ],
)
def test_a_grant_that_means_nothing_is_refused(
    operation: Any, code: str, pointer: str, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(operation), shop)
    assert (problem.code, problem.pointer) == (code, f"/operations/0{pointer}")


def test_a_grant_may_be_about_some_records_only(shop: Manifest, patch_of: Any) -> None:
    lookups = {"mine": {"entity": "Order", "by": "customer", "where": "notes == user.name", "find": "exists"}}
    patch = patch_of(grant("manager", "edit", where="vip == true || @mine", lookups=lookups))
    entry = apply(patch, shop).visible_entities["Customer"].grants[-1]
    assert (entry.grant.where, [*entry.grant.lookups]) == ("vip == true || @mine", ["mine"])
    (told,) = explain(patch, shop)
    assert told["en"] == (
        "Lets the role manager edit Customer where vip == true || @mine. "
        "@mine is whether there is one of Order whose customer is this record and notes == user.name."
    )
    assert told["zh"] == (
        "允许角色 manager 编辑“客户”（仅限满足 vip == true || @mine 的记录）。"
        "@mine 为是否有“customer”为本记录且满足 notes == user.name 的“订单”。"
    )


def test_one_module_grants_a_role_one_filter(shop: Manifest, patch_of: Any) -> None:
    first, more = grant("manager", "edit", where="vip == true"), grant("manager", "delete", where="vip == true")
    (entry,) = [
        one for one in apply(patch_of(first, more), shop).visible_entities["Customer"].grants if one.grant.where
    ]
    assert entry.grant.allow == ("edit", "delete")
    (problem,) = validate(patch_of(first, grant("manager", "delete")), shop)
    assert (problem.code, problem.pointer) == ("grant_taken", "/operations/1/where")


def test_what_is_held_of_some_records_only_cannot_be_granted(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(grant("manager", "edit", where="vip == true")), shop)
    patch = patch_of(grant("sales", "edit", where="vip == true"), module="other")
    assert [one.code for one in validate(patch, after, Author(("manager",)))] == ["grant_exceeds_author"]
    assert validate(patch, after, Author(("sales",))) == []


def test_what_the_author_holds_is_what_he_holds_before_the_patch(shop: Manifest, patch_of: Any) -> None:
    """Also where the patch narrows it first, and calls the entity otherwise."""
    narrowed = {
        "op": "replace_part",
        "entity": "Customer",
        "part": {"kind": "grant", "grant": {"role": "sales", "allow": ["view", "edit"], "where": "vip == true"}},
    }
    renamed = {"op": "rename_entity", "entity": "Customer", "to": "Client"}
    patch = patch_of(narrowed, renamed, grant("sales", "create", entity="Client"))
    assert validate(patch, shop, Author(("sales",))) == []
    gained = patch_of(grant("manager", "edit"), grant("manager", "create"))
    codes = [one.code for one in validate(gained, shop, Author(("manager",)))]
    assert codes == ["grant_exceeds_author"] * 2
