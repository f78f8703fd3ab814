"""The contract of a transport, once for both: who hears what, and how often."""

import asyncio
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.event import Event
from shared.runtime.bus import Binding, Done, Lane, Verdict
from shared.runtime.messaging import Handlers
from shared.runtime.outbox import emit, resend
from shared.runtime.startup import open_bus
from shared.runtime.wire import Delivery, outgoing
from tests.runtime.events import CAUSE, OtherMade, ThingBroken, ThingMade, made
from tests.runtime.traffic import BINDINGS, Traffic, handling, listening, note_down, until


async def test_every_listener_gets_an_event_of_its_own(traffic: Traffic) -> None:
    worked: list[Event] = []
    watched: list[Event] = []
    worker = await traffic.started("worker", listening("worker", worked))
    watcher = await traffic.started("watcher", listening("watcher", watched))
    sender = await traffic.started("sender")
    event = made("for both")
    await sender.emit(event, OtherMade(cause=CAUSE, subject="other/1"))
    await until(lambda: len(worked) == 1 and len(watched) == 2)
    assert worked == [event.model_copy(update={"sequence": 1})]
    assert {type(one) for one in watched} == {ThingMade, OtherMade}
    await until(sender.all_sent)
    await until(lambda: worker.has_handled(1))
    await until(lambda: watcher.has_handled(2))


class Listener:
    """Receives whatever a transport hands over."""

    def __init__(self) -> None:
        self.heard: set[tuple[str, str]] = set()

    async def deliver(self, delivery: Delivery) -> Verdict:
        self.heard.add((delivery.queue, str(delivery.event_id)))
        return Done()


async def test_a_queue_may_be_bound_to_a_pattern(traffic: Traffic) -> None:
    patterns = {
        "watcher.things": "thing.*",
        "watcher.everything": "#",
        "watcher.deep": "*.*.*",
        "watcher.made": "*.made",
    }
    bound = [*BINDINGS, *(Binding("watcher", queue, pattern) for queue, pattern in patterns.items())]
    bus = open_bus("watcher", traffic.settings("postgresql+asyncpg://unused"), bound)
    assert bus is not None
    listener = Listener()
    try:
        await bus.start()
        await bus.consume([Lane(tuple(patterns), 1)], listener)
        events: list[Event] = [made(), ThingBroken(cause=CAUSE, subject="s"), OtherMade(cause=CAUSE, subject="s")]
        messages = [outgoing("x", e.topic, e.model_dump(mode="json"), e.model_dump_json().encode()) for e in events]
        assert await bus.publish(messages) == [None, None, None]
        thing, broken, other = (str(event.id) for event in events)
        expected = {("watcher.things", thing), ("watcher.things", broken), ("watcher.made", thing)}
        expected |= {("watcher.made", other), *(("watcher.everything", each) for each in (thing, broken, other))}
        await until(lambda: len(listener.heard) >= len(expected))
        assert listener.heard == expected
    finally:
        await bus.stop()


async def test_an_event_from_before_a_listeners_first_start_waits_for_it(traffic: Traffic) -> None:
    sender = await traffic.started("sender")
    await sender.emit(made("early"))
    await until(sender.all_sent)
    heard: list[Event] = []
    await traffic.started("worker", listening("worker", heard))
    await until(lambda: len(heard) == 1)


async def test_an_event_sent_twice_has_its_effect_once(traffic: Traffic) -> None:
    heard: list[Event] = []
    worker = await traffic.started("worker", listening("worker", heard))
    sender = await traffic.started("sender")
    event = made("once")
    await sender.emit(event)
    await until(lambda: worker.has_handled(1))
    await until(sender.all_sent)
    async with sender.sessions.begin() as session:
        assert await resend(session, event.time) == 1
    await sender.emit(made("the next"))
    await until(lambda: worker.has_handled(2))
    await until(sender.all_sent)
    assert [one.id for one in heard].count(event.id) == 1


async def test_twins_in_hand_at_the_same_time_have_one_effect(traffic: Traffic) -> None:
    both = asyncio.Barrier(2)
    calls: list[str] = []
    handlers = Handlers("worker")

    async def on_thing_made(event: ThingMade, session: AsyncSession) -> None:
        calls.append(event.note)
        if len(calls) <= 2:
            await both.wait()
        await note_down(session, event.note)

    async def on_thing_broken(event: ThingBroken) -> None:
        assert event

    handlers.on(ThingMade, workers=2)(on_thing_made)
    handlers.on(ThingBroken)(on_thing_broken)
    worker = await traffic.started("worker", handlers)
    event = made("twin").model_copy(update={"sequence": 1})
    message = outgoing("x", event.topic, event.model_dump(mode="json"), event.model_dump_json().encode())
    await worker.bus.publish([message])
    await worker.bus.publish([message])
    await until(lambda: worker.has_handled(1))
    await until(lambda: worker.count("SELECT count(*) = 1 FROM attempts"))
    assert await worker.count("SELECT count(*) FROM work") == 1


async def test_what_a_handler_emits_leaves_with_its_commit(traffic: Traffic) -> None:
    async def on_anything(event: Event, session: AsyncSession) -> None:
        await emit(session, OtherMade(cause=event.cause.by("worker"), subject="other/1"))

    heard: list[Event] = []
    await traffic.started("worker", handling("worker", on_anything))
    await traffic.started("watcher", listening("watcher", heard))
    sender = await traffic.started("sender")
    await sender.emit(ThingBroken(cause=CAUSE, subject="thing/1"))
    await until(lambda: len(heard) == 1)
    assert heard[0].cause.correlation_id == CAUSE.correlation_id
    assert heard[0].cause.person == CAUSE.actor


async def test_a_handler_that_thinks_holds_no_connection(traffic: Traffic) -> None:
    thinking, thought = asyncio.Event(), asyncio.Event()

    async def on_anything(event: Event, session: AsyncSession) -> None:
        thinking.set()
        await thought.wait()
        await note_down(session, str(event.id))

    worker = await traffic.started("worker", handling("worker", on_anything))
    sender = await traffic.started("sender")
    await sender.emit(made())
    await thinking.wait()
    open_now = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    assert await worker.count(open_now) == 0
    thought.set()
    await until(lambda: worker.has_handled(1))


async def test_long_work_does_not_hold_up_other_messages(traffic: Traffic) -> None:
    working, finish = asyncio.Event(), asyncio.Event()
    heard: list[Event] = []
    handlers = Handlers("worker")

    async def on_thing_made(event: ThingMade, sessions: object) -> None:
        assert event
        assert sessions
        working.set()
        await finish.wait()

    async def on_thing_broken(event: ThingBroken) -> None:
        heard.append(event)

    handlers.on(ThingMade)(on_thing_made)
    handlers.on(ThingBroken)(on_thing_broken)
    worker = await traffic.started("worker", handlers)
    sender = await traffic.started("sender")
    await sender.emit(made())
    await working.wait()
    await sender.emit(ThingBroken(cause=CAUSE, subject="thing/2"))
    await until(lambda: len(heard) == 1)
    finish.set()
    await until(lambda: worker.has_handled(2))


async def test_stopping_lets_what_is_in_hand_end_and_takes_nothing_new(traffic: Traffic) -> None:
    first, finish = asyncio.Event(), asyncio.Event()
    begun: list[str] = []

    async def on_anything(event: ThingMade, session: AsyncSession) -> None:
        begun.append(event.note)
        first.set()
        await finish.wait()
        await note_down(session, event.note)

    worker = await traffic.started("worker", handling("worker", on_anything))
    sender = await traffic.started("sender")
    await sender.emit(*(made(str(number)) for number in range(4)))
    await first.wait()
    await until(sender.all_sent)
    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0)
    finish.set()
    await stopping
    done = await worker.handled()
    assert done == len(begun) < 4
    async with worker.sessions() as session:
        assert (await session.execute(text("SELECT count(*) FROM work"))).scalar_one() == done
    await worker.restart()
    await until(lambda: worker.has_handled(4))
    assert len(begun) == 4


async def test_an_unbound_event_is_kept_and_said_to_be_unsent(traffic: Traffic) -> None:
    sender = await traffic.started("sender")
    async with sender.sessions.begin() as session:
        lost = "INSERT INTO outbox (id, topic, subject, sequence, body) VALUES (:id, 'nobody.listens', 's', 1, :body)"
        event = made().model_dump_json()
        await session.execute(text(lost), {"id": uuid4(), "body": event})
    await until(lambda: sender.count("SELECT count(*) FROM outbox WHERE problem LIKE 'no queue takes %'"))
    assert not await sender.all_sent()
    await sender.emit(made())
    await until(lambda: sender.count("SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL"))
