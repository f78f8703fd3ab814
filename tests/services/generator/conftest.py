"""A generator for each test, to which the CRM has said that nothing is live yet."""

from collections.abc import AsyncGenerator, Callable

import pytest

from tests.services.generator.workshop import Workshop, workshop


@pytest.fixture
async def generator(service_database: Callable[[str], str]) -> AsyncGenerator[Workshop]:
    async with workshop(service_database) as made:
        yield made
