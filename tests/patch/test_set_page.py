from typing import Any

import pytest

from shared.patch import Manifest, Refusal, apply, conflicts, explain, fingerprint, inverse, undo, validate
from shared.patch.page import ListPage
from shared.patch.pages import shown


def page(content: dict[str, Any], entity: str = "Order") -> dict[str, Any]:
    return {"op": "set_page", "entity": entity, "page": content}


def test_a_page_takes_the_place_of_the_one_of_its_kind(shop: Manifest, patch_of: Any) -> None:
    after = apply(patch_of(page({"kind": "list", "columns": ["orderNumber", "createdAt"], "sort": "-createdAt"})), shop)
    pages = after.visible_entities["Order"].pages
    assert pages[0] == ListPage(columns=("orderNumber", "createdAt"), sort="-createdAt")
    assert [one.kind for one in pages] == ["list", "form", "timeline"]


@pytest.mark.parametrize(
    ("content", "code", "pointer", "suggestion"),
    [
        ({"kind": "list", "columns": ["orderNumbr"]}, "field_unknown", "/page/columns/0", "orderNumber"),
        ({"kind": "list", "columns": ["total", "total"]}, "shown_twice", "/page/columns/1", None),
        ({"kind": "list", "columns": ["total"], "sort": "-totl"}, "field_unknown", "/page/sort", "total"),
        ({"kind": "list", "columns": ["total"], "sort": "items"}, "page_field_type", "/page/sort", None),
        ({"kind": "form", "fields": []}, "page_empty", "/page", None),
        (
            {"kind": "timeline", "parent": "total", "time": "orderDate", "title": "status"},
            "page_field_type",
            "/page/parent",
            None,
        ),
        (
            {"kind": "timeline", "parent": "customer", "time": "total", "title": "status"},
            "page_field_type",
            "/page/time",
            None,
        ),
    ],
)
def test_a_page_that_could_not_be_shown_is_refused(
    content: Any, code: str, pointer: str, suggestion: str | None, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(page(content)), shop)
    assert (problem.code, problem.pointer) == (code, f"/operations/0{pointer}")
    assert problem.suggestion == suggestion


def place(*places: dict[str, Any], entity: str = "Customer", **rest: Any) -> dict[str, Any]:
    return {"op": "set_page", "entity": entity, "place": [*places], **rest}


def _fields(manifest: Manifest, kind: str) -> tuple[str, ...]:
    (found,) = (one for one in manifest.visible_entities["Customer"].pages if one.kind == kind)
    return shown(found)


def test_fields_are_placed_without_touching_the_others(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(
        place(
            {"field": "email", "after": "name"},
            {"field": "vip", "after": "email"},
            {"field": "phone", "page": "list", "after": "name"},
            {"field": "createdAt", "page": "list"},
        )
    )
    after = apply(patch, shop)
    assert _fields(after, "form") == ("name", "email", "vip", "phone", "address", "status", "employees")
    assert _fields(after, "list") == ("name", "phone", "status", "createdAt", "name")
    assert fingerprint(undo(inverse(patch, shop), after)) == fingerprint(shop)


def test_another_field_stands_for_a_record(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of({"op": "set_page", "entity": "Customer", "title": "email"})
    after = apply(patch, shop)
    assert after.visible_entities["Customer"].title == "email"
    assert fingerprint(undo(inverse(patch, shop), after)) == fingerprint(shop)


@pytest.mark.parametrize(
    ("operation", "code", "pointer", "suggestion"),
    [
        (place({"field": "emial"}), "field_unknown", "/place/0/field", "email"),
        (place({"field": "email"}, {"field": "vip", "after": "nam"}), "field_unknown", "/place/1/after", "name"),
        (place({"field": "items", "page": "list"}, entity="Order"), "page_field_type", "/place/0/field", None),
        (place(entity="Order", title="totl"), "field_unknown", "/title", "total"),
        (place(entity="Order", title="items"), "title_type", "/title", None),
        (page({"kind": "list", "columns": ["items"]}), "page_field_type", "/page/columns/0", None),
        (
            page({"kind": "timeline", "parent": "customer", "time": "orderDate", "title": "items"}),
            "page_field_type",
            "/page/title",
            None,
        ),
    ],
)
def test_a_place_that_could_not_be_shown_is_refused(
    operation: Any, code: str, pointer: str, suggestion: str | None, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(operation), shop)
    assert (problem.code, problem.pointer, problem.suggestion) == (code, f"/operations/0{pointer}", suggestion)


def test_only_a_page_that_is_there_has_places(shop: Manifest, patch_of: Any) -> None:
    customer = shop.visible_entities["Customer"]
    without = shop.with_entity(customer.having(pages=customer.pages[:1]))
    (problem,) = validate(patch_of(place({"field": "email"})), without)
    assert (problem.code, problem.pointer) == ("page_unknown", "/operations/0/place/0/page")


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({}, "page_missing"),
        ({"page": {"kind": "form", "fields": ["vip"]}, "place": [{"field": "email"}]}, "page_and_place"),
    ],
)
def test_a_page_is_said_one_way(parts: Any, code: str, patch_of: Any) -> None:
    with pytest.raises(Refusal) as refused:
        patch_of({"op": "set_page", "entity": "Customer", **parts})
    assert (refused.value.code, refused.value.pointer) == (code, "/operations/0")


def test_two_modules_place_on_one_page_and_meet_at_a_whole_one(shop: Manifest, patch_of: Any) -> None:
    def meeting(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
        return conflicts(patch_of(one), patch_of(other, module="other"), shop)

    whole = page({"kind": "form", "fields": ["name"]}, entity="Customer")
    assert meeting(place({"field": "email"}), place({"field": "vip", "after": "name"})) == []
    assert meeting(place({"field": "email"}), whole) == ["customer/page/form"]
    assert meeting(place({"field": "email", "page": "list"}), whole) == []
    assert meeting(place({"field": "email"}), {"op": "remove_field", "entity": "Customer", "field": "email"})
    assert meeting(place(title="email"), place(title="phone")) == ["customer/title"]


def test_every_place_is_told(shop: Manifest, patch_of: Any) -> None:
    (told,) = explain(patch_of(place({"field": "vip", "after": "address"}, {"field": "address"}, title="email")), shop)
    assert "Places “vip” on the form page of Customer, behind “Address”." in told["en"]
    assert told["en"].endswith("at the end. Lets “email” stand for a record of Customer.")
    assert "将“vip”放到“客户”的表单页，位于“地址”之后。" in told["zh"]
