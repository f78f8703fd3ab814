"""The transport over RabbitMQ, through FastStream. Right on 3.10 (Debian's) and on 4.x (the images').

Invariants:
1. What is published is persistent, mandatory, confirmed, and carries the event's id; a confirmation that does not
   come means unknown, and unknown is sent again.
2. A message is acknowledged last: after the handler's commit, or after its copy is confirmed in a retry queue or
   among the dead letters.
3. Nothing is decided by the broker's count of deliveries but one thing: what kills its consumer 20 times is dead.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import cast
from uuid import UUID

from aio_pika.abc import AbstractRobustConnection
from aio_pika.exceptions import AMQPError, DeliveryError, PublishError
from aiormq.channel import Channel as AmqpChannel
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitMessage, RabbitQueue

from shared.runtime import rabbit_dead
from shared.runtime.bus import Again, Binding, BusAway, Dead, DeadLetter, Lane, Receiver, Verdict, quiet_log
from shared.runtime.rabbit_progress import RabbitProgress
from shared.runtime.rabbit_topology import DEAD, EVENTS, Topology, declare, retry_exchange
from shared.runtime.settings import ServiceSettings
from shared.runtime.wire import CONTENT_TYPE, Delivery, Outgoing

AWAY = (AMQPError, ConnectionError, OSError, TimeoutError, RuntimeError)
CONNECT_SECONDS = 5.0
RECONNECT_SECONDS = 1.0
STUCK_SECONDS = 1.0


class RabbitBus:
    """One service's use of the broker: a connection, a channel for what it sends, and one per queue it consumes."""

    def __init__(self, service: str, settings: ServiceSettings, bindings: Sequence[Binding]) -> None:
        if settings.rabbit_url is None:
            raise ValueError("The transport over RabbitMQ needs a rabbit_url (PATCHBAY_RABBIT_URL).")
        self._service = service
        self._settings = settings
        self._topology = Topology(service, tuple(bindings), tuple(settings.retry_seconds))
        self._log = logging.getLogger(f"patchbay.{service}.bus")
        self._broker = self._new_broker()
        self._connection: AbstractRobustConnection | None = None
        self._consuming: list[tuple[RabbitQueue, Channel]] = []
        self._in_hand = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.progress = RabbitProgress(self._log)

    def _new_broker(self) -> RabbitBroker:
        return RabbitBroker(
            self._settings.rabbit_url,
            timeout=CONNECT_SECONDS,
            reconnect_interval=RECONNECT_SECONDS,
            # Without this an event that no queue takes returns quietly, as if it were sent.
            default_channel=Channel(on_return_raises=True),
            graceful_timeout=self._settings.drain_seconds,
            app_id=f"patchbay-{self._service}",
            logger=quiet_log(self._service),
            log_level=logging.DEBUG,
            apply_types=False,
        )

    async def start(self) -> None:
        try:
            self._connection = await self._broker.connect()
            await declare(self._broker, self._topology)
            await self.progress.start(self._connection)
        except AWAY as error:
            await self._begin_anew()
            raise BusAway(f"{type(error).__name__}: {error}") from error

    async def _begin_anew(self) -> None:
        with suppress(*AWAY):
            await self._broker.stop()
        self._broker = self._new_broker()
        self._consuming.clear()
        self._connection = None

    async def publish(self, batch: Sequence[Outgoing]) -> list[str | None]:
        if not self._connected():
            raise BusAway("not connected")
        outcomes = await asyncio.gather(*(self._publish(message) for message in batch), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome if isinstance(outcome, asyncio.CancelledError) else BusAway(repr(outcome)) from outcome
        return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]

    async def _publish(self, message: Outgoing) -> str | None:
        """None when confirmed; what is wrong with this one when the broker refused or returned it."""
        try:
            # The library ignores its own timeout. After ours nothing is known: the event is sent again.
            async with asyncio.timeout(self._settings.publish_timeout_seconds):
                await self._broker.publish(
                    message.body,
                    exchange=EVENTS,
                    routing_key=message.topic,
                    persist=True,
                    message_id=str(message.id),
                    correlation_id=message.correlation_id,
                    message_type=message.topic,
                    content_type=CONTENT_TYPE,
                    headers=dict(message.headers),
                )
        except PublishError:
            return f"no queue takes {message.topic}"
        except DeliveryError as error:
            return f"refused by the broker: {error}"
        return None

    async def consume(self, lanes: Sequence[Lane], receiver: Receiver) -> None:
        try:
            for lane in lanes:
                for name in lane.queues:
                    self._subscribe(RabbitQueue(name, declare=False), Channel(prefetch_count=lane.workers), receiver)
            await self._broker.start()
        except AWAY as error:
            await self._begin_anew()
            raise BusAway(f"{type(error).__name__}: {error}") from error

    def _subscribe(self, queue: RabbitQueue, channel: Channel, receiver: Receiver) -> None:
        async def handle(message: RabbitMessage) -> None:
            self._in_hand += 1
            self._idle.clear()
            try:
                raw = message.raw_message
                delivery = Delivery(
                    queue.name, raw.body, raw.headers, raw.message_id, redelivered=bool(raw.redelivered)
                )
                await self._settle(message, delivery, await receiver.deliver(delivery))
            finally:
                self._in_hand -= 1
                if self._in_hand == 0:
                    self._idle.set()

        # The defaults reject at the first error (the message is gone) or loop hot; here the verdict says.
        subscriber = self._broker.subscriber(
            queue, ack_policy=AckPolicy.MANUAL, channel=channel, no_reply=True, decoder=_whole_message
        )
        subscriber(handle)
        self._consuming.append((queue, channel))

    async def _settle(self, message: RabbitMessage, delivery: Delivery, verdict: Verdict) -> None:
        try:
            match verdict:
                case Again(seconds):
                    step = self._topology.step(seconds)
                    await self._copy(delivery, retry_exchange(step).name, delivery.queue, {})
                case Dead(reason, attempts):
                    told = rabbit_dead.told(delivery.queue, reason, attempts)
                    await self._copy(delivery, DEAD.name, self._service, told)
                case _:
                    pass
            await message.ack()
        except AWAY as error:
            # Not acknowledged, so it comes again: at once if the connection is lost, else when it is given back.
            self._log.warning("%s could not be settled: %r", delivery.queue, error)
            await asyncio.sleep(STUCK_SECONDS)
            with suppress(*AWAY):
                await message.nack(requeue=True)

    async def _copy(self, delivery: Delivery, exchange: str, key: str, told: dict[str, str]) -> None:
        async with asyncio.timeout(self._settings.publish_timeout_seconds):
            await self._broker.publish(
                delivery.body,
                exchange=exchange,
                routing_key=key,
                persist=True,
                message_id=delivery.message_id or str(delivery.event_id),
                content_type=CONTENT_TYPE,
                headers={**rabbit_dead.without_deaths(delivery.headers), **told},
            )

    async def drain(self) -> None:
        """Cancel the consumers first: the library would go on fetching while it waits, and give all of it back."""
        with suppress(*AWAY):
            for queue, channel in self._consuming:
                await self._cancel(queue, channel)
        self._consuming.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.drain_seconds):
                await self._idle.wait()

    async def _cancel(self, queue: RabbitQueue, channel: Channel) -> None:
        config = self._broker.config.broker_config
        consumed = await config.declarer.declare_queue(queue, channel=channel)
        underlay = await (await config.channel_manager.get_channel(channel)).get_underlay_channel()
        for tag in list(cast("AmqpChannel", underlay).consumers):
            await consumed.cancel(tag)

    async def stop(self) -> None:
        await self.progress.stop()
        with suppress(*AWAY):
            await self._broker.stop()
        self._connection = None

    async def alive(self) -> bool:
        return self._connected()

    def _connected(self) -> bool:
        return self._connection is not None and self._connection.connected.is_set()

    async def dead_letters(self, limit: int = 200) -> list[DeadLetter]:
        return await rabbit_dead.listed(self._open(), self._service, limit)

    async def replay(self, event_id: UUID | None = None) -> int:
        return await rabbit_dead.replay(self._open(), self._service, event_id)

    def _open(self) -> AbstractRobustConnection:
        if self._connection is None:
            raise BusAway("not connected")
        return self._connection


async def _whole_message(message: RabbitMessage) -> RabbitMessage:
    """The library's decoder: the handler takes the message itself, since it decodes by its own contract."""
    return message
