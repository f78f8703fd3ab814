"""The system on one screen: which services listen to what.

The chain of events has no cycle: sentence → version → run → review → release → host → publication.
Everything also goes to `audit`, and what a person would want to watch goes to `gateway`, which streams it.
"""

from shared.contracts.event import Event
from shared.contracts.generation import (
    GenerationRefused,
    GenerationRequested,
    ModelChecked,
    ModelConfigured,
    ModelRemoved,
    VersionDrafted,
)
from shared.contracts.hosting import CrmActivated, CrmActivationFailed, CrmDeactivated
from shared.contracts.people import CommandRefused, PersonAdded, PersonChanged, SigninFailed
from shared.contracts.publishing import (
    ModulePublished,
    ModuleRolledBack,
    ModuleUnpublished,
    ReleaseAuthorised,
    ReleaseFailed,
)
from shared.contracts.review import (
    ReviewApproved,
    ReviewLapsed,
    ReviewOpened,
    ReviewRejected,
    ReviewStarted,
    ReviewWithdrawn,
)
from shared.contracts.testing import RunCancelled, RunFailed, RunPassed, RunRequested, RunStarted

LISTENERS: dict[type[Event], tuple[str, ...]] = {
    ModelConfigured: ("audit",),
    ModelRemoved: ("audit",),
    ModelChecked: ("audit",),
    GenerationRequested: ("generator", "gateway", "audit"),
    GenerationRefused: ("gateway", "audit"),
    VersionDrafted: ("tester", "review", "publisher", "gateway", "audit"),
    RunRequested: ("tester", "gateway", "audit"),
    RunStarted: ("generator", "gateway", "audit"),
    RunPassed: ("generator", "review", "publisher", "gateway", "audit"),
    RunFailed: ("generator", "review", "publisher", "gateway", "audit"),
    RunCancelled: ("generator", "gateway", "audit"),
    ReviewOpened: ("generator", "gateway", "audit"),
    ReviewWithdrawn: ("generator", "gateway", "audit"),
    ReviewStarted: ("generator", "gateway", "audit"),
    ReviewApproved: ("generator", "publisher", "gateway", "audit"),
    ReviewRejected: ("generator", "gateway", "audit"),
    ReviewLapsed: ("generator", "publisher", "gateway", "audit"),
    ReleaseAuthorised: ("crm", "generator", "gateway", "audit"),
    ReleaseFailed: ("generator", "gateway", "audit"),
    ModulePublished: ("generator", "review", "gateway", "audit"),
    ModuleUnpublished: ("generator", "review", "gateway", "audit"),
    ModuleRolledBack: ("generator", "review", "gateway", "audit"),
    CrmActivated: ("generator", "tester", "review", "publisher", "gateway", "audit"),
    CrmDeactivated: ("generator", "tester", "review", "publisher", "gateway", "audit"),
    CrmActivationFailed: ("publisher", "gateway", "audit"),
    PersonAdded: ("audit",),
    PersonChanged: ("audit",),
    SigninFailed: ("audit",),
    CommandRefused: ("audit",),
}

EVENTS: dict[str, type[Event]] = {event.topic: event for event in LISTENERS}
