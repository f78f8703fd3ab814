"""The contract of a transport, once for both: what becomes of a message whose handling fails."""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.event import Event
from shared.runtime.bus import DeadLetter
from shared.runtime.outbox import emit
from shared.runtime.wire import Outgoing
from tests.runtime.events import OtherMade, ThingMade, made
from tests.runtime.traffic import Service, Traffic, handling, listening, note_down, until


class Fragile:
    """A handler that fails until it is mended, and remembers when it was asked."""

    def __init__(self, failures: int = 1000) -> None:
        self.failures = failures
        self.moments: list[float] = []

    async def on_anything(self, event: Event, session: AsyncSession) -> None:
        self.moments.append(asyncio.get_running_loop().time())
        await note_down(session, str(event.id))
        await emit(session, OtherMade(cause=event.cause, subject="other/1"))
        if len(self.moments) <= self.failures:
            raise ValueError("out of order")


async def test_a_handler_that_fails_is_tried_again_after_growing_pauses(traffic: Traffic) -> None:
    fragile = Fragile(failures=2)
    worker = await traffic.started("worker", handling("worker", fragile.on_anything))
    sender = await traffic.started("sender")
    await sender.emit(made())
    await until(lambda: worker.has_handled(1))
    first, second, third = fragile.moments
    assert second - first >= 0.1
    assert third - second >= 0.2
    assert await worker.count("SELECT count FROM attempts") == 2
    assert await worker.count("SELECT count(*) FROM work") == 1
    assert await worker.count("SELECT count(*) FROM outbox") == 1


async def test_after_the_last_attempt_the_message_is_a_dead_letter_with_its_reason(traffic: Traffic) -> None:
    fragile = Fragile()
    worker = await traffic.started("worker", handling("worker", fragile.on_anything))
    sender = await traffic.started("sender")
    event = made("unlucky")
    await sender.emit(event)
    letter = await _dead_letter(worker)
    assert (letter.event_id, letter.queue, letter.topic) == (event.id, "worker.thing.made", "thing.made")
    assert (letter.reason, letter.attempts) == ("ValueError: out of order", 3)
    assert letter.died_at is not None
    assert letter.body is not None
    assert letter.body["note"] == "unlucky"
    assert len(fragile.moments) == 3
    assert await worker.count("SELECT count(*) FROM work") == 0
    assert await worker.count("SELECT count(*) FROM inbox") == 0
    assert [one.event_id for one in await worker.bus.dead_letters()] == [event.id]


async def test_a_dead_letter_is_replayed_with_its_id_and_all_its_attempts(traffic: Traffic) -> None:
    fragile = Fragile()
    worker = await traffic.started("worker", handling("worker", fragile.on_anything))
    watcher = await traffic.started("watcher", listening("watcher", []))
    sender = await traffic.started("sender")
    lucky, unlucky = made("one"), made("two")
    await sender.emit(lucky, unlucky)
    await until(lambda: _has_dead(worker, 2))
    fragile.failures = len(fragile.moments) + 2
    assert await worker.bus.replay(lucky.id) == 1
    await until(lambda: worker.has_handled(1))
    assert await worker.count("SELECT count(*) FROM work") == 1
    assert [one.event_id for one in await worker.bus.dead_letters()] == [unlucky.id]
    assert await worker.bus.replay() == 1
    await until(lambda: worker.has_handled(2))
    assert await worker.bus.dead_letters() == []
    assert await watcher.bus.dead_letters() == []


async def test_a_commit_that_fails_leaves_nothing_half_done(traffic: Traffic) -> None:
    async def on_anything(event: ThingMade, session: AsyncSession) -> None:
        await note_down(session, event.note)
        await emit(session, OtherMade(cause=event.cause, subject="other/1"))

    worker = await traffic.started("worker", handling("worker", on_anything))
    async with worker.sessions.begin() as session:
        # The constraint is deferred: the handler's second copy is noticed at its COMMIT and no sooner.
        await note_down(session, "taken")
    sender = await traffic.started("sender")
    await sender.emit(made("taken"))
    await until(lambda: worker.count("SELECT count(*) FROM attempts WHERE problem LIKE '%duplicate key%'"))
    assert await worker.handled() == 0
    assert await worker.count("SELECT count(*) FROM outbox") == 0
    async with worker.sessions.begin() as session:
        await session.execute(text("DELETE FROM work"))
    await until(lambda: worker.has_handled(1))
    assert await worker.count("SELECT count(*) FROM work") == 1
    assert await worker.count("SELECT count(*) FROM outbox") == 1


async def test_a_body_that_is_no_event_ends_as_a_dead_letter(traffic: Traffic) -> None:
    worker = await traffic.started("worker", listening("worker", []))
    event = made()
    await worker.bus.publish([Outgoing(event.id, "thing.made", b'{"note": 1', {}, "none")])
    letter = await _dead_letter(worker)
    assert "Invalid JSON" in letter.reason
    assert letter.body is None


async def test_other_messages_pass_one_that_fails(traffic: Traffic) -> None:
    async def on_anything(event: ThingMade, session: AsyncSession) -> None:
        if event.note == "bad":
            raise ValueError("bad")
        await note_down(session, event.note)

    worker = await traffic.started("worker", handling("worker", on_anything))
    sender = await traffic.started("sender")
    await sender.emit(made("bad"), *(made(str(number)) for number in range(20)), made("bad"))
    await until(lambda: worker.has_handled(20))
    await until(lambda: _has_dead(worker, 2))


async def test_an_outage_of_the_handlers_database_is_no_attempt(traffic: Traffic) -> None:
    outages = 4

    async def on_anything(event: Event, session: AsyncSession) -> None:
        nonlocal outages
        outages -= 1
        if outages >= 0:
            # Ends the connection as a restart of the server would, in the middle of the transaction.
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        await note_down(session, str(event.id))

    worker = await traffic.started("worker", handling("worker", on_anything))
    sender = await traffic.started("sender")
    await sender.emit(made())
    await until(lambda: worker.has_handled(1))
    assert await worker.count("SELECT count(*) FROM attempts") == 0


async def _has_dead(service: Service, count: int) -> bool:
    return len(await service.bus.dead_letters()) == count


async def _dead_letter(service: Service) -> DeadLetter:
    await until(lambda: _has_dead(service, 1))
    return (await service.bus.dead_letters())[0]
