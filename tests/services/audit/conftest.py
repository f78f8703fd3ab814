"""The audit service for each test, with nothing recorded yet."""

from collections.abc import AsyncGenerator, Callable

import pytest

from services.audit.app import create_app
from services.audit.handlers import handlers
from services.audit.settings import Settings
from tests.services.edge import PUBLIC_KEY, Edge, at_the_edge


@pytest.fixture
async def audit(service_database: Callable[[str], str]) -> AsyncGenerator[Edge]:
    settings = Settings(database_url=service_database("audit"), transport="none", gateway_public_key=PUBLIC_KEY)
    async with at_the_edge(create_app(settings), handlers) as edge:
        yield edge
