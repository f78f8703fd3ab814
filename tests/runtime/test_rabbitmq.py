"""What was measured about FastStream and RabbitMQ, each of which cost a message until it was known."""

import asyncio
import json
from collections.abc import AsyncGenerator
from concurrent.futures import ProcessPoolExecutor
from time import process_time

import aio_pika
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.event import Event
from shared.runtime.bus import Bus, BusAway, Done, Lane, Verdict
from shared.runtime.rabbitmq import RabbitBus
from shared.runtime.wire import Delivery, Outgoing, outgoing
from tests.runtime.events import CAUSE, NobodyListens, made
from tests.runtime.traffic import BINDINGS, Traffic, handling, note_down, until
from tests.support.broker import Broker
from tests.support.databases import Databases

QUEUE = "worker.thing.made"


def message(event: Event) -> Outgoing:
    return outgoing("sender", event.topic, event.model_dump(mode="json"), event.model_dump_json().encode())


@pytest.fixture
async def traffic(broker_url: str, databases: Databases) -> AsyncGenerator[Traffic]:
    async with Traffic("rabbitmq", broker_url, databases) as traffic:
        yield traffic


@pytest.fixture
async def bus(traffic: Traffic) -> AsyncGenerator[Bus]:
    """The worker's bus, connected."""
    settings = traffic.settings("").model_copy(update={"publish_timeout_seconds": 1.0})
    bus = RabbitBus("worker", settings, BINDINGS)
    await bus.start()
    yield bus
    await bus.stop()


class Patient:
    """Keeps what it is given until told, and remembers whether it was given before."""

    def __init__(self) -> None:
        self.redelivered: list[bool] = []
        self.in_hand = 0
        self.most_in_hand = 0
        self.finish = asyncio.Event()

    async def deliver(self, delivery: Delivery) -> Verdict:
        self.redelivered.append(delivery.redelivered)
        self.in_hand += 1
        self.most_in_hand = max(self.most_in_hand, self.in_hand)
        await self.finish.wait()
        self.in_hand -= 1
        return Done()


async def test_a_message_is_persistent_and_carries_the_events_id(bus: Bus, traffic: Traffic) -> None:
    event = made()
    assert await bus.publish([message(event)]) == [None]
    connection = await aio_pika.connect(traffic.bus_url)
    async with connection:
        queue = await (await connection.channel()).get_queue(QUEUE)
        got = await queue.get()
        assert got.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
        assert (got.message_id, got.type, got.content_type) == (str(event.id), "thing.made", "application/json")
        assert got.headers["cloudEvents_id"] == str(event.id)
        assert json.loads(got.body)["id"] == str(event.id)


async def test_an_event_that_no_queue_takes_is_not_confirmed(bus: Bus) -> None:
    lost = NobodyListens(cause=CAUSE, subject="s")
    assert await bus.publish([message(lost), message(made())]) == ["no queue takes nobody.listens", None]


async def test_a_confirmation_that_does_not_come_is_not_waited_for(bus: Bus, rabbit: Broker) -> None:
    # Out of memory by decree: the broker takes nothing from publishers, and says nothing.
    await asyncio.to_thread(rabbit.control, "set_vm_memory_high_watermark", "0")
    try:
        with pytest.raises(BusAway, match="TimeoutError"):
            async with asyncio.timeout(5):
                await bus.publish([message(made())])
    finally:
        await asyncio.to_thread(rabbit.control, "set_vm_memory_high_watermark", "0.6")
    await until(lambda: _publishes(bus))


async def _publishes(bus: Bus) -> bool:
    try:
        return await bus.publish([message(made())]) == [None]
    except BusAway:
        return False


@pytest.mark.parametrize("workers", [1, 3])
async def test_no_more_is_in_hand_than_asked_for(bus: Bus, workers: int) -> None:
    patient = Patient()
    await bus.publish([message(made()) for _ in range(10)])
    await bus.consume([Lane((QUEUE,), workers)], patient)
    await until(lambda: patient.in_hand == workers)
    patient.finish.set()
    await until(lambda: len(patient.redelivered) == 10)
    assert patient.most_in_hand == workers


async def test_stopping_burns_no_delivery(bus: Bus, traffic: Traffic) -> None:
    first, second = Patient(), Patient()
    await bus.publish([message(made()) for _ in range(5)])
    await bus.consume([Lane((QUEUE,), 1)], first)
    await until(lambda: first.in_hand == 1)
    draining = asyncio.create_task(bus.drain())
    await asyncio.sleep(0)
    first.finish.set()
    await draining
    await bus.stop()
    second.finish.set()
    other = RabbitBus("worker", traffic.settings(""), BINDINGS)
    await other.start()
    await other.consume([Lane((QUEUE,), 1)], second)
    await until(lambda: len(first.redelivered) + len(second.redelivered) == 5)
    await other.stop()
    # Whatever the broker had pushed before the consumer was cancelled ended; nothing came back to be counted.
    assert second.redelivered == [False] * len(second.redelivered)


async def test_every_queue_is_one_that_both_versions_know(bus: Bus, traffic: Traffic, rabbit: Broker) -> None:
    columns = ("name", "type", "durable", "arguments")
    listed = await asyncio.to_thread(rabbit.control, "list_queues", "--formatter", "json", "--silent", *columns)
    queues = {queue["name"]: queue for queue in json.loads(listed)}
    ours = {"worker.dead", "watcher.dead", "worker.retry.0.1", "worker.retry.0.2", *(b.queue for b in BINDINGS)}
    assert ours <= queues.keys()
    # 3.10 and 4.x spell the type differently.
    assert all("quorum" in queues[name]["type"] and queues[name]["durable"] for name in ours)
    assert "x-max-priority" not in listed
    assert await bus.alive()


def _burn(seconds: float) -> float:
    """Work for the processor, which in the event loop would stop the heartbeats."""
    began = process_time()
    while process_time() - began < seconds:
        pass
    return process_time() - began


async def test_work_for_the_processor_in_a_process_keeps_the_heartbeats(traffic: Traffic) -> None:
    calls: list[float] = []
    with ProcessPoolExecutor(1) as pool:

        async def on_anything(event: Event, session: AsyncSession) -> None:
            calls.append(await asyncio.get_running_loop().run_in_executor(pool, _burn, 4.0))
            await note_down(session, str(event.id))

        traffic.bus_url += "?heartbeat=1"
        worker = await traffic.started("worker", handling("worker", on_anything))
        sender = await traffic.started("sender")
        await sender.emit(made())
        await until(lambda: worker.has_handled(1))
    # Two missed heartbeats and the broker would have given the message to somebody else.
    assert len(calls) == 1
