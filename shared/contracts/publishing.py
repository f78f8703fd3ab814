"""What the publisher says: a release asked for, authorised, and what came of it.

`module.published`, `module.unpublished` and `module.rolled_back` are public: other systems subscribe to them.
"""

from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.event import Event, VersionRef

ReleaseKind = Literal["publish", "unpublish", "rollback"]


class _ReleaseEvent(Event):
    topic: ClassVar[str]

    release_id: UUID
    kind: ReleaseKind
    version: VersionRef


class ReleaseAuthorised(_ReleaseEvent):
    """The order to the host: go from the live set `before` to `after`.

    `patch` is the document of `version`, unless that is withdrawn.
    """

    topic: ClassVar[str] = "release.authorised"

    before: tuple[VersionRef, ...]
    after: tuple[VersionRef, ...]
    patch: dict[str, Any] | None = None
    # Why, in the words of whoever ordered it.
    note: str | None = None


class ReleaseFailed(_ReleaseEvent):
    topic: ClassVar[str] = "release.failed"

    code: str
    params: dict[str, Any] = Field(default_factory=dict)


class ModulePublished(_ReleaseEvent):
    topic: ClassVar[str] = "module.published"

    title: str
    replaces: int | None = None


class ModuleUnpublished(_ReleaseEvent):
    topic: ClassVar[str] = "module.unpublished"

    title: str


class ModuleRolledBack(_ReleaseEvent):
    topic: ClassVar[str] = "module.rolled_back"

    title: str
    replaces: int | None = None
