"""A small topology of the ring's own, and services on it over either transport: the contract is one."""

from collections.abc import AsyncGenerator

import pytest

from tests.runtime.traffic import Traffic
from tests.support.databases import Databases


@pytest.fixture(params=["postgres", "rabbitmq"])
async def traffic(request: pytest.FixtureRequest, databases: Databases) -> AsyncGenerator[Traffic]:
    """Services that talk to each other, on each transport in turn."""
    transport: str = request.param
    bus = databases.empty() if transport == "postgres" else request.getfixturevalue("rabbit_vhost")
    async with Traffic(transport, bus, databases) as traffic:
        yield traffic
    if transport == "postgres":
        databases.drop(bus)
