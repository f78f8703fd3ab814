"""A running gateway for each test."""

from collections.abc import AsyncGenerator, Callable

import pytest

from tests.services.gateway.running import Gateway, Service, running_gateway, serving_all


@pytest.fixture
async def gateway(service_database: Callable[[str], str]) -> AsyncGenerator[Gateway]:
    """A gateway behind which there is nobody."""
    async with running_gateway(service_database("gateway")) as running:
        yield running


@pytest.fixture
def services() -> dict[str, Service]:
    """Generator, tester, review and publisher, with nothing to say yet."""
    return {name: Service(name) for name in ("generator", "tester", "review", "publisher")}


@pytest.fixture
async def city(service_database: Callable[[str], str], services: dict[str, Service]) -> AsyncGenerator[Gateway]:
    """A gateway with those four services behind it; audit and crm are away."""
    async with serving_all(services) as urls, running_gateway(service_database("gateway"), **urls) as running:
        yield running
