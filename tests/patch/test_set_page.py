from typing import Any

import pytest

from shared.patch import Manifest, apply, validate
from shared.patch.manifest import ListPage


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
