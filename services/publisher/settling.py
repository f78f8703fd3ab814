"""What the host answered: the release is settled, the registry follows, and the world is told.

The host alone knows what it runs. Its word wins over a failure that it reported for the same release before.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.publisher import facts
from services.publisher.releasing import say
from services.publisher.tables import PublishedModule, Release
from shared.contracts import commands
from shared.contracts.hosting import CrmActivated, CrmActivationFailed, CrmDeactivated
from shared.contracts.lifecycle import Life, State, step
from shared.contracts.publishing import ModulePublished, ModuleRolledBack


async def settle_release(session: AsyncSession, event: CrmActivated | CrmDeactivated) -> None:
    """Keep the live set; when the host says it for a release of ours, for the first time, the release is live."""
    await facts.remember_live_set(session, event)
    release = await _locked(session, event.release_id)
    if release is None or release.state == "live":
        return
    cause = event.cause.by("publisher")
    withdrawn = release.kind == "unpublish"
    command = commands.Deactivate(by=cause.actor) if withdrawn else commands.Activate(by=cause.actor)
    _, (says,) = step(_life(release), command)
    release.state, release.settled_at, release.code, release.params = "live", event.time, None, None
    entry = await session.get(PublishedModule, release.module_id)
    if withdrawn:
        assert entry is not None, "only what is in the registry is withdrawn"
        _withdraw(entry, release, event.time)
    else:
        session.add(_enter(entry, release, event.time))
    replaces = {"replaces": release.replaces} if says in {ModulePublished, ModuleRolledBack} else {}
    await say(session, says, release, cause, title=release.title, **replaces)


async def fail_release(session: AsyncSession, event: CrmActivationFailed) -> None:
    """The host could not obey: nothing changed there, and the next release may be asked for."""
    release = await _locked(session, event.release_id)
    if release is None or release.state != "authorised":
        return
    cause = event.cause.by("publisher")
    _, (says,) = step(_life(release), commands.FailRelease(by=cause.actor))
    release.state, release.settled_at = "failed", event.time
    release.code, release.params = event.code, event.params
    await say(session, says, release, cause, code=event.code, params=event.params)


async def _locked(session: AsyncSession, release_id: UUID | None) -> Release | None:
    """The release that the host speaks of; none at genesis."""
    return None if release_id is None else await session.get(Release, release_id, with_for_update=True)


def _life(release: Release) -> Life:
    state: State = "unpublishing" if release.kind == "unpublish" else "publishing"
    return Life(content_hash=release.content_hash, author="", state=state, releasing=release.kind)


def _enter(entry: PublishedModule | None, release: Release, time: datetime) -> PublishedModule:
    """A module has one row for good: publishing it again updates it."""
    entry = entry or PublishedModule(module_id=release.module_id, first_published_at=time)
    entry.module, entry.title = release.module, release.title
    entry.state, entry.version, entry.content_hash = "published", release.version, release.content_hash
    entry.release_id = release.id
    entry.published_at, entry.published_by = time, release.requested_by
    entry.unpublished_at, entry.unpublished_by = None, None
    entry.changed_at = time
    return entry


def _withdraw(entry: PublishedModule, release: Release, time: datetime) -> None:
    entry.state, entry.release_id = "unpublished", release.id
    entry.unpublished_at, entry.unpublished_by = time, release.requested_by
    entry.changed_at = time
