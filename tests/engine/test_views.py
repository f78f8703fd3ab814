"""View models: what pages show, in the language and with the rights of whoever looks."""

import json
from uuid import UUID

import pytest

from shared.engine import RecordRefused, User
from tests.engine.workshop import ADMIN, Workshop, patched

MANAGER = User(id="3", name="Wang", roles=("manager",))
ACCOUNTANT = User(id="6", name="Zhou", roles=("accountant",))


async def test_a_list_names_its_columns_in_the_language_asked_for(shop: Workshop) -> None:
    view = shop.application.list_view("Order", ADMIN, "zh")
    assert (view["title"], view["sort"], view["can"]) == (
        "订单",
        "-orderDate",
        {"create": True, "edit": True, "delete": True},
    )
    assert [(one["name"], one["label"], one["type"]) for one in view["columns"]][:2] == [
        ("orderNumber", "订单号", "sequence"),
        ("customer", "客户", "ref"),
    ]
    assert view["columns"][1]["target"] == "Customer"
    assert view["columns"][-1]["options"][0] == {"value": "pending", "label": "待确认"}
    assert shop.application.list_view("Order", MANAGER)["can"] == {"create": False, "edit": False, "delete": False}


async def test_a_form_says_what_each_field_takes(shop: Workshop) -> None:
    view = shop.application.form_view("Order", ADMIN)
    fields = {one["name"]: one for one in view["fields"]}
    assert json.loads(json.dumps(view)) == view
    assert fields["customer"] == {
        "name": "customer",
        "label": "Customer",
        "help": None,
        "type": "ref",
        "widget": "record",
        "required": True,
        "read_only": False,
        "hidden": False,
        "default": None,
        "target": "Customer",
    }
    assert (fields["tax"]["min"], fields["tax"]["default"], fields["tax"]["widget"]) == ("0", "0", "money")
    assert fields["orderDate"]["default"] == "today"
    assert [one["name"] for one in view["fields"] if one["read_only"]] == ["orderNumber", "subtotal", "total", "status"]
    assert [(one["name"], one["read_only"]) for one in fields["items"]["fields"]] == [
        ("product", False),
        ("quantity", False),
        ("unitPrice", False),
        ("amount", True),
    ]
    assert view["state_field"] == "status"
    assert view["moves"][0] == {"source": "pending", "target": "confirmed", "label": "Confirmed"}


async def test_whoever_may_only_look_gets_a_form_to_look_at(shop: Workshop) -> None:
    view = shop.application.form_view("Customer", MANAGER)
    assert all(one["read_only"] for one in view["fields"])


async def test_a_field_without_a_label_shows_its_name(shop: Workshop) -> None:
    field = {"name": "taxNumber", "type": "text", "help": {"en": "As on the invoice.", "zh": "同发票。"}}
    await shop.become(patched(shop.manifest, {"op": "add_field", "entity": "Customer", "field": field, "list": True}))
    shown = shop.application.form_view("Customer", ADMIN)["fields"][-1]
    assert (shown["label"], shown["help"]) == ("Tax number", "As on the invoice.")
    assert shop.application.list_view("Customer", ADMIN)["columns"][-1]["name"] == "taxNumber"


async def test_a_timeline_tells_the_record_in_order(shop: Workshop) -> None:
    order = await shop.order()
    await shop.transition("Order", order["id"], "confirmed")
    view = await shop.application.timeline_view(shop.connection, "OrderTracking", UUID(order["id"]), ADMIN, "zh")
    assert sorted((one["value"], one["title"]) for one in view["entries"]) == [
        ("confirmed", "已确认"),
        ("pending", "待确认"),
    ]
    assert view["entries"][0]["details"] == [{"name": "updatedBy", "label": "更新人", "value": "Ada"}]
    with pytest.raises(RecordRefused, match="no timeline"):
        await shop.application.timeline_view(shop.connection, "Customer", UUID(order["id"]), ADMIN)


async def test_menus_are_those_that_lead_somewhere(shop: Workshop) -> None:
    assert [one["label"] for one in shop.application.menus(ADMIN, "zh")] == ["客户", "订单", "资金往来"]
    assert [one["name"] for one in shop.application.menus(ACCOUNTANT)] == ["transactions"]
    with pytest.raises(RecordRefused):
        shop.application.list_view("Customer", ACCOUNTANT)


async def test_a_page_may_show_when_a_record_was_made(shop: Workshop) -> None:
    page = {"kind": "list", "columns": ["name", "createdAt"], "sort": "-createdAt"}
    await shop.become(patched(shop.manifest, {"op": "set_page", "entity": "Customer", "page": page}))
    view = shop.application.list_view("Customer", ADMIN)
    assert view["columns"][1] == {"name": "createdAt", "label": "Created at", "type": "datetime", "sortable": True}
    assert view["sort"] == "-createdAt"
