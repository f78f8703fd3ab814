"""The life of a version as the tester knows it: from its own runs and from what is live."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tester.tables import DraftedVersion, LiveSet, Run
from shared.contracts.commands import StartRun
from shared.contracts.event import Actor
from shared.contracts.lifecycle import Life, State, TransitionRefused, step
from shared.runtime.errors import Conflict


class RunNotPossible(Conflict):
    """`code` is the life's own."""


_STATES: dict[str, State] = {"passed": "passed", "failed": "failed", "queued": "testing", "running": "testing"}


async def require_startable(session: AsyncSession, version: DraftedVersion, actor: Actor) -> None:
    """Raise RunNotPossible when the version's life forbids a run: what is live was tested before it went live."""
    life = Life(content_hash=version.content_hash, author=version.author["id"], state=await _state(session, version))
    try:
        step(life, StartRun(by=actor))
    except TransitionRefused as refused:
        sentence = f"A version that is {life.state} is not tested again. Save a new version to test a change."
        raise RunNotPossible(sentence, code=refused.code, params=refused.params) from None


async def _state(session: AsyncSession, version: DraftedVersion) -> State:
    for known in await session.scalars(select(LiveSet.live)):
        if any(one["module_id"] == str(version.module_id) and one["version"] == version.version for one in known):
            return "published"
    newest = (
        select(Run.state)
        .where(Run.module_id == version.module_id, Run.version == version.version, Run.state.in_(_STATES))
        .order_by(Run.requested_at.desc())
        .limit(1)
    )
    return _STATES.get(await session.scalar(newest) or "", "draft")
