"""Servers and databases for every ring. All start lazily: a test that asks for none waits for none."""

import secrets
from collections.abc import Callable, Generator

import pytest

from tests.support.broker import Broker, any_broker
from tests.support.databases import Databases
from tests.support.postgres import any_postgres


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Side by side (`-n`), the tests of a file stay together, so that what they share is started once."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(str(item.path)))


@pytest.fixture(scope="session")
def postgres_url() -> Generator[str]:
    """The administrator's address of a PostgreSQL 18 of this session's own: `postgresql://…`, as asyncpg takes it."""
    with any_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Generator[Databases]:
    """Makes and drops databases, for fixtures of a ring's own scope."""
    databases = Databases(postgres_url)
    yield databases
    databases.close()


@pytest.fixture
def database(databases: Databases) -> Generator[str]:
    """A new, empty database of this test's own: `postgresql://…`."""
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture
def service_database(databases: Databases) -> Generator[Callable[[str], str]]:
    """`service_database("generator")` is a new database with that service's tables: `postgresql+asyncpg://…`."""
    made: list[str] = []

    def make(service: str) -> str:
        made.append(databases.of_service(service))
        return made[-1]

    yield make
    for url in made:
        databases.drop(url)


@pytest.fixture(scope="session")
def rabbit() -> Generator[Broker]:
    """The session's broker, which a test may `stop`, `kill` and `start`; it must be up again when the test ends."""
    with any_broker() as broker:
        yield broker


@pytest.fixture(scope="session")
def rabbit_url(rabbit: Broker) -> str:
    """The broker's address: `amqp://…/`, its default virtual host shared by the whole session."""
    return rabbit.url


@pytest.fixture
def rabbit_vhost(rabbit: Broker) -> Generator[str]:
    """The address of a virtual host of this test's own, for whoever declares queues: about 1 s."""
    name = f"test_{secrets.token_hex(6)}"
    rabbit.control("add_vhost", name)
    rabbit.control("set_permissions", "--vhost", name, "patchbay", ".*", ".*", ".*")
    yield f"{rabbit.url}{name}"
    rabbit.control("delete_vhost", name)
