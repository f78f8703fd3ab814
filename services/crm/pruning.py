"""Files that no record refers to go, a day after somebody last sent them."""

import asyncio
import logging
from datetime import timedelta

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from services.crm.application import SCHEMA, share_host
from shared.engine import SystemClock, prune_files
from shared.runtime.database import Sessions, driver_connection

log = logging.getLogger("patchbay.crm")


async def keep_pruning(sessions: Sessions, hours: int, every_seconds: float) -> None:
    """Until cancelled."""
    while True:
        try:
            await prune_uploads(sessions, hours)
        except (SQLAlchemyError, asyncpg.PostgresError, OSError) as error:
            log.warning("Files were not pruned; the next try comes: %s", error)
        await asyncio.sleep(every_seconds)


async def prune_uploads(sessions: Sessions, hours: int) -> int:
    """Some at a time, so that a release waits for none of them; answers how many went."""
    total, before = 0, SystemClock().now() - timedelta(hours=hours)
    while True:
        async with sessions.begin() as session:
            connection = await driver_connection(session)
            await share_host(connection)
            gone = await prune_files(connection, SCHEMA, before)
        total += gone
        if not gone:
            return total
