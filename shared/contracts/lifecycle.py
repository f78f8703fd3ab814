"""The life of a version: one pure function from a state and a command to the next state and the events it says.

1. Published means that a full run passed and a review approved the very content, on the base it is published onto
   (a rollback returns to content that was live before, on the evidence of that time).
2. Whoever approves is not the author, not an editor, and not a service account.
3. A step is one event, so one outbox row and one audit entry; `Supersede` says nothing of its own, because
   `module.published` already names what it replaces.

The commands are in `shared.contracts.commands`. Each service steps the versions it decides about, from facts in its
own database; nobody asks another service.
"""

from typing import Any, ClassVar, Literal

from shared.contracts.event import Actor, Contract, Event, Role
from shared.contracts.publishing import ReleaseKind

State = Literal[
    "draft",
    "testing",
    "failed",
    "passed",
    "pending",
    "reviewing",
    "approved",
    "rejected",
    "publishing",
    "published",
    "unpublishing",
    "unpublished",
    "lapsed",
    "withdrawn",
]
TRANSIENT: frozenset[State] = frozenset({"testing", "publishing", "unpublishing"})


class TransitionRefused(Exception):
    """The step is not allowed; `code` is stable and `params` name what lacks."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Evidence(Contract):
    """A full run that passed, or an approval: of this content, on this base."""

    content_hash: str
    base_fingerprint: str


class Life(Contract):
    """What a service knows of one version. `returns_to` is where a run or release that comes to nothing goes back."""

    content_hash: str
    author: str
    editors: tuple[str, ...] = ()
    risk: Literal["L1", "L2", "L3"] = "L1"
    acknowledge: tuple[str, ...] = ()
    state: State = "draft"
    run: Evidence | None = None
    approval: Evidence | None = None
    was_live: bool = False
    returns_to: State | None = None
    releasing: ReleaseKind | None = None


class Command(Contract):
    """A step somebody asks for. Subclasses say from where to where, by whom, and what is said when it is done."""

    sources: ClassVar[frozenset[State]]
    roles: ClassVar[frozenset[Role]] = frozenset()
    says: ClassVar[type[Event] | None] = None

    by: Actor

    def gate(self, life: Life) -> None:
        """Raise `TransitionRefused` naming what lacks."""

    def event(self, life: Life) -> type[Event] | None:
        return self.says

    def changes(self, life: Life) -> dict[str, Any]:
        """The fields of the life that this step changes, `state` among them."""
        raise NotImplementedError


def step(life: Life, command: Command) -> tuple[Life, tuple[type[Event], ...]]:
    """Take one step. Raises `TransitionRefused` with `role_missing`, `state_forbids` or what the gate names."""
    if command.roles and not command.roles & set(command.by.roles):
        raise TransitionRefused("role_missing", needs=sorted(command.roles))
    if life.state not in command.sources:
        raise TransitionRefused(
            "state_forbids", command=type(command).__name__, state=life.state, allowed=sorted(command.sources)
        )
    command.gate(life)
    event = command.event(life)
    return life.model_copy(update=command.changes(life)), (event,) if event else ()
