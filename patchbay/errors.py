"""What can go wrong when one talks to Patchbay.

ClientError
├── Unreachable      no answer: the gateway is away, or too slow
├── TimedOut         we stopped waiting; what we waited for goes on
└── Refused          an answer that says no, with a stable `code`
    └── NotSignedIn  no session, or one that ended
"""

from dataclasses import dataclass, field
from typing import Any


class ClientError(Exception):
    """Anything that the client raises by itself."""


class Unreachable(ClientError):
    """There was no answer. A command may or may not have been carried out."""


class TimedOut(ClientError):
    """`last` is what was seen last."""

    def __init__(self, what: str, seconds: float, last: dict[str, Any]) -> None:
        super().__init__(f"{what} was not finished after {seconds:g} s; it goes on.")
        self.last = last


@dataclass(eq=False)
class Refused(ClientError):
    """The gateway's problem document (RFC 9457). Decide by `code`; `detail` is for people."""

    status: int
    code: str
    detail: str
    params: dict[str, Any] = field(default_factory=dict[str, Any])
    pointer: str | None = None
    suggestion: str | None = None
    problems: tuple[dict[str, Any], ...] = ()
    request_id: str | None = None
    # Seconds after which it is worth trying again, when the gateway says so.
    retry_after: int | None = None

    def __str__(self) -> str:
        return f"{self.detail} ({self.status} {self.code})"


class NotSignedIn(Refused):
    """Sign in, again or for the first time."""
