"""What the live CRM says: which modules it runs now, or why it could not obey a release."""

from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.event import Event, VersionRef


class _HostEvent(Event):
    topic: ClassVar[str]

    host: str
    # Grows by one with each change of the live set; a listener ignores what is older than what it has.
    host_sequence: int
    release_id: UUID | None = None
    crm_version: str
    live: tuple[VersionRef, ...]
    manifest_fingerprint: str
    schema_fingerprint: str
    # The whole visible manifest.
    manifest: dict[str, Any]


class CrmActivated(_HostEvent):
    """Genesis (no release) or a module now live."""

    topic: ClassVar[str] = "crm.activated"

    # Why parked rows that came back do not fit any longer, if some do not.
    findings: tuple[dict[str, Any], ...] = ()


class CrmDeactivated(_HostEvent):
    topic: ClassVar[str] = "crm.deactivated"


class CrmActivationFailed(Event):
    topic: ClassVar[str] = "crm.activation_failed"

    host: str
    release_id: UUID
    code: str
    params: dict[str, Any] = Field(default_factory=dict)
