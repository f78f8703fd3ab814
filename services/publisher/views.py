"""What releases and the registry look like from outside."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.publisher.tables import PublishedModule, Release, ReleaseState, Standing
from shared.contracts.event import VersionRef
from shared.contracts.publishing import ReleaseKind


class View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PersonView(View):
    id: str
    name: str


class ReleaseFacts(View):
    """What the row says."""

    id: UUID
    kind: ReleaseKind
    state: ReleaseState
    module_id: UUID
    module: str
    title: str
    version: int
    content_hash: str
    replaces: int | None
    note: str | None
    evidence: dict[str, Any]
    before: list[VersionRef]
    after: list[VersionRef]
    requested_by: PersonView
    requested_at: datetime
    sent_at: datetime
    times_sent: int
    settled_at: datetime | None
    # Why the host could not obey.
    code: str | None
    params: dict[str, Any] | None


class ReleaseView(ReleaseFacts):
    # Whether the host has let the time pass in which it should have answered: then the order may be sent again.
    overdue: bool
    due_at: datetime | None


class ReleasePage(BaseModel):
    items: list[ReleaseView]
    next: str | None


class EntryView(View):
    """A row of the registry."""

    module_id: UUID
    module: str
    title: str
    state: Standing
    version: int
    content_hash: str
    release_id: UUID
    first_published_at: datetime
    published_at: datetime
    published_by: PersonView
    unpublished_at: datetime | None
    unpublished_by: PersonView | None


class EntryPage(BaseModel):
    items: list[EntryView]
    next: str | None


class LiveVersionView(BaseModel):
    """A version that was made live, and by which release."""

    version: int
    content_hash: str
    live_at: datetime | None
    kind: ReleaseKind
    release_id: UUID


class WholeEntryView(EntryView):
    versions: list[LiveVersionView]
    # Live modules that require this one: they stand in the way of withdrawing it.
    dependants: list[str]


def release_view(release: Release, patience: timedelta) -> ReleaseView:
    due_at = release.sent_at + patience if release.state == "authorised" else None
    overdue = due_at is not None and datetime.now(UTC) >= due_at
    facts = ReleaseFacts.model_validate(release).model_dump()
    return ReleaseView.model_validate({**facts, "overdue": overdue, "due_at": due_at})


def entry_view(entry: PublishedModule) -> EntryView:
    return EntryView.model_validate(entry)


def whole_entry_view(entry: PublishedModule, releases: Sequence[Release], dependants: list[str]) -> WholeEntryView:
    versions = [
        LiveVersionView(
            version=release.version,
            content_hash=release.content_hash,
            live_at=release.settled_at,
            kind=release.kind,
            release_id=release.id,
        )
        for release in releases
    ]
    told = entry_view(entry).model_dump()
    return WholeEntryView.model_validate({**told, "versions": versions, "dependants": dependants})
