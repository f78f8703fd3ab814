"""The broker goes away and comes back: meanwhile everything is accepted, afterwards everything has arrived, once."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.event import Event
from tests.runtime.events import made
from tests.runtime.traffic import Service, Traffic, handling, listening, note_down, until
from tests.support.broker import Broker
from tests.support.databases import Databases
from tests.support.postgres import embedded_postgres

BROKER_SECONDS = 30
DATABASE_SECONDS = 15
SETTLED_QUEUE_SECONDS = 3


async def _ready(service: Service) -> bool:
    return set((await service.messaging.health()).values()) == {"ok"}


async def _survives(traffic: Traffic, end: Callable[[], None], start: Callable[[], object], seconds: float) -> Service:
    """Events before, while it is away (if they can be written) and after; all are handled once, soon after."""
    heard: list[Event] = []
    worker = await traffic.started("worker", listening("worker", heard))
    sender = await traffic.started("sender")
    declared = asyncio.get_running_loop().time()
    await sender.emit(*(made(str(number)) for number in range(50)))
    # A quorum queue that is younger than about a second when its broker is killed may be gone for good.
    await until(lambda: len(heard) > 5 and asyncio.get_running_loop().time() > declared + SETTLED_QUEUE_SECONDS)
    await asyncio.to_thread(end)
    if traffic.transport == "rabbitmq":
        await until(lambda: _broken(sender))
        await sender.emit(*(made(str(number)) for number in range(50)))
    await asyncio.to_thread(start)
    back = asyncio.get_running_loop().time()
    await sender.emit(made("after"))
    expected = 101 if traffic.transport == "rabbitmq" else 51
    await until(lambda: worker.has_handled(expected), seconds)
    await until(sender.all_sent, seconds)
    await until(lambda: _ready(worker), seconds)
    assert await worker.count("SELECT count(*) FROM work") == expected
    assert asyncio.get_running_loop().time() - back < seconds
    return worker


async def _broken(service: Service) -> bool:
    return (await service.messaging.health())["broker"] != "ok"


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_rabbitmq_comes_back(rabbit: Broker, broker_url: str, databases: Databases, how: str) -> None:
    async with Traffic("rabbitmq", broker_url, databases) as traffic:
        await _survives(traffic, rabbit.stop if how == "stop" else rabbit.kill, rabbit.start, BROKER_SECONDS)


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_the_database_comes_back(how: str) -> None:
    with embedded_postgres() as server:
        databases = Databases(server.url)
        async with Traffic("postgres", databases.empty(), databases) as traffic:
            await _survives(traffic, server.stop if how == "stop" else server.kill, server.start, DATABASE_SECONDS)
        databases.close()


async def test_a_service_starts_while_the_broker_is_away(rabbit: Broker, broker_url: str, databases: Databases) -> None:
    heard: list[Event] = []
    async with Traffic("rabbitmq", broker_url, databases) as traffic:
        await asyncio.to_thread(rabbit.stop)
        try:
            worker = await traffic.started("worker", listening("worker", heard))
            sender = await traffic.started("sender")
            await sender.emit(made("while it was away"))
            assert (await worker.messaging.health())["broker"] == "away"
        finally:
            await asyncio.to_thread(rabbit.start)
        await until(lambda: len(heard) == 1, BROKER_SECONDS)
        await until(lambda: _ready(worker), BROKER_SECONDS)


async def test_a_lost_connection_cancels_the_handler_and_nothing_is_half_done(
    rabbit: Broker, broker_url: str, databases: Databases
) -> None:
    calls: list[str] = []
    cancelled: list[str] = []
    finish = asyncio.Event()

    async def on_anything(event: Event, session: AsyncSession) -> None:
        calls.append(event.topic)
        await note_down(session, str(event.id))
        try:
            await finish.wait()
        except asyncio.CancelledError:
            cancelled.append(event.topic)
            raise

    async with Traffic("rabbitmq", broker_url, databases) as traffic:
        worker = await traffic.started("worker", handling("worker", on_anything))
        sender = await traffic.started("sender")
        await sender.emit(made())
        await until(lambda: len(calls) == 1)
        await asyncio.to_thread(rabbit.control, "close_all_connections", "--global", "a test")
        await until(lambda: len(calls) == 2, BROKER_SECONDS)
        finish.set()
        await until(lambda: worker.has_handled(1), BROKER_SECONDS)
        assert await worker.count("SELECT count(*) FROM work") == 1
        assert cancelled == ["thing.made"]
