"""Progress over RabbitMQ: a transient exchange that keeps nothing, confirms nothing, and waits for nobody."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

from aio_pika import ExchangeType, Message
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractRobustConnection
from aio_pika.exceptions import AMQPError

EXCHANGE = "patchbay.progress"
BACKLOG = 1000
SEND_SECONDS = 1.0


class RabbitProgress:
    """`send` may lose; `watch` sees what is sent while it watches."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._connection: AbstractRobustConnection | None = None
        self._channel: AbstractChannel | None = None
        self._exchange: AbstractExchange | None = None

    async def start(self, connection: AbstractRobustConnection) -> None:
        self._connection = connection
        self._channel = await connection.channel(publisher_confirms=False)
        self._exchange = await _exchange(self._channel)

    async def stop(self) -> None:
        self._exchange = self._connection = None

    async def send(self, subject: str, data: dict[str, Any]) -> None:
        if self._exchange is None or self._connection is None or not self._connection.connected.is_set():
            return
        message = Message(json.dumps({"subject": subject, **data}).encode())
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._exchange.publish(message, routing_key="", mandatory=False)
        except (AMQPError, OSError, RuntimeError, TimeoutError) as error:
            self._log.debug("Progress was lost: %r", error)

    async def watch(self) -> AsyncIterator[dict[str, Any]]:
        if self._connection is None:
            return
        channel = await self._connection.channel()
        try:
            queue = await channel.declare_queue(exclusive=True, auto_delete=True, arguments={"x-max-length": BACKLOG})
            await queue.bind(await _exchange(channel))
            async with queue.iterator(no_ack=True) as messages:
                async for message in messages:
                    yield json.loads(message.body)
        finally:
            await channel.close()


async def _exchange(channel: AbstractChannel) -> AbstractExchange:
    return await channel.declare_exchange(EXCHANGE, ExchangeType.FANOUT, durable=False)
