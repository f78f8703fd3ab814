"""The base module with goods, to which lines of orders refer."""

from typing import Any

from shared.crm import base_manifest
from shared.patch import Manifest
from tests.engine.workshop import Record, patched

GOODS: Record = {
    "op": "add_entity",
    "entity": "Goods",
    "label": {"en": "Goods", "zh": "商品"},
    "plural": {"en": "Goods", "zh": "商品"},
    "title": "name",
    "fields": [
        {"name": "name", "type": "text", "required": True},
        {"name": "price", "type": "money"},
        {"name": "sold", "type": "boolean"},
        {"name": "tags", "type": "multi_enum", "options": [{"value": "new"}, {"value": "old"}]},
        {"name": "since", "type": "datetime"},
        {"name": "after", "type": "duration"},
        {"name": "parent", "type": "ref", "target": "Goods"},
    ],
}
GRANT: Record = {"op": "grant", "entity": "Goods", "role": "admin", "allow": ["view", "create", "edit", "delete"]}


def goods(*operations: Record, **reference: Any) -> Manifest:
    column: Record = {
        "op": "add_field",
        "entity": "Order",
        "lines": "items",
        "field": {"name": "goods", "type": "ref", "target": "Goods", **reference},
    }
    return patched(patched(base_manifest(), GOODS, GRANT, column), *operations, module="more")


def line(one: Record, price: Any = 1) -> Record:
    return {"product": "Tea", "quantity": 1, "unitPrice": price, "goods": one["id"]}
