"""The outbox relay on RabbitMQ, against raw pipelined confirms of the same bodies: `python bench/relay.py`.

Both send the same events in batches of 100 to the same queue and wait for every confirmation; the relay also reads them
from PostgreSQL, locks them, and marks them sent. Rounds alternate, medians count. The floor is what aio-pika can do.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import ClassVar

import aio_pika
from sqlalchemy import text

from patchbay.local import rabbit
from patchbay.local.postgres import LocalPostgres
from shared.contracts.event import Actor, Cause, Event
from shared.runtime.bus import Binding
from shared.runtime.database import Sessions, open_engine, open_sessions
from shared.runtime.outbox import emit
from shared.runtime.rabbitmq import RabbitBus
from shared.runtime.relay import BATCH, Relay
from shared.runtime.settings import ServiceSettings
from shared.runtime.tables import RuntimeBase
from shared.runtime.wire import Outgoing, outgoing

ROUNDS = 11
EVENTS = 1000
QUEUE = "bench.bench.measured"


class Measured(Event):
    """About as large as most events are."""

    topic: ClassVar[str] = "bench.measured"

    text: str


def events() -> list[Measured]:
    cause = Cause(actor=Actor(kind="service", id="bench", name="bench"))
    return [Measured(cause=cause, subject=f"thing/{n % 50}", text="x" * 400) for n in range(EVENTS)]


async def fill(sessions: Sessions, measured: Sequence[Event]) -> None:
    async with sessions.begin() as session:
        await session.execute(text("TRUNCATE outbox"))
        for event in measured:
            await emit(session, event)
    async with sessions.begin() as session:
        await session.execute(text("ANALYZE outbox"))


async def by_relay(relay: Relay) -> None:
    while await relay.send_batch():
        pass
    assert relay.problem is None


async def raw(channel: aio_pika.abc.AbstractChannel, messages: Sequence[Outgoing]) -> None:
    exchange = await channel.get_exchange("patchbay.events", ensure=False)
    for first in range(0, len(messages), BATCH):
        await asyncio.gather(
            *(
                exchange.publish(
                    aio_pika.Message(
                        message.body,
                        headers=dict(message.headers),
                        message_id=str(message.id),
                        content_type="application/json",
                        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                    ),
                    message.topic,
                )
                for message in messages[first : first + BATCH]
            )
        )


async def timed(work: Callable[[], Awaitable[None]]) -> float:
    began = perf_counter()
    await work()
    return perf_counter() - began


async def measure(database_url: str, rabbit_url: str) -> tuple[list[float], list[float]]:
    """Seconds per round of the relay and of the floor."""
    engine = open_engine(database_url, name="bench")
    async with engine.begin() as connection:
        await connection.run_sync(RuntimeBase.metadata.create_all)
    sessions = open_sessions(engine)
    settings = ServiceSettings(rabbit_url=rabbit_url)
    bus = RabbitBus("bench", settings, [Binding("bench", QUEUE, Measured.topic)])
    await bus.start()
    relay = Relay("bench", sessions, bus, 0.2)
    ours: list[float] = []
    floor: list[float] = []
    async with await aio_pika.connect(rabbit_url) as connection:
        channel = await connection.channel(on_return_raises=True)
        queue = await channel.get_queue(QUEUE)
        for _ in range(ROUNDS):
            measured = events()
            messages = [
                outgoing("bench", e.topic, e.model_dump(mode="json"), e.model_dump_json().encode()) for e in measured
            ]
            await fill(sessions, measured)
            ours.append(await timed(lambda: by_relay(relay)))
            await queue.purge()
            floor.append(await timed(lambda sent=messages: raw(channel, sent)))
            await queue.purge()
    await bus.stop()
    await engine.dispose()
    return ours, floor


def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="patchbay-bench-", dir="/tmp")))
        database = stack.enter_context(LocalPostgres(folder / "postgres", durable=True, temporary=True))
        node = rabbit.LocalRabbit(folder / "rabbit", temporary=True).start()
        stack.callback(node.stop)
        url = database.url.replace("postgresql://", "postgresql+asyncpg://", 1)
        ours, floor = asyncio.run(measure(url, node.url))
    relay, least = median(ours), median(floor)
    print(f"relay        {EVENTS / relay:8.0f} events/s   (median of {ROUNDS} rounds of {EVENTS})")
    print(f"raw confirms {EVENTS / least:8.0f} events/s")
    print(f"ratio        {least / relay:8.2f}   (1.00 would be as fast as raw confirms)")


if __name__ == "__main__":
    main()
