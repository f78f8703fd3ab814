"""The review service for each test, to which the host has said that nothing is live yet."""

from collections.abc import AsyncGenerator, Callable

import pytest

from services.review.app import create_app
from services.review.handlers import handlers
from services.review.settings import Settings
from tests.services import story
from tests.services.edge import PUBLIC_KEY, Edge, at_the_edge


@pytest.fixture
async def silent(service_database: Callable[[str], str]) -> AsyncGenerator[Edge]:
    """A review service that has heard nothing."""
    url = service_database("review")
    settings = Settings(database_url=url, transport="none", gateway_public_key=PUBLIC_KEY)
    async with at_the_edge(create_app(settings), handlers) as edge:
        yield edge


@pytest.fixture
async def review(silent: Edge) -> Edge:
    await silent.hear(story.live_set(1))
    return silent
