"""The contract of a transport, once for both."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.event import Event
from shared.runtime.messaging import Handlers
from tests.runtime.events import CAUSE, OtherMade, ThingBroken, ThingMade, made
from tests.runtime.traffic import Traffic, note_down, until


def listening(service: str, heard: list[Event]) -> Handlers:
    """Handlers that write down what they hear."""
    handlers = Handlers(service)

    async def listen(event: Event, session: AsyncSession) -> None:
        await note_down(session, str(event.id))
        heard.append(event)

    for event in {"worker": (ThingMade, ThingBroken), "watcher": (ThingMade, OtherMade)}[service]:
        handlers.on(event)(listen)
    return handlers


async def test_every_listener_gets_an_event_of_its_own(traffic: Traffic) -> None:
    worked: list[Event] = []
    watched: list[Event] = []
    worker = await traffic.started("worker", listening("worker", worked))
    watcher = await traffic.started("watcher", listening("watcher", watched))
    sender = await traffic.started("sender")
    event = made("for both")
    await sender.emit(event, OtherMade(cause=CAUSE, subject="other/1"))
    await until(lambda: _reached(worked, 1))
    await until(lambda: _reached(watched, 2))
    assert worked == [event.model_copy(update={"sequence": 1})]
    assert {type(one) for one in watched} == {ThingMade, OtherMade}
    assert (await worker.handled(), await watcher.handled(), await sender.unsent()) == (1, 2, 0)


async def _reached(heard: list[Event], count: int) -> bool:
    await asyncio.sleep(0)
    return len(heard) >= count
