"""The tester for each test, with a sandbox database of its own, to which the host has said that nothing is live yet."""

from collections.abc import AsyncGenerator, Callable

import pytest

from services.tester.app import create_app
from services.tester.settings import Settings
from tests.services import story
from tests.services.edge import PUBLIC_KEY
from tests.services.tester.bench import Bench, at_the_bench


@pytest.fixture
def settings(service_database: Callable[[str], str], database: str) -> Settings:
    return Settings(
        database_url=service_database("tester"),
        transport="none",
        gateway_public_key=PUBLIC_KEY,
        sandbox_url=database,
        auto_run=False,
    )


@pytest.fixture
async def silent(settings: Settings) -> AsyncGenerator[Bench]:
    """A tester that has heard nothing."""
    async with at_the_bench(create_app(settings), auto_run=False) as bench:
        yield bench


@pytest.fixture
async def tester(silent: Bench) -> Bench:
    await silent.hear(story.live_set(1))
    return silent


@pytest.fixture
async def eager(settings: Settings) -> AsyncGenerator[Bench]:
    """A tester that runs every new version by itself, and has heard nothing."""
    async with at_the_bench(create_app(settings), auto_run=True) as bench:
        yield bench
