"""A schema with an application on it, and patches to change it with."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import pytest

from shared.engine import Application, FixedClock, Page, RecordRefused, User, apply_plan, plan, schema_fingerprint
from shared.engine.applying import Connection, Finding
from shared.patch import Manifest, apply, parse

SCHEMA = "workshop"
ADMIN = User(id="1", name="Ada", roles=("admin",))
CLOCK = FixedClock(datetime.datetime(2026, 3, 31, 9, 30, tzinfo=datetime.UTC))
NOBODY = "00000000-0000-4000-8000-000000000000"

Record = dict[str, Any]
Codes = set[tuple[str, str]]


def patched(manifest: Manifest, *operations: Record, module: str = "extra") -> Manifest:
    title = {"en": module, "zh": module}
    document = {"patch": "1", "module": {"name": module, "title": title}, "operations": list(operations)}
    return apply(parse(document), manifest)


def add_field(entity: str, name: str, **definition: Any) -> Record:
    return {"op": "add_field", "entity": entity, "field": {"name": name, **definition}}


def add_rule(entity: str, name: str, expression: str, **rule: Any) -> Record:
    message = {"en": f"{name} is broken.", "zh": f"{name} 不成立。"}
    return {
        "op": "add_rule",
        "entity": entity,
        "rule": {"name": name, "expression": expression, "message": message} | rule,
    }


@dataclass
class Workshop:
    connection: Connection
    manifest: Manifest
    application: Application

    @classmethod
    async def installed(cls, connection: Connection, manifest: Manifest) -> Self:
        await apply_plan(connection, plan(None, manifest, SCHEMA))
        return cls(connection, manifest, Application(manifest, SCHEMA))

    async def become(self, manifest: Manifest) -> list[Finding]:
        """Lay out another manifest over this one."""
        findings = await apply_plan(self.connection, plan(self.manifest, manifest, SCHEMA))
        await self.connection.reload_schema_state()
        self.manifest, self.application = manifest, Application(manifest, SCHEMA)
        return findings

    async def fingerprint(self) -> str:
        return await schema_fingerprint(self.connection, SCHEMA)

    async def create(self, entity: str, values: Mapping[str, Any], user: User = ADMIN) -> Record:
        return await self.application.create(self.connection, entity, values, user, CLOCK)

    async def read(self, entity: str, record_id: str, user: User = ADMIN) -> Record:
        return await self.application.read(self.connection, entity, UUID(record_id), user)

    async def update(self, entity: str, record_id: str, values: Mapping[str, Any], user: User = ADMIN) -> Record:
        return await self.application.update(self.connection, entity, UUID(record_id), values, user, CLOCK)

    async def delete(self, entity: str, record_id: str, user: User = ADMIN) -> None:
        await self.application.delete(self.connection, entity, UUID(record_id), user, CLOCK)

    async def transition(self, entity: str, record_id: str, to: str, user: User = ADMIN) -> Record:
        return await self.application.transition(self.connection, entity, UUID(record_id), to, user, CLOCK)

    async def query(self, entity: str, user: User = ADMIN, **asked: Any) -> Page:
        return await self.application.query(self.connection, entity, user, **asked)

    async def customer(self, **values: Any) -> Record:
        return await self.create("Customer", {"name": "Harbour", "email": "o@harbour.example"} | values)

    async def order(self, customer: Record | None = None, amount: Any = 10, **values: Any) -> Record:
        customer = customer or await self.customer()
        items = [{"product": "Tea", "quantity": 1, "unitPrice": amount}]
        return await self.create("Order", {"customer": customer["id"], "items": items} | values)

    async def refused(self, entity: str, values: Mapping[str, Any], user: User = ADMIN) -> RecordRefused:
        """What creating a record with these values is refused with."""
        with pytest.raises(RecordRefused) as caught:
            await self.create(entity, values, user)
        return caught.value


def codes(refused: RecordRefused) -> Codes:
    return {(one.field, one.code) for one in refused.problems}
