"""A small topology of the ring's own, and services on it over either transport: the contract is one."""

import asyncio
from collections.abc import AsyncGenerator, Generator

import aio_pika
import pytest

from tests.runtime.traffic import BINDINGS, Traffic
from tests.support.databases import Databases

SERVICES = ("worker", "watcher", "sender")
PATTERNS = ("watcher.things", "watcher.everything", "watcher.deep", "watcher.made")


@pytest.fixture
def broker_url(rabbit_url: str) -> Generator[str]:
    """The broker, without the ring's queues when the test ends: ten times sooner than a virtual host of its own."""
    yield rabbit_url
    asyncio.run(_delete_queues(rabbit_url))


async def _delete_queues(url: str) -> None:
    own = [f"{service}.{kind}" for service in SERVICES for kind in ("dead", "retry.0.1", "retry.0.2")]
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        for name in (*own, *PATTERNS, *(binding.queue for binding in BINDINGS)):
            await channel.queue_delete(name)


@pytest.fixture(params=["postgres", "rabbitmq"])
async def traffic(request: pytest.FixtureRequest, databases: Databases) -> AsyncGenerator[Traffic]:
    """Services that talk to each other, on each transport in turn."""
    transport: str = request.param
    bus = databases.empty() if transport == "postgres" else request.getfixturevalue("broker_url")
    async with Traffic(transport, bus, databases) as traffic:
        yield traffic
    if transport == "postgres":
        databases.drop(bus)
