"""The live CRM for each test, just founded, with nobody's modules in it."""

from collections.abc import AsyncGenerator, Callable

import pytest

from services.crm.app import create_app
from services.crm.settings import Settings
from tests.services.crm.hosting import Host, at_the_host
from tests.services.edge import PUBLIC_KEY


@pytest.fixture
def settings(service_database: Callable[[str], str]) -> Settings:
    return Settings(
        database_url=service_database("crm"), transport="none", gateway_public_key=PUBLIC_KEY, fixtures=True
    )


@pytest.fixture
async def host(settings: Settings) -> AsyncGenerator[Host]:
    async with at_the_host(create_app(settings)) as host:
        yield host
