"""One database for the ring; every test works in a transaction that is rolled back."""

from collections.abc import AsyncGenerator, Generator

import asyncpg
import pytest

from shared.crm import base_manifest
from shared.engine.connection import Connection
from tests.engine.workshop import Workshop
from tests.support.databases import Databases


@pytest.fixture(scope="session")
def engine_url(databases: Databases) -> Generator[str]:
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture
async def connection(engine_url: str) -> AsyncGenerator[Connection]:
    connection = await asyncpg.connect(engine_url)
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


@pytest.fixture
async def shop(connection: Connection) -> Workshop:
    """The base module, installed and empty."""
    return await Workshop.installed(connection, base_manifest())
