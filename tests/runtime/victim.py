"""A process to be killed: `victim.py WHAT JSON`. It says `in hand` when it may be killed, and never ends by itself."""

import asyncio
import json
import sys
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.event import Event
from shared.runtime.bus import bindings
from shared.runtime.database import driver_connection, open_engine, open_sessions
from shared.runtime.outbox import emit
from shared.runtime.settings import ServiceSettings
from shared.runtime.startup import Messaging, open_bus
from tests.runtime.events import LISTENERS, made
from tests.runtime.traffic import handling, note_down


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


async def consume(settings: ServiceSettings) -> None:
    """A worker that is in the middle of its transaction for ever."""

    async def on_anything(event: Event, session: AsyncSession) -> None:
        await note_down(session, str(event.id))
        say("in hand")
        await asyncio.Event().wait()

    bus = open_bus("worker", settings, bindings(LISTENERS))
    assert bus is not None
    messaging = Messaging("worker", settings, bus)
    sessions = open_sessions(open_engine(settings.database_url, name="victim"), wake=messaging.wake)
    await messaging.start(sessions, handling("worker", on_anything), {})
    await asyncio.Event().wait()


async def write(settings: ServiceSettings, committed: bool) -> None:
    """A statement on the driver's connection and an event, in one transaction: killed before or after its commit."""
    sessions = open_sessions(open_engine(settings.database_url, name="victim"))
    async with sessions() as session:
        driver = await driver_connection(session)
        await driver.execute("INSERT INTO work VALUES ('raw')")
        await emit(session, made("with the raw statement"))
        await session.execute(text("INSERT INTO work VALUES ('session')"))
        await session.flush()
        if committed:
            await session.commit()
        say("in hand")
        await asyncio.Event().wait()


async def main(what: str, values: dict[str, Any]) -> None:
    settings = ServiceSettings.model_validate(values)
    await (consume(settings) if what == "consume" else write(settings, committed=what == "commit"))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
