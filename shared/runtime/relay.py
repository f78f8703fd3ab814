"""From the outbox to the transport.

Invariants:
1. Row locks are the lease: two relays of one service never hold the same row, and a dead one's rows are free at once.
2. `sent_at` is set only for what the transport confirmed, in the transaction that holds the locks.
3. One row's problem delays that row only; the transport's problem delays the relay. Both are logged and shown.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Text, cast, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.runtime.bus import Publisher
from shared.runtime.database import Sessions
from shared.runtime.tables import AttemptRow, InboxRow, OutboxRow
from shared.runtime.wire import Outgoing, outgoing

BATCH = 100
KEEP_SENT = timedelta(days=7)
# Longer than rows are kept, so that whatever is sent again finds its twin.
KEEP_INBOX = timedelta(days=30)
CLEAN_FIRST_SECONDS = 60.0
CLEAN_SECONDS = 3600.0
MOST_BACKOFF_SECONDS = 5.0
MOST_IDLE_SECONDS = 1.0
MOST_ROW_BACKOFF_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Due:
    position: int
    attempts: int
    message: Outgoing


class Relay:
    """Sends what the outbox holds, in order of commit as far as one can see, for as long as `run` runs."""

    def __init__(self, service: str, sessions: Sessions, bus: Publisher, poll_seconds: float) -> None:
        self._service = service
        self._sessions = sessions
        self._bus = bus
        self._poll_seconds = poll_seconds
        self._woken = asyncio.Event()
        self._log = logging.getLogger(f"patchbay.{service}.relay")
        self.problem: str | None = None

    def wake(self) -> None:
        """There is something to send: do not wait for the next look."""
        self._woken.set()

    async def run(self) -> None:
        """Send until cancelled. A failure is logged, shown in readiness, and tried again after a growing pause."""
        pause = self._poll_seconds
        # Not while everything starts.
        clean_at = asyncio.get_running_loop().time() + CLEAN_FIRST_SECONDS
        while True:
            try:
                if asyncio.get_running_loop().time() >= clean_at:
                    await clean(self._sessions)
                    clean_at = asyncio.get_running_loop().time() + CLEAN_SECONDS
                full = await self.send_batch()
                # A commit wakes us; looking by ourselves is for what other processes and earlier failures left.
                most = MOST_IDLE_SECONDS if self.problem is None else MOST_BACKOFF_SECONDS
                pause = self._poll_seconds if full else min(pause * 2, most)
            except Exception as error:  # noqa: BLE001 the edge: a relay outlives whatever goes wrong
                self.problem = f"{type(error).__name__}: {error}"
                self._log.warning("The relay stumbled: %s", self.problem)
                full, pause = False, min(pause * 2, MOST_BACKOFF_SECONDS)
            if not full:
                await self._rest(pause)

    async def send_batch(self) -> bool:
        """Send what is due, at most a batch; returns whether there may be more at once."""
        async with self._sessions.begin() as session:
            due = await self._lease(session)
            problems = await self._bus.publish([row.message for row in due]) if due else []
            await _mark_sent(session, [row for row, problem in zip(due, problems, strict=True) if problem is None])
            failed = [(row, problem) for row, problem in zip(due, problems, strict=True) if problem is not None]
            for row, problem in failed:
                await _postpone(session, row, problem)
        self.problem = failed[0][1] if failed else None
        if failed:
            self._log.warning("%s of %s events were not taken: %s", len(failed), len(due), self.problem)
        return len(due) == BATCH and len(failed) < len(due)

    async def _lease(self, session: AsyncSession) -> list[_Due]:
        rows = (
            select(OutboxRow.position, OutboxRow.topic, OutboxRow.attempts, cast(OutboxRow.body, Text))
            .where(OutboxRow.sent_at.is_(None), OutboxRow.next_attempt_at <= func.clock_timestamp())
            .order_by(OutboxRow.position)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        return [
            _Due(position, attempts, outgoing(self._service, topic, json.loads(body), body.encode()))
            for position, topic, attempts, body in await session.execute(rows)
        ]

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return
        finally:
            self._woken.clear()


async def clean(sessions: Sessions) -> None:
    """Forget what is long sent, long handled, long failed."""
    async with sessions.begin() as session:
        await session.execute(delete(OutboxRow).where(OutboxRow.sent_at < func.now() - KEEP_SENT))
        await session.execute(delete(InboxRow).where(InboxRow.handled_at < func.now() - KEEP_INBOX))
        await session.execute(delete(AttemptRow).where(AttemptRow.failed_at < func.now() - KEEP_INBOX))


async def _mark_sent(session: AsyncSession, rows: Sequence[_Due]) -> None:
    if rows:
        positions = [row.position for row in rows]
        await session.execute(
            update(OutboxRow).where(OutboxRow.position.in_(positions)).values(sent_at=func.clock_timestamp())
        )


async def _postpone(session: AsyncSession, row: _Due, problem: str) -> None:
    seconds = min(0.2 * 2**row.attempts, MOST_ROW_BACKOFF_SECONDS)
    later = func.clock_timestamp() + timedelta(seconds=seconds)
    await session.execute(
        update(OutboxRow)
        .where(OutboxRow.position == row.position)
        .values(attempts=row.attempts + 1, problem=problem, next_attempt_at=later)
    )
