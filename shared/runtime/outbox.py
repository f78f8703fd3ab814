"""Events on their way out.

Invariants:
1. A row is written in the transaction that makes the event true; there is no event without its fact, and no fact
   without its event.
2. Within one subject the sequence grows by one with each committed event: its counter row is locked until the commit.
3. A row is marked sent only after the transport has confirmed it. It may be sent twice, never zero times.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import event as sa_event
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from shared.contracts.event import Event
from shared.runtime.tables import OutboxRow, SequenceRow


async def emit(session: AsyncSession, event: Event) -> None:
    """Say that `event` is true, in the transaction of `session`; it leaves after the commit."""
    counter = insert(SequenceRow).values(subject=event.subject, value=1)
    counter = counter.on_conflict_do_update(index_elements=["subject"], set_={"value": SequenceRow.value + 1})
    sequence = (await session.execute(counter.returning(SequenceRow.value))).scalar_one()
    stamped = event.model_copy(update={"sequence": sequence})
    session.add(
        OutboxRow(
            id=event.id,
            topic=event.topic,
            subject=event.subject,
            sequence=sequence,
            body=stamped.model_dump(mode="json"),
        )
    )
    _wake_relay_after_commit(session)


async def resend(session: AsyncSession, since: datetime) -> int:
    """Send again what was sent since then, with the same ids: how a wiped broker is refilled. Returns how many."""
    rows = update(OutboxRow).where(OutboxRow.sent_at >= since).values(sent_at=None).returning(OutboxRow.position)
    return len((await session.execute(rows)).all())


def _wake_relay_after_commit(session: AsyncSession) -> None:
    wake: Any = session.info.get("wake")
    if wake is not None and not session.info.get("waking"):
        session.info["waking"] = True

        def woken(_session: Session) -> None:
            session.info["waking"] = False
            wake()

        sa_event.listen(session.sync_session, "after_commit", woken, once=True)
