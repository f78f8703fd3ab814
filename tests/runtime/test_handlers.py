"""Handlers are those that the topology names, and what they ask for can be given."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.event import Event
from shared.runtime.messaging import Handlers
from tests.runtime.events import LISTENERS, OtherMade, ThingBroken, ThingMade


async def plainly(event: Event, session: AsyncSession) -> None:
    raise NotImplementedError


async def at_length(event: Event, sessions: object, progress: object) -> None:
    raise NotImplementedError


async def with_a_writer(event: Event, writer: object) -> None:
    raise NotImplementedError


def test_every_event_needs_its_handler() -> None:
    handlers = Handlers("worker")
    handlers.on(ThingMade)(plainly)
    with pytest.raises(TypeError, match=r"wants handlers for \['thing.broken'\], and none for \[\]"):
        handlers.check(LISTENERS, [])


def test_nothing_else_is_handled() -> None:
    handlers = Handlers("worker")
    for event in (ThingMade, ThingBroken, OtherMade):
        handlers.on(event)(plainly)
    with pytest.raises(TypeError, match=r"other\.made"):
        handlers.check(LISTENERS, [])


def test_one_event_has_one_handler() -> None:
    handlers = Handlers("worker")
    handlers.on(ThingMade)(plainly)
    with pytest.raises(TypeError, match="twice"):
        handlers.on(ThingMade)(at_length)


def test_a_handler_asks_only_for_what_there_is() -> None:
    handlers = Handlers("worker")
    handlers.on(ThingMade)(plainly)
    handlers.on(ThingBroken)(with_a_writer)
    handlers.check(LISTENERS, ["writer"])
    with pytest.raises(TypeError, match=r"thing.broken as \['writer'\]"):
        handlers.check(LISTENERS, [])


def test_long_work_has_a_lane_of_its_own() -> None:
    handlers = Handlers("worker")
    handlers.on(ThingMade)(at_length)
    handlers.on(ThingBroken)(plainly)
    assert [(lane.queues, lane.workers) for lane in handlers.lanes(1)] == [
        (("worker.thing.broken",), 1),
        (("worker.thing.made",), 1),
    ]
