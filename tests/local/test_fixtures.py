"""What the other rings count on from `tests/conftest.py`."""

import aio_pika
import asyncpg
import pytest

from tests.support.broker import Broker


async def _tables(url: str) -> int:
    connection = await asyncpg.connect(url)
    count = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    await connection.execute("CREATE TABLE left_behind (id integer)")
    await connection.close()
    return count


async def test_a_database_is_empty(database: str) -> None:
    assert await _tables(database) == 0


async def test_a_database_is_empty_again_for_the_next_test(database: str) -> None:
    assert await _tables(database) == 0


async def test_the_server_is_postgres_18_and_wants_a_password(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    assert connection.get_server_version().major >= 18
    await connection.close()
    user, _, rest = postgres_url.partition("@")
    scheme = user.rpartition(":")[0]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"{scheme}:wrong@{rest}")


async def _declared(url: str) -> int:
    connection = await aio_pika.connect(url)
    channel = await connection.channel()
    queue = await channel.declare_queue("once", durable=True)
    await connection.close()
    assert queue.declaration_result.message_count is not None
    return queue.declaration_result.message_count


async def test_a_virtual_host_is_a_tests_own(rabbit_vhost: str, rabbit: Broker) -> None:
    assert await _declared(rabbit_vhost) == 0
    assert "once" in rabbit.control("list_queues", "--vhost", rabbit_vhost.rpartition("/")[2])
    assert "once" not in rabbit.control("list_queues")


async def test_a_killed_broker_comes_back_on_its_port(rabbit: Broker, rabbit_url: str) -> None:
    rabbit.kill()
    rabbit.start()
    assert await _declared(rabbit_url) == 0
