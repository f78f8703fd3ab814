"""The publisher for each test, to which the host has said that nothing is live yet."""

from collections.abc import AsyncGenerator, Callable

import pytest

from services.publisher.app import create_app
from services.publisher.handlers import handlers
from services.publisher.settings import Settings
from tests.services import story
from tests.services.edge import PUBLIC_KEY, Edge, at_the_edge


@pytest.fixture
async def silent(service_database: Callable[[str], str]) -> AsyncGenerator[Edge]:
    """A publisher that has heard nothing."""
    url = service_database("publisher")
    settings = Settings(database_url=url, transport="none", gateway_public_key=PUBLIC_KEY)
    async with at_the_edge(create_app(settings), handlers) as edge:
        yield edge


@pytest.fixture
async def publisher(silent: Edge) -> Edge:
    await silent.hear(story.live_set(1))
    return silent


@pytest.fixture
async def impatient(service_database: Callable[[str], str]) -> AsyncGenerator[Edge]:
    """A publisher to which every release in flight is overdue at once."""
    url = service_database("publisher")
    settings = Settings(database_url=url, transport="none", gateway_public_key=PUBLIC_KEY, release_timeout_seconds=0)
    async with at_the_edge(create_app(settings), handlers) as edge:
        await edge.hear(story.live_set(1))
        yield edge
