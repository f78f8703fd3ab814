"""Triggers for tests: what they do, and a base module that has them."""

from typing import Any

from shared.crm import base_manifest
from shared.engine import User
from shared.engine.connection import Connection
from tests.engine.workshop import Record, Workshop, add_field, patched

SALES = User(id="2", name="Li Na", roles=("sales",))
VIP = add_field("Customer", "vip", type="boolean")
SPENT = add_field("Customer", "spent", type="money", read_only=True)


def add_trigger(entity: str, name: str, on: list[str], *actions: Record, **trigger: Any) -> Record:
    said = {"name": name, "on": on, "actions": list(actions), **trigger}
    return {"op": "add_trigger", "entity": entity, "trigger": said}


def setting(**values: str) -> Record:
    return {"action": "set", "values": values}


def creating(entity: str, **values: str) -> Record:
    return {"action": "create", "entity": entity, "values": values}


def updating(entity: str, by: str, equals: str, values: Record, **action: Any) -> Record:
    return {"action": "update", "entity": entity, "by": by, "equals": equals, "values": values, **action}


def telling(role: str, en: str, zh: str) -> Record:
    return {"action": "notify", "role": role, "message": {"en": en, "zh": zh}}


async def installed(connection: Connection, *operations: Record) -> Workshop:
    return await Workshop.installed(connection, patched(base_manifest(), *operations))
