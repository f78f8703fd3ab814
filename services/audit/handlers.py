"""Everything that the topology sends here is recorded by one handler."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.recording import record_event
from shared.contracts.event import Event
from shared.contracts.topology import LISTENERS
from shared.runtime.messaging import Handlers

handlers = Handlers("audit")


async def on_any_event(event: Event, session: AsyncSession) -> None:
    await record_event(session, event)


for told, listeners in LISTENERS.items():
    if "audit" in listeners:
        handlers.on(told)(on_any_event)
