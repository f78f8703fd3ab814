"""What must be true when a fault has passed: all that was accepted is done, once, within the promised time."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from patchbay.client import Client, Json
from patchbay.errors import Refused, Unreachable
from tests.pipeline.acts import audited

# The promises of the design, for a machine that does nothing else; tests share theirs.
SERVICE_SECONDS, DATABASE_SECONDS, BROKER_SECONDS = 10, 15, 30
SHARED_MACHINE = 2
NEWS = frozenset({"run_missing", "version_unknown", "approval_missing", "base_unknown", "not_yet"})
ONCE = ("version.drafted", "run.passed", "review.opened", "review.approved", "release.authorised", "module.published")


@asynccontextmanager
async def settled_within(seconds: float) -> AsyncGenerator[None]:
    """The block ends in time, or the test fails."""
    async with asyncio.timeout(seconds * SHARED_MACHINE):
        yield


async def persist(act: Callable[[], Awaitable[Json]], *done: str) -> Json | None:
    """What a patient person does: try again while somebody is away or has not heard yet.

    None when the answer to an earlier try was lost, which one of the codes `done` tells.
    """
    while True:
        try:
            return await act()
        except Unreachable:
            pass
        except Refused as refused:
            if refused.code in done:
                return None
            if refused.retry_after is None and refused.code not in NEWS:
                raise
        await asyncio.sleep(0.05)


async def happened_once(administrator: Client, module_id: str, *operations: str) -> None:
    """Each of these is in the audit, once, and no event of the module is there twice."""
    entries = await audited(administrator, module_id, *operations)
    counted = Counter(entry["operation"] for entry in entries)
    assert {operation: counted[operation] for operation in operations} == dict.fromkeys(operations, 1), counted
    assert len({entry["id"] for entry in entries}) == len(entries)
