"""What every event carries: one fact, who caused it, and where it belongs in its story.

An event is a CloudEvents 1.0 event; `shared.runtime` maps the attributes to the transport.
Contracts may gain optional fields and never lose or change one (`tests/contracts` keeps a snapshot).
"""

from datetime import UTC, datetime
from typing import ClassVar, Literal
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field

Role = Literal["administrator", "developer", "reviewer"]


class Contract(BaseModel):
    """A frozen part of an event. Unknown keys are ignored: a newer sender may say more."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Actor(Contract):
    """Who does something: a person, a service account, or one of our own services."""

    kind: Literal["person", "service_account", "service"]
    id: str
    name: str
    roles: tuple[Role, ...] = ()
    crm_roles: tuple[str, ...] = ()
    via: str | None = None
    address: str | None = None


class Cause(Contract):
    """Why something happens: whose act it is, and the correlation that joins its whole story."""

    actor: Actor
    on_behalf_of: Actor | None = None
    correlation_id: UUID = Field(default_factory=uuid4)
    traceparent: str | None = None

    def by(self, service: str) -> "Cause":
        """The same story told on by one of our services, on behalf of whoever began it."""
        actor = Actor(kind="service", id=service, name=service)
        behalf = self.on_behalf_of or (self.actor if self.actor.kind != "service" else None)
        return self.model_copy(update={"actor": actor, "on_behalf_of": behalf})

    @property
    def person(self) -> Actor:
        """Whoever began it."""
        return self.on_behalf_of or self.actor


class Event(Contract):
    """A fact in the past tense. Subclasses set `topic` by hand, so that a renamed class stays the same event."""

    topic: ClassVar[str]

    id: UUID = Field(default_factory=uuid4)
    time: datetime = Field(default_factory=lambda: datetime.now(UTC))
    cause: Cause
    subject: str
    # Set by `emit`, from a counter per (source, subject) in the emitter's own transaction.
    sequence: int = 0


class VersionRef(Contract):
    """One immutable version of a module, bound to its content."""

    module_id: UUID
    module: str
    version: int
    content_hash: str
