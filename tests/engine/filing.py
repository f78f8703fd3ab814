"""Customers with a file, and what to put into it."""

import base64
from typing import Any
from uuid import UUID

from shared.crm import base_manifest
from shared.engine import User
from shared.patch import Manifest
from shared.patch.attachment import digest_of
from tests.engine.workshop import ADMIN, CLOCK, SCHEMA, Record, Workshop, add_field, patched

PDF = b"%PDF-1.7 \x00\xff"
OTHER = User(id="3", name="Otto", roles=("admin",))


def scanned(**definition: Any) -> Manifest:
    return patched(base_manifest(), add_field("Customer", "scan", type="file", **definition))


def sent(content: bytes = PDF, name: str = "offer.pdf", media_type: str = "application/pdf") -> Record:
    return {"name": name, "media_type": media_type, "content": base64.b64encode(content).decode()}


def held(content: bytes = PDF, name: str = "offer.pdf", media_type: str = "application/pdf") -> Record:
    return {"name": name, "media_type": media_type, "size": len(content), "digest": digest_of(content)}


def named(content: bytes = PDF, name: str = "offer.pdf", media_type: str = "application/pdf") -> Record:
    return {"name": name, "media_type": media_type, "digest": digest_of(content)}


async def upload(shop: Workshop, content: bytes = PDF, user: User = ADMIN) -> str:
    return await shop.application.upload(shop.connection, content, user, CLOCK)


async def opened(
    shop: Workshop, record: Record, field: str = "scan", user: User = ADMIN, entity: str = "Customer"
) -> bytes:
    found = await shop.application.file(shop.connection, entity, UUID(record["id"]), field, user)
    return found.content


async def kept(shop: Workshop) -> int:
    return await shop.connection.fetchval(f"SELECT count(*) FROM {SCHEMA}._files")
