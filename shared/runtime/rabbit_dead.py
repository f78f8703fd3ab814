"""The dead letters of a service on RabbitMQ: what is written on them, and how they are listed and replayed."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractIncomingMessage, AbstractQueue, AbstractRobustConnection

from shared.runtime.bus import DeadLetter
from shared.runtime.wire import CONTENT_TYPE, Delivery, readable

QUEUE = "patchbay-queue"
REASON = "patchbay-reason"
ATTEMPTS = "patchbay-attempts"
DIED_AT = "patchbay-died-at"


def told(queue: str, reason: str, attempts: int) -> dict[str, str]:
    """The headers that say where a dead letter died, why, and when."""
    died_at = datetime.now(UTC).isoformat()
    return {QUEUE: queue, REASON: reason, ATTEMPTS: str(attempts), DIED_AT: died_at}


def without_deaths(headers: Mapping[str, Any]) -> dict[str, Any]:
    """The headers without what the broker and we wrote on earlier deaths: a copy begins a new life."""
    ours = (QUEUE, REASON, ATTEMPTS, DIED_AT)
    broker = ("x-death", "x-first-death", "x-last-death", "x-delivery-count", "x-acquired-count")
    return {key: value for key, value in headers.items() if key not in ours and not key.startswith(broker)}


async def listed(connection: AbstractRobustConnection, service: str, limit: int) -> list[DeadLetter]:
    """The dead letters, newest first. They are taken, looked at, and given back."""
    async with _taken(connection, service) as queue:
        letters: list[DeadLetter] = []
        while len(letters) < limit and (message := await queue.get(fail=False)) is not None:
            letters.append(_letter(message))
    return letters[::-1]


async def replay(connection: AbstractRobustConnection, service: str, event_id: UUID | None) -> int:
    """Send the dead letters (or the one) to their queues again; each is acknowledged once its copy is confirmed."""
    count = 0
    async with _taken(connection, service) as queue:
        while (message := await queue.get(fail=False)) is not None:
            letter = _letter(message)
            if event_id in (None, letter.event_id):
                again = Message(
                    message.body,
                    headers=without_deaths(message.headers),
                    message_id=message.message_id,
                    content_type=CONTENT_TYPE,
                    delivery_mode=DeliveryMode.PERSISTENT,
                )
                await queue.channel.default_exchange.publish(again, letter.queue)
                await message.ack()
                count += 1
    return count


@asynccontextmanager
async def _taken(connection: AbstractRobustConnection, service: str) -> AsyncGenerator[AbstractQueue]:
    """The queue on a channel of its own: what is not acknowledged when it closes goes back."""
    channel = await connection.channel(on_return_raises=True)
    try:
        yield await channel.get_queue(f"{service}.dead")
    finally:
        await channel.close()


def _letter(message: AbstractIncomingMessage) -> DeadLetter:
    headers = cast("Mapping[str, Any]", message.headers)
    # The broker's own words, for what it put here after too many deliveries.
    queue = str(headers.get(QUEUE) or headers.get("x-first-death-queue") or "")
    attempts = int(headers.get(ATTEMPTS) or 0)
    reason = headers.get(REASON) or f"The broker gave up: {headers.get('x-first-death-reason', 'unknown')}."
    died_at = headers.get(DIED_AT)
    return DeadLetter(
        event_id=Delivery(queue, message.body, headers, message.message_id).event_id,
        queue=queue,
        topic=queue.split(".", 1)[-1],
        reason=str(reason),
        attempts=attempts,
        died_at=datetime.fromisoformat(str(died_at)) if died_at else None,
        body=readable(message.body),
    )
