"""Events on their way out: sequences, order, retention, what travels, and two relays at once."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from shared.runtime.bus import Binding, BusAway
from shared.runtime.outbox import emit, resend
from shared.runtime.relay import Relay, clean
from shared.runtime.tables import OutboxRow
from shared.runtime.wire import Delivery, Outgoing, attribute, outgoing
from tests.runtime.events import CAUSE, ThingMade, made
from tests.runtime.traffic import Service, Traffic, until
from tests.support.databases import Databases


@pytest.fixture
async def service(databases: Databases) -> AsyncGenerator[Service]:
    """A service whose relay does not run."""
    async with Traffic("postgres", databases.empty(), databases) as traffic:
        yield await traffic.service("sender")


class Slow:
    """A transport as slow as one likes, which tells what it was given; not for anything but the relay's own ways."""

    def __init__(self) -> None:
        self.given: list[UUID] = []
        self.away = False

    async def publish(self, batch: Sequence[Outgoing]) -> list[str | None]:
        if self.away:
            raise BusAway("gone")
        await asyncio.sleep(0.01)
        self.given.extend(message.id for message in batch)
        return [None for _ in batch]


async def _rows(service: Service) -> list[OutboxRow]:
    async with service.sessions() as session:
        return list((await session.scalars(select(OutboxRow).order_by(OutboxRow.position))).all())


async def test_sequences_grow_by_one_for_each_subject(service: Service) -> None:
    await service.emit(made(subject="a"), made(subject="b"), made(subject="a"))
    await service.emit(made(subject="a"))
    rows = await _rows(service)
    assert [(row.subject, row.sequence) for row in rows] == [("a", 1), ("b", 1), ("a", 2), ("a", 3)]
    assert [row.body["sequence"] for row in rows] == [1, 1, 2, 3]


async def test_a_sequence_that_was_rolled_back_is_given_out_again(service: Service) -> None:
    async with service.sessions() as session:
        await emit(session, made(subject="a"))
        await session.rollback()
    await service.emit(made(subject="a"))
    assert [row.sequence for row in await _rows(service)] == [1]


async def test_two_transactions_on_one_subject_leave_no_gap(service: Service) -> None:
    await asyncio.gather(*(service.emit(made(subject="a")) for _ in range(20)))
    assert [row.sequence for row in await _rows(service)] == list(range(1, 21))


async def test_two_relays_never_send_the_same_row(service: Service) -> None:
    await service.emit(*(made(str(number)) for number in range(250)))
    slow = Slow()
    relays = [Relay("sender", service.sessions, slow, 0.01) for _ in range(2)]
    while any(await asyncio.gather(*(relay.send_batch() for relay in relays))):
        pass
    assert len(slow.given) == 250
    assert len(set(slow.given)) == 250
    assert await service.all_sent()


async def test_events_leave_in_the_order_of_their_rows(service: Service) -> None:
    events = [made(str(number)) for number in range(30)]
    await service.emit(*events)
    slow = Slow()
    await Relay("sender", service.sessions, slow, 0.01).send_batch()
    assert slow.given == [event.id for event in events]


async def test_a_relay_shows_its_trouble_and_gets_over_it(service: Service) -> None:
    slow = Slow()
    slow.away = True
    relay = Relay("sender", service.sessions, slow, 0.01)
    task = asyncio.create_task(relay.run())
    await service.emit(made())
    await until(lambda: relay.problem == "BusAway: gone")
    assert [row.attempts for row in await _rows(service)] == [0]
    slow.away = False
    await until(service.all_sent)
    await until(lambda: relay.problem is None)
    task.cancel()


async def test_an_event_leaves_at_its_commit_and_not_at_the_next_look(service: Service) -> None:
    slow = Slow()
    relay = Relay("sender", service.sessions, slow, 60)
    task = asyncio.create_task(relay.run())
    async with service.sessions.begin() as session:
        session.info["wake"] = relay.wake
        await emit(session, made())
    await until(lambda: len(slow.given) == 1, 5)
    task.cancel()


async def test_sent_rows_stay_seven_days_and_can_be_sent_again(service: Service) -> None:
    await service.emit(made("old"), made("young"))
    await Relay("sender", service.sessions, Slow(), 0.01).send_batch()
    age = text("UPDATE outbox SET sent_at = sent_at - interval '8 days' WHERE body->>'note' = 'old'")
    async with service.sessions.begin() as session:
        await session.execute(age)
    await clean(service.sessions)
    assert [row.body["note"] for row in await _rows(service)] == ["young"]
    async with service.sessions.begin() as session:
        assert await resend(session, datetime.now(UTC) - timedelta(days=1)) == 1
    assert not await service.all_sent()


async def test_numbers_and_text_travel_as_they_were_written(service: Service) -> None:
    note = '{"n": 1e22, "s": "\\u0000 日本 \\"", "d": 1.10}'
    await service.emit(made(note))
    sent: list[Outgoing] = []

    class Keeping(Slow):
        async def publish(self, batch: Sequence[Outgoing]) -> list[str | None]:
            sent.extend(batch)
            return [None for _ in batch]

    await Relay("sender", service.sessions, Keeping(), 0.01).send_batch()
    assert ThingMade.model_validate_json(sent[0].body).note == note


def test_an_event_is_a_cloudevent() -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    event = made().model_copy(update={"cause": CAUSE.model_copy(update={"traceparent": trace}), "sequence": 7})
    message = outgoing("generator", event.topic, event.model_dump(mode="json"), event.model_dump_json().encode())
    assert message.headers == {
        "cloudEvents_specversion": "1.0",
        "cloudEvents_id": str(event.id),
        "cloudEvents_source": "/patchbay/generator",
        "cloudEvents_type": "thing.made",
        "cloudEvents_subject": "thing/1",
        "cloudEvents_time": event.model_dump(mode="json")["time"],
        "cloudEvents_sequence": "7",
        "cloudEvents_sequencetype": "Integer",
        "cloudEvents_correlationid": str(CAUSE.correlation_id),
        "cloudEvents_traceparent": trace,
    }
    assert attribute({"cloudEvents:id": "x"}, "id") == "x"


def test_a_message_without_an_id_gets_one_from_its_body() -> None:
    one, twin, other = (Delivery("q", body).event_id for body in (b"a", b"a", b"b"))
    assert one == twin != other


@pytest.mark.parametrize(
    ("pattern", "topic", "takes"),
    [
        ("thing.made", "thing.made", True),
        ("thing.*", "thing.made", True),
        ("thing.*", "thing", False),
        ("thing.#", "thing", True),
        ("#", "a.b.c", True),
        ("#.made", "made", True),
        ("*.made", "made", False),
        ("a.#.c", "a.b.b.c", True),
        ("a.#.c", "a.b", False),
    ],
)
def test_patterns_are_the_brokers(pattern: str, topic: str, takes: bool) -> None:
    assert Binding("s", "q", pattern).takes(topic) is takes
