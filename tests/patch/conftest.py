"""A small shop: what the language is tried on."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.patch import Manifest, Patch, parse

STATES = ("pending", "confirmed", "shipped")
SHOP: dict[str, Any] = {
    "crm_version": "1.0.0",
    "roles": ["admin", "sales", "manager"],
    "entities": [
        {
            "key": "crm/entity/Customer",
            "name": "Customer",
            "label": {"en": "Customer", "zh": "客户"},
            "plural": {"en": "Customers", "zh": "客户"},
            "title": "name",
            "fields": [
                {"type": "text", "name": "name", "required": True},
                {"type": "text", "name": "email", "format": "email"},
                {"type": "text", "name": "phone", "max_length": 30},
                {"type": "text", "name": "address", "label": {"en": "Address", "zh": "地址"}},
                {"type": "enum", "name": "status", "options": [{"value": "active"}, {"value": "inactive"}]},
                {"type": "integer", "name": "employees", "min": 0, "max": 100000},
                {"type": "boolean", "name": "vip"},
            ],
            "grants": [
                {"role": "admin", "allow": ["view", "create", "edit", "delete"]},
                {"role": "sales", "allow": ["view", "create", "edit"]},
                {"role": "manager", "allow": ["view"]},
            ],
            "pages": [
                {"kind": "list", "columns": ["name", "status"], "sort": "name"},
                {"kind": "form", "fields": ["name", "phone", "address", "status", "employees", "vip"]},
            ],
        },
        {
            "key": "crm/entity/Order",
            "name": "Order",
            "label": {"en": "Order", "zh": "订单"},
            "plural": {"en": "Orders", "zh": "订单"},
            "title": "orderNumber",
            "fields": [
                {"type": "sequence", "name": "orderNumber", "prefix": "ORD-"},
                {"type": "ref", "name": "customer", "target": "Customer", "required": True},
                {"type": "date", "name": "orderDate", "default": "today"},
                {"type": "datetime", "name": "shippedAt"},
                {
                    "type": "lines",
                    "name": "items",
                    "fields": [
                        {"type": "text", "name": "product", "required": True},
                        {"type": "integer", "name": "quantity"},
                        {"type": "money", "name": "unitPrice"},
                        {"type": "money", "name": "amount", "computed": "quantity * unitPrice"},
                    ],
                    "max_items": 100,
                },
                {"type": "money", "name": "tax", "default": "0"},
                {"type": "money", "name": "total", "computed": "items.sum(i, i.amount) + tax"},
                {"type": "enum", "name": "status", "options": [{"value": state} for state in STATES]},
                {"type": "long_text", "name": "notes"},
            ],
            "grants": [{"role": "admin", "allow": ["view", "create", "edit", "delete"]}],
            "machine": {
                "field": "status",
                "initial": "pending",
                "transitions": [
                    {"source": "pending", "target": "confirmed"},
                    {"source": "confirmed", "target": "shipped", "guard": "items.size() > 0"},
                ],
            },
            "pages": [
                {"kind": "list", "columns": ["orderNumber", "customer", "total"]},
                {"kind": "form", "fields": ["orderNumber", "customer", "orderDate", "items", "total", "notes"]},
                {"kind": "timeline", "parent": "customer", "time": "orderDate", "title": "orderNumber"},
            ],
        },
    ],
    "menus": [
        {
            "key": "crm/menu/customers",
            "name": "customers",
            "label": {"en": "Customers", "zh": "客户"},
            "entity": "Customer",
        }
    ],
}

PatchOf = Callable[..., Patch]


@pytest.fixture(scope="session")
def shop() -> Manifest:
    """Customers and their orders."""
    entities: list[dict[str, Any]] = []
    for entity in SHOP["entities"]:
        name = entity["name"]
        fields = [{"key": f"crm/field/{name}.{one['name']}", "definition": one} for one in entity["fields"]]
        grants = [{"key": f"crm/grant/{name}.{one['role']}", "grant": one} for one in entity["grants"]]
        entities.append({**entity, "fields": fields, "grants": grants})
    return Manifest.model_validate({**SHOP, "entities": entities})


@pytest.fixture(scope="session")
def patch_of() -> PatchOf:
    """A patch of the module `loyalty` (or another) made of operations."""

    def made(*operations: dict[str, Any], module: str = "loyalty", **parts: Any) -> Patch:
        title = {"en": "Loyalty", "zh": "会员"}
        return parse({"patch": "1", "module": {"name": module, "title": title}, "operations": [*operations], **parts})

    return made
