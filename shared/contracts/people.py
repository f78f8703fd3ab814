"""What the gateway says: people, sign-ins, and commands that were refused."""

from typing import Any, ClassVar

from pydantic import Field

from shared.contracts.event import Event


class PersonAdded(Event):
    topic: ClassVar[str] = "person.added"

    person: str
    after: dict[str, Any]


class PersonChanged(Event):
    topic: ClassVar[str] = "person.changed"

    person: str
    before: dict[str, Any]
    after: dict[str, Any]


class SigninFailed(Event):
    topic: ClassVar[str] = "signin.failed"

    email: str


class CommandRefused(Event):
    """A person's command that was answered with a refusal."""

    topic: ClassVar[str] = "command.refused"

    method: str
    path: str
    status: int
    code: str
    params: dict[str, Any] = Field(default_factory=dict)
