"""Events on their way in: what is done is not done twice, and what fails is counted.

Invariants:
1. The inbox row commits with the handler's work, in one transaction.
2. Attempts are counted in a transaction of their own, since the handler's is rolled back.
3. Holding no row means not done, whatever the transport believes.
"""

from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert

from shared.runtime.database import Sessions
from shared.runtime.tables import AttemptRow, InboxRow


async def already_handled(sessions: Sessions, event_id: UUID) -> bool:
    async with sessions() as session:
        return await session.get(InboxRow, event_id) is not None


async def count_attempt(sessions: Sessions, event_id: UUID, topic: str, problem: str) -> int:
    """Count a failed attempt; returns how many there are now."""
    row = insert(AttemptRow).values(event_id=event_id, topic=topic, count=1, problem=problem)
    row = row.on_conflict_do_update(
        index_elements=["event_id"],
        set_={"count": AttemptRow.count + 1, "problem": problem, "failed_at": func.now()},
    )
    async with sessions.begin() as session:
        return (await session.execute(row.returning(AttemptRow.count))).scalar_one()


async def forget_attempts(sessions: Sessions, event_id: UUID) -> None:
    """Begin to count afresh: a dead letter that is replayed has all its attempts again."""
    async with sessions.begin() as session:
        await session.execute(delete(AttemptRow).where(AttemptRow.event_id == event_id))
