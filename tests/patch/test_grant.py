from typing import Any

import pytest

from shared.patch import Author, Manifest, apply, risk, validate


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
    ],
)
def test_a_grant_that_means_nothing_is_refused(
    operation: Any, code: str, pointer: str, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(operation), shop)
    assert (problem.code, problem.pointer) == (code, f"/operations/0{pointer}")
