"""The transport over PostgreSQL, for the embedded mode: queues are rows in the database patchbay_bus.

`faststream-outbox` leases, delivers, retries and keeps the dead letters; ours are the fan-out (one row per bound
queue) and the care of leases. Why each: `docs/decisions/0004-two-transports.md`.

Invariants:
1. The rows of a batch are committed together before any of its events counts as sent.
2. A row goes away only after the handler's own database has committed: it may be delivered twice, never lost.
3. The lease of a row in hand is renewed; one that is not renewed belongs to nobody and is taken up by another.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from faststream import AckPolicy
from faststream_outbox import OutboxBroker, make_dlq_table, make_outbox_table
from faststream_outbox.client import OutboxClient
from faststream_outbox.message import OutboxMessage
from sqlalchemy import MetaData, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.runtime import postgres_dead
from shared.runtime.bus import Again, Binding, BusAway, Dead, DeadLetter, Lane, Receiver, quiet_log
from shared.runtime.database import open_engine
from shared.runtime.postgres_dead import AsTold, Told, told
from shared.runtime.settings import ServiceSettings
from shared.runtime.wire import Delivery, Outgoing

# Renewed while the row is in hand, so this bounds only how long a dead process's rows wait for another.
LEASE_SECONDS = 5.0
RENEW_SECONDS = 1.5
# Publishing notifies; looking serves rows whose time to be tried again has come.
POLL_SECONDS = 0.2
MOST_POLL_SECONDS = 1.0
# What kills the process each time it is handled ends here; what merely fails has ended long before.
MOST_DELIVERIES = 20
LOCK = 7_305_113


class PostgresBus:
    """One service's use of the bus. `start` may be called again after it failed."""

    def __init__(self, service: str, settings: ServiceSettings, bindings: Sequence[Binding]) -> None:
        if settings.bus_url is None:
            raise ValueError("The transport over PostgreSQL needs a bus_url (PATCHBAY_BUS_URL).")
        self._service = service
        self._settings = settings
        self._bindings = bindings
        self._log = logging.getLogger(f"patchbay.{service}.bus")
        self._metadata = MetaData()
        self._messages = make_outbox_table(self._metadata, "messages")
        self._dead = make_dlq_table(self._metadata, "dead_letters")
        self._engine = open_engine(settings.bus_url, name=f"patchbay {service} relay", connections=2)
        self._client = OutboxClient(self._engine, self._messages, dlq_table=self._dead)
        self._consumers: AsyncEngine | None = None
        self._broker: OutboxBroker | None = None
        self._renewal: asyncio.Task[None] | None = None
        self._in_hand: set[int] = set()

    async def start(self) -> None:
        try:
            async with self._engine.connect() as connection:
                present = await connection.scalar(text("SELECT to_regclass('dead_letters')"))
            if present is None:
                await self._create_tables()
        except (SQLAlchemyError, OSError) as error:
            raise BusAway(str(error)) from error

    async def _create_tables(self) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            await connection.run_sync(self._metadata.create_all)

    async def publish(self, batch: Sequence[Outgoing]) -> list[str | None]:
        rows: defaultdict[str, list[tuple[bytes, dict[str, str] | None]]] = defaultdict(list)
        for message in batch:
            headers = {**message.headers, "content-type": "application/json", "correlation_id": message.correlation_id}
            for binding in self._bindings:
                if binding.takes(message.topic):
                    rows[binding.queue].append((message.body, headers))
        try:
            async with asyncio.timeout(self._settings.publish_timeout_seconds), self._engine.begin() as connection:
                for queue, messages in rows.items():
                    await self._client.insert_batch(connection, queue=queue, rows=messages)
        except (SQLAlchemyError, OSError) as error:
            raise BusAway(f"{type(error).__name__}: {error}") from error
        return [None if self._is_bound(message.topic) else f"no queue takes {message.topic}" for message in batch]

    def _is_bound(self, topic: str) -> bool:
        return any(binding.takes(topic) for binding in self._bindings)

    async def consume(self, lanes: Sequence[Lane], receiver: Receiver) -> None:
        assert self._settings.bus_url is not None
        name = f"patchbay {self._service} consumer"
        # Each lane holds a connection that fetches and one per worker; renewal takes another now and then.
        connections = sum(1 + lane.workers for lane in lanes) + 1
        self._consumers = open_engine(self._settings.bus_url, name=name, connections=connections)
        self._broker = OutboxBroker(
            self._consumers,
            outbox_table=self._messages,
            dlq_table=self._dead,
            graceful_timeout=self._settings.drain_seconds,
            last_exception_renderer=told,
            logger=quiet_log(self._service),
            log_level=logging.DEBUG,
            apply_types=False,
        )
        for lane in lanes:
            self._subscribe(self._broker, lane, receiver)
        try:
            await self._release_stale([queue for lane in lanes for queue in lane.queues], name)
            await self._broker.start()
        except (SQLAlchemyError, OSError) as error:
            await self._consumers.dispose()
            raise BusAway(str(error)) from error
        self._renewal = asyncio.create_task(self._keep_renewing())

    def _subscribe(self, broker: OutboxBroker, lane: Lane, receiver: Receiver) -> None:
        async def handle(message: OutboxMessage) -> None:
            row = message.raw_message
            self._in_hand.add(row.id)
            try:
                again = row.deliveries_count > 1
                verdict = await receiver.deliver(Delivery(row.queue, row.payload, message.headers, redelivered=again))
            finally:
                self._in_hand.discard(row.id)
            match verdict:
                case Again(seconds):
                    row.last_exception = Told(seconds=seconds)
                    await message.nack()
                case Dead(reason, attempts):
                    row.last_exception = Told(reason=reason, attempts=attempts)
                    await message.reject()
                case _:
                    await message.ack()

        subscriber = broker.subscriber(
            list(lane.queues),
            max_workers=lane.workers,
            retry_strategy=AsTold(),
            # No more than the workers can begin with: what waits here, another process cannot take.
            fetch_batch_size=lane.workers,
            min_fetch_interval=POLL_SECONDS,
            max_fetch_interval=MOST_POLL_SECONDS,
            lease_ttl_seconds=LEASE_SECONDS,
            max_deliveries=MOST_DELIVERIES,
            # The defaults acknowledge by exceptions; here the verdict says.
            ack_policy=AckPolicy.MANUAL,
            decoder=_whole_message,
        )
        subscriber(handle)

    async def _release_stale(self, queues: Sequence[str], name: str) -> None:
        """At the start, when no other process consumes for this service, whatever is leased is leased by the dead."""
        release = text(
            "UPDATE messages SET acquired_at = NULL, acquired_token = NULL"
            " WHERE acquired_token IS NOT NULL AND queue = ANY(:queues) AND NOT EXISTS ("
            " SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = :name AND pid <> pg_backend_pid())"
        )
        assert self._consumers is not None
        async with self._consumers.begin() as connection:
            await connection.execute(release, {"queues": list(queues), "name": name})

    async def _keep_renewing(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if self._in_hand:
                try:
                    async with self._engine.begin() as connection:
                        await self._renew(connection)
                except (SQLAlchemyError, OSError) as error:
                    self._log.warning("Leases could not be renewed: %s", error)

    async def _renew(self, connection: AsyncConnection) -> None:
        renew = text("UPDATE messages SET acquired_at = now() WHERE id = ANY(:ids) AND acquired_token IS NOT NULL")
        await connection.execute(renew, {"ids": list(self._in_hand)})

    async def drain(self) -> None:
        if self._broker is not None:
            await self._broker.stop()
            self._broker = None

    async def stop(self) -> None:
        await self.drain()
        if self._renewal is not None:
            self._renewal.cancel()
            with suppress(asyncio.CancelledError):
                await self._renewal
        if self._consumers is not None:
            await self._consumers.dispose()
        await self._engine.dispose()

    async def alive(self) -> bool:
        if self._broker is not None and not await self._broker.ping(2.0):
            return False
        return await self._client.ping()

    async def dead_letters(self, limit: int = 200) -> list[DeadLetter]:
        async with self._engine.connect() as connection:
            return await postgres_dead.listed(connection, self._dead, f"{self._service}.", limit)

    async def replay(self, event_id: UUID | None = None) -> int:
        async with self._engine.begin() as connection:
            return await postgres_dead.replay(connection, self._client, self._dead, f"{self._service}.", event_id)


async def _whole_message(message: OutboxMessage) -> OutboxMessage:
    """The library's decoder: the handler takes the message itself, since it decodes by its own contract."""
    return message
