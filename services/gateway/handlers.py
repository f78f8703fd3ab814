"""Everything that a person would want to watch goes to the live stream. What that is, the topology says."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway import story
from shared.contracts.event import Event
from shared.contracts.topology import LISTENERS
from shared.runtime.messaging import Handlers

handlers = Handlers("gateway")


async def on_anything(event: Event, session: AsyncSession) -> None:
    await story.record(session, event)


for _event, _services in LISTENERS.items():
    if handlers.service in _services:
        handlers.on(_event)(on_anything)
