"""A running gateway for each test."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack

import pytest

from tests.services.gateway.running import Gateway, Service, running_gateway, serving


@pytest.fixture
async def gateway(service_database: Callable[[str], str]) -> AsyncGenerator[Gateway]:
    """A gateway behind which there is nobody."""
    async with running_gateway(service_database("gateway")) as running:
        yield running


@pytest.fixture
async def services() -> AsyncGenerator[dict[str, Service]]:
    """Generator, tester, review and publisher, with nothing to say yet."""
    yield {name: Service(name) for name in ("generator", "tester", "review", "publisher")}


@pytest.fixture
async def city(service_database: Callable[[str], str], services: dict[str, Service]) -> AsyncGenerator[Gateway]:
    """A gateway with those four services behind it; audit and crm are away."""
    async with AsyncExitStack() as stack:
        urls = {
            f"{name}_url": await stack.enter_async_context(serving(service.app())) for name, service in services.items()
        }
        yield await stack.enter_async_context(running_gateway(service_database("gateway"), **urls))
