"""Working copies: one per module and person, kept as text that need not be a patch yet, guarded by an ETag."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from services.generator.modules import find_module
from services.generator.tables import Draft
from services.generator.versions import Made, Making, add_version
from shared.contracts.event import Cause
from shared.patch import Patch
from shared.runtime.errors import Conflict, NotFound, PatchbayError


class PreconditionMissing(PatchbayError):
    """A change of something that somebody may have changed meanwhile must say what it knows (`If-Match`)."""

    status = 428
    default_code = "precondition_missing"


async def read_draft(session: AsyncSession, module_id: UUID, cause: Cause) -> Draft:
    await find_module(session, module_id)
    draft = await session.get(Draft, (module_id, cause.person.id))
    if draft is None:
        raise NotFound(
            "You have no working copy of this module.", code="draft_missing", params={"module_id": str(module_id)}
        )
    return draft


async def save_draft(
    session: AsyncSession, module_id: UUID, cause: Cause, text: str, builds_on: int | None, if_match: str | None
) -> Draft:
    """Keep the text. Raises `PreconditionMissing` without, and `Conflict` with another ETag than the kept one."""
    module = await find_module(session, module_id)
    key = (module_id, cause.person.id)
    draft = await session.get(Draft, key, with_for_update=True)
    if draft is None:
        draft = Draft(module_id=module_id, person=cause.person.id, builds_on=module.newest or None)
        session.add(draft)
    else:
        refuse_stale(draft, if_match)
    draft.text = text
    draft.builds_on = builds_on if builds_on is not None else draft.builds_on
    draft.etag, draft.updated_at, draft.updated_by = uuid4().hex, datetime.now(UTC), cause.person.name
    await session.flush()
    return draft


async def drop_draft(session: AsyncSession, module_id: UUID, cause: Cause, if_match: str | None) -> None:
    draft = await session.get(Draft, (module_id, cause.person.id), with_for_update=True)
    if draft is not None:
        refuse_stale(draft, if_match)
        await session.delete(draft)


async def save_version(session: AsyncSession, module_id: UUID, patch: Patch, note: str | None, cause: Cause) -> Made:
    """The edited patch as a new version; the working copy that it came from has done its work."""
    draft = await session.get(Draft, (module_id, cause.person.id))
    module = await find_module(session, module_id)
    builds_on = (draft.builds_on if draft else None) or module.newest or None
    made = await add_version(session, module_id, patch, Making("saved", cause, builds_on=builds_on, note=note))
    await _forget_draft(session, module_id, cause)
    return made


async def _forget_draft(session: AsyncSession, module_id: UUID, cause: Cause) -> None:
    await session.execute(delete(Draft).where(Draft.module_id == module_id, Draft.person == cause.person.id))


def refuse_stale(draft: Draft, if_match: str | None) -> None:
    if if_match is None:
        raise PreconditionMissing(
            "Send the ETag of the working copy that you changed in If-Match.", params={"etag": draft.etag}
        )
    if if_match.strip('W/"') not in {draft.etag, "*"}:
        raise Conflict(
            f"{draft.updated_by} changed this working copy at {draft.updated_at:%H:%M:%S} UTC. Read it again.",
            code="draft_changed",
            params={
                "changed_by": draft.updated_by,
                "changed_at": draft.updated_at.isoformat(),
                "etag": draft.etag,
            },
        )
