"""The example of every operation, on records that are there: done, undone and done again, or refused as a whole."""

from typing import Any, get_args

import pytest

from shared.engine.connection import Connection
from shared.patch import Manifest
from shared.patch.errors import Refusal
from shared.patch.operations import Operation
from tests.engine.workshop import ADMIN, Record, Workshop, add_field, patched
from tests.patch.conftest import SHOP

OPERATIONS: tuple[type[Any], ...] = get_args(get_args(Operation)[0])
CUSTOMER: Record = {"name": "Harbour", "email": "o@harbour.example", "phone": "+86 571 1111", "status": "inactive"}
LINES = [{"product": "Tea", "quantity": 2, "unitPrice": 5}]


def shop_manifest() -> Manifest:
    entities: list[Record] = []
    for entity in SHOP["entities"]:
        name = entity["name"]
        fields = [{"key": f"crm/field/{name}.{one['name']}", "definition": one} for one in entity["fields"]]
        grants = [{"key": f"crm/grant/{name}.{one['role']}", "grant": one} for one in entity["grants"]]
        entities.append({**entity, "fields": fields, "grants": grants})
    return Manifest.model_validate({**SHOP, "entities": entities})


@pytest.fixture
async def stocked(connection: Connection) -> Workshop:
    shop = await Workshop.installed(connection, shop_manifest())
    customer = await shop.create("Customer", CUSTOMER)
    await shop.create("Order", {"customer": customer["id"], "items": LINES, "tax": 1})
    return shop


def open_entities(shop: Workshop) -> list[str]:
    """An entity begins without grants."""
    return [
        name for name, one in shop.manifest.visible_entities.items() if any(not each.removed for each in one.grants)
    ]


async def records(shop: Workshop) -> dict[str, list[Record]]:
    return {name: (await shop.query(name)).items for name in open_entities(shop)}


def look_at(shop: Workshop) -> None:
    """Every page renders."""
    for name in open_entities(shop):
        shop.application.list_view(name, ADMIN, "zh")
        shop.application.form_view(name, ADMIN)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.EXAMPLE["op"])
async def test_what_an_operation_does_is_undone_and_done_again(stocked: Workshop, operation: type[Any]) -> None:
    base, before, found = stocked.manifest, await stocked.fingerprint(), await records(stocked)
    changed: Manifest = patched(base, operation.EXAMPLE)
    await stocked.become(changed)
    after = await stocked.fingerprint()
    look_at(stocked)
    there = await records(stocked)
    await stocked.become(base)
    assert await stocked.fingerprint() == before
    assert await records(stocked) == found
    await stocked.become(changed)
    assert await stocked.fingerprint() == after
    assert await records(stocked) == there


WIDE: list[Record] = [
    add_field("Customer", "opens", type="time", default="09:00"),
    add_field("Customer", "stay", type="duration"),
    add_field("Customer", "picks", type="multi_enum", options=[{"value": "a"}, {"value": "b"}], default=["a"]),
    add_field("Customer", "extra", type="json"),
    add_field("Order", "watchers", type="many_to_many", target="Customer"),
    add_field("Customer", "about", type="ref_any", targets=["Customer", "Order"]),
    add_field("Order", "rank", type="integer", default=1) | {"lines": "items"},
    {"op": "add_index", "entity": "Order", "index": {"name": "by_tax", "fields": ["tax", "notes"], "unique": True}},
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.EXAMPLE["op"])
async def test_modules_come_and_go_on_either_side_of_another(stocked: Workshop, operation: type[Any]) -> None:
    base = stocked.manifest
    own = patched(base, operation.EXAMPLE, module="own")
    try:
        both = patched(own, *WIDE, module="wide")
    except Refusal:
        # What it takes away, the other module builds on.
        return
    await stocked.become(own)
    alone, found = await stocked.fingerprint(), await records(stocked)
    await stocked.become(both)
    together, there = await stocked.fingerprint(), await records(stocked)
    await stocked.become(own)
    assert (await stocked.fingerprint(), await records(stocked)) == (alone, found)
    await stocked.become(both)
    assert (await stocked.fingerprint(), await records(stocked)) == (together, there)
    wide = patched(base, *WIDE, module="wide")
    await stocked.become(wide)
    look_at(stocked)
    await stocked.become(both)
    assert (await stocked.fingerprint(), await records(stocked)) == (together, there)
