"""kill -9 in the middle: what was committed stands, what was not never was, and somebody else takes it up."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest
from sqlalchemy import text

from shared.contracts.event import Event
from shared.runtime.settings import ServiceSettings
from tests.runtime.events import made
from tests.runtime.traffic import Traffic, listening, until
from tests.support.databases import Databases

ROOT = Path(__file__).parents[2]
SETTLED_SECONDS = 10


async def victim(what: str, settings: ServiceSettings) -> Process:
    """A process that is now in the middle of it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    script = [str(Path(__file__).with_name("victim.py")), what, settings.model_dump_json()]
    process = await asyncio.create_subprocess_exec(sys.executable, *script, stdout=PIPE, cwd=ROOT, env=environment)
    assert process.stdout is not None
    async with asyncio.timeout(60):
        assert await process.stdout.readline() == b"in hand\n"
    return process


async def kill(process: Process) -> None:
    process.kill()
    await process.communicate()


async def test_a_killed_handlers_message_is_taken_up_by_the_next_process(traffic: Traffic) -> None:
    heard: list[Event] = []
    worker = await traffic.service("worker", listening("worker", heard))
    sender = await traffic.started("sender")
    await sender.emit(made("in the middle"))
    await kill(await victim("consume", worker.settings))
    await worker.start()
    await until(lambda: worker.has_handled(1), SETTLED_SECONDS)
    assert len(heard) == 1
    assert await worker.count("SELECT count(*) FROM work") == 1


async def test_a_killed_handlers_message_is_taken_up_by_another_that_lives(traffic: Traffic) -> None:
    heard: list[Event] = []
    worker = await traffic.service("worker", listening("worker", heard))
    sender = await traffic.started("sender")
    await sender.emit(made("in the middle"))
    process = await victim("consume", worker.settings)
    await worker.start()
    await sender.emit(made("another"))
    await until(lambda: worker.has_handled(1))
    await kill(process)
    await until(lambda: worker.has_handled(2), SETTLED_SECONDS)
    assert len(heard) == 2


@pytest.mark.parametrize(("what", "rows"), [("write", 0), ("commit", 1)])
async def test_a_raw_statement_and_its_event_are_both_there_or_neither(
    databases: Databases, what: str, rows: int
) -> None:
    async with Traffic("postgres", databases.empty(), databases) as traffic:
        service = await traffic.service("worker")
        await kill(await victim(what, service.settings))
        # What the killed process had locked is free once the server has noticed.
        async with service.sessions.begin() as session:
            await session.execute(text("LOCK TABLE work, outbox IN ACCESS EXCLUSIVE MODE"))
        assert await service.count("SELECT count(*) FROM work WHERE note = 'raw'") == rows
        assert await service.count("SELECT count(*) FROM work WHERE note = 'session'") == rows
        assert await service.count("SELECT count(*) FROM outbox") == rows
        assert await service.count("SELECT count(*) FROM sequences") == rows
