"""Read releases and the registry, newest first."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.publisher import gate
from services.publisher.tables import Host, PublishedModule, Release, ReleaseState, Standing
from shared.runtime.errors import Invalid, NotFound


async def find_releases(
    session: AsyncSession, module_id: UUID | None, state: ReleaseState | None, limit: int, cursor: str | None
) -> tuple[Sequence[Release], str | None]:
    """One page and the cursor of the next, which is None on the last."""
    query = select(Release)
    if module_id is not None:
        query = query.where(Release.module_id == module_id)
    if state is not None:
        query = query.where(Release.state == state)
    if cursor is not None:
        query = query.where(tuple_(Release.requested_at, Release.id) < tuple_(*_position(cursor)))
    query = query.order_by(Release.requested_at.desc(), Release.id.desc()).limit(limit + 1)
    found = (await session.scalars(query)).all()
    last = found[limit - 1] if len(found) > limit else None
    return found[:limit], last and _cursor(last.requested_at, last.id)


async def read_release(session: AsyncSession, release_id: UUID) -> Release:
    """The release; 404 `release_unknown`."""
    release = await session.get(Release, release_id)
    if release is None:
        raise NotFound(f"There is no release {release_id}.", code="release_unknown", params={"id": str(release_id)})
    return release


async def find_published(
    session: AsyncSession, state: Standing | None, limit: int, cursor: str | None
) -> tuple[Sequence[PublishedModule], str | None]:
    """One page of the registry, last changed first, and the cursor of the next."""
    query = select(PublishedModule)
    if state is not None:
        query = query.where(PublishedModule.state == state)
    if cursor is not None:
        query = query.where(tuple_(PublishedModule.changed_at, PublishedModule.module_id) < tuple_(*_position(cursor)))
    query = query.order_by(PublishedModule.changed_at.desc(), PublishedModule.module_id.desc()).limit(limit + 1)
    found = (await session.scalars(query)).all()
    last = found[limit - 1] if len(found) > limit else None
    return found[:limit], last and _cursor(last.changed_at, last.module_id)


async def read_published(
    session: AsyncSession, module_id: UUID
) -> tuple[PublishedModule, Sequence[Release], list[str]]:
    """The registry's row, the releases that made versions live, and the names of live modules that require it.

    404 `never_published`.
    """
    entry = await session.get(PublishedModule, module_id)
    if entry is None:
        detail = "This module has never been published."
        raise NotFound(detail, code="never_published", params={"module_id": str(module_id)})
    made_live = select(Release).where(
        Release.module_id == module_id, Release.state == "live", Release.kind.in_(("publish", "rollback"))
    )
    releases = (await session.scalars(made_live.order_by(Release.settled_at.desc(), Release.id))).all()
    host = (await session.scalars(select(Host).order_by(Host.host_sequence.desc()).limit(1))).first()
    dependants = await gate.dependants_of(session, host, entry.module) if host is not None else []
    return entry, releases, dependants


def _cursor(time: datetime, key: UUID) -> str:
    return urlsafe_b64encode(f"{time.isoformat()}|{key}".encode()).decode()


def _position(cursor: str) -> tuple[datetime, UUID]:
    try:
        time, key = urlsafe_b64decode(cursor).decode().split("|")
        return datetime.fromisoformat(time).astimezone(UTC), UUID(key)
    except ValueError as problem:
        detail = "This cursor was not made here: start again without one."
        raise Invalid(detail, code="cursor_unreadable") from problem
