"""Ask for a release: through the gate, or a refusal that names what lacks.

Whoever authorises or settles a release holds the host's row, so each gate sees the live set that its release meets.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.publisher import gate
from services.publisher.tables import DraftedVersion, Host, PublishedModule, Release
from shared.contracts.event import Cause, Event, VersionRef
from shared.contracts.lifecycle import step
from shared.contracts.publishing import ReleaseAuthorised, ReleaseKind
from shared.patch.liveset import candidate
from shared.runtime.errors import Conflict, Invalid, NotFound, Unavailable
from shared.runtime.outbox import emit


class Order(NamedTuple):
    """What an administrator asks for. A withdrawal needs no version."""

    kind: ReleaseKind
    module_id: UUID
    version: int | None
    note: str | None


async def request_release(session: AsyncSession, cause: Cause, order: Order) -> tuple[Release, bool]:
    """The release, and whether it is new: asking for what already stands answers the release that made it so.

    Raises 404 `version_unknown`, 409 `release_in_flight`, `not_published`, `version_not_live` and what the gate
    names, 422 `version_missing`, 503 `base_unknown`.
    """
    host = await _lock_host(session)
    await _refuse_second(session, host)
    entry = await session.get(PublishedModule, order.module_id)
    standing = await _standing(session, entry, order)
    if standing is not None:
        return standing, False
    version = await _version(session, entry, order)
    if order.kind == "publish":
        passage = await gate.check_publish(session, cause.person, host, version)
    elif order.kind == "rollback":
        passage = await gate.check_rollback(session, cause.person, host, version)
    else:
        assert entry is not None, "only what is in the registry is withdrawn"
        passage = await gate.check_unpublish(session, cause.person, host, entry, version)
    _, (authorised,) = step(passage.life, passage.command)
    release = _release(cause, order, host, version, passage.evidence)
    session.add(release)
    await _authorise(session, authorised, release, version, cause)
    return release, True


async def resend(session: AsyncSession, cause: Cause, release_id: UUID, patience: timedelta) -> Release:
    """Give the host its order again, under the same release id: a host that has obeyed it answers as it did."""
    release = await session.get(Release, release_id, with_for_update=True)
    if release is None:
        raise NotFound(f"There is no release {release_id}.", code="release_unknown", params={"id": str(release_id)})
    if release.state != "authorised":
        detail = f"This release is {release.state} already: there is nothing to send again."
        raise Conflict(detail, code="release_settled", params={"state": release.state})
    due = release.sent_at + patience
    if datetime.now(UTC) < due:
        detail = f"The live CRM still has until {due:%H:%M:%S} UTC to answer."
        raise Conflict(detail, code="release_under_way", params={"due_at": due.isoformat()})
    release.sent_at, release.times_sent = datetime.now(UTC), release.times_sent + 1
    version = await session.get_one(DraftedVersion, (release.module_id, release.version))
    await _authorise(session, ReleaseAuthorised, release, version, cause)
    return release


async def say(session: AsyncSession, event: type[Event], release: Release, cause: Cause, **told: Any) -> None:
    """Emit an event about a release."""
    version = reference(release)
    subject = f"{version.module_id}/{version.version}"
    said = {"cause": cause, "subject": subject, "release_id": release.id, "kind": release.kind, "version": version}
    await emit(session, event.model_validate({**said, **told}))


def reference(version: DraftedVersion | Release) -> VersionRef:
    return VersionRef(
        module_id=version.module_id, module=version.module, version=version.version, content_hash=version.content_hash
    )


async def _lock_host(session: AsyncSession) -> Host:
    host = (await session.scalars(select(Host).order_by(Host.host_sequence.desc()).limit(1).with_for_update())).first()
    if host is None:
        detail = "The live CRM has not said yet what it runs. Try again in a few seconds."
        raise Unavailable(detail, code="base_unknown", retry_after=2)
    return host


async def _refuse_second(session: AsyncSession, host: Host) -> None:
    in_flight = select(Release).where(Release.host == host.host, Release.state == "authorised")
    release = (await session.scalars(in_flight)).first()
    if release is not None:
        detail = f"The live CRM is still busy with {release.title} ({release.kind}, version {release.version}). Wait."
        params = {"release_id": str(release.id), "kind": release.kind, "module": release.module}
        raise Conflict(detail, code="release_in_flight", params={**params, "version": release.version})


async def _standing(session: AsyncSession, entry: PublishedModule | None, order: Order) -> Release | None:
    """The release that already made what is asked for."""
    if entry is None:
        return None
    if order.kind == "unpublish":
        stands = entry.state == "unpublished" and order.version in {None, entry.version}
    else:
        stands = entry.state == "published" and order.version == entry.version
    return await session.get_one(Release, entry.release_id) if stands else None


async def _version(session: AsyncSession, entry: PublishedModule | None, order: Order) -> DraftedVersion:
    number = order.version
    if order.kind != "publish":
        live = entry.version if entry is not None and entry.state == "published" else None
        if live is None:
            raise Conflict("This module is not published: there is nothing to take back.", code="not_published")
        if order.kind == "unpublish" and number not in {None, live}:
            detail = f"Version {number} is not live, version {live} is."
            raise Conflict(detail, code="version_not_live", params={"version": number, "live": live})
        number = live if order.kind == "unpublish" else number
    if number is None:
        raise Invalid("Say which version.", code="version_missing", pointer="/version")
    version = await session.get(DraftedVersion, (order.module_id, number))
    if version is None:
        params = {"module_id": str(order.module_id), "version": number}
        detail = f"No version {number} of this module is known here. If it was made a moment ago, try again."
        raise NotFound(detail, code="version_unknown", params=params)
    return version


def _release(cause: Cause, order: Order, host: Host, version: DraftedVersion, evidence: dict[str, Any]) -> Release:
    """The row of a new release: from what is live to what shall be."""
    target = reference(version)
    before = [VersionRef.model_validate(live) for live in host.live]
    replaced = next((live.version for live in before if live.module_id == target.module_id), None)
    others = tuple(live for live in before if live.module_id != target.module_id)
    after = others if order.kind == "unpublish" else candidate(before, target)
    return Release(
        id=uuid4(),
        host=host.host,
        kind=order.kind,
        module_id=version.module_id,
        module=version.module,
        title=version.title,
        version=version.version,
        content_hash=version.content_hash,
        replaces=None if order.kind == "unpublish" else replaced,
        state="authorised",
        note=order.note,
        evidence=evidence,
        before=[live.model_dump(mode="json") for live in before],
        after=[live.model_dump(mode="json") for live in after],
        requested_by={"id": cause.person.id, "name": cause.person.name},
        requested_at=datetime.now(UTC),
        sent_at=datetime.now(UTC),
        times_sent=1,
    )


async def _authorise(
    session: AsyncSession, authorised: type[Event], release: Release, version: DraftedVersion, cause: Cause
) -> None:
    patch = None if release.kind == "unpublish" else version.patch
    told = {"before": release.before, "after": release.after, "patch": patch, "note": release.note}
    await say(session, authorised, release, cause, **told)
