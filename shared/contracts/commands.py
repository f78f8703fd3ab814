"""The steps in the life of a version, in the order in which it takes them: run, review, release.

A command says from which states it may be given, by whom, what must hold, and which event tells of it.
"""

from typing import Any

from shared.contracts.event import Actor, Event, Role
from shared.contracts.lifecycle import Command, Evidence, Life, TransitionRefused
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
from shared.contracts.testing import RunCancelled, RunFailed, RunPassed, RunStarted


class StartRun(Command):
    """A person or the tester itself. From where a verdict already stood, the run asks again, on the present base."""

    sources = frozenset({"draft", "failed", "passed", "approved", "unpublished"})
    says = RunStarted

    def changes(self, life: Life) -> dict[str, Any]:
        return {"state": "testing", "returns_to": life.state}


class PassRun(Command):
    """A selective run proves nothing about the whole: it goes back to where it came from."""

    sources = frozenset({"testing"})
    says = RunPassed

    base_fingerprint: str
    full: bool = True

    def changes(self, life: Life) -> dict[str, Any]:
        if not self.full:
            return {"state": life.returns_to or "draft", "returns_to": None}
        evidence = Evidence(content_hash=life.content_hash, base_fingerprint=self.base_fingerprint)
        stands = life.approval == evidence and life.returns_to in {"approved", "unpublished"}
        return {
            "run": evidence,
            "approval": life.approval if stands else None,
            "state": life.returns_to if stands else "passed",
            "returns_to": None,
        }


class FailRun(Command):
    sources = frozenset({"testing"})
    says = RunFailed

    def changes(self, life: Life) -> dict[str, Any]:
        return {"state": "failed", "run": None, "approval": None, "returns_to": None}


class CancelRun(Command):
    sources = frozenset({"testing"})
    says = RunCancelled

    def changes(self, life: Life) -> dict[str, Any]:
        return {"state": life.returns_to or "draft", "returns_to": None}


class Submit(Command):
    sources = frozenset({"passed", "withdrawn"})
    roles = frozenset[Role]({"developer"})
    says = ReviewOpened

    base_fingerprint: str

    def gate(self, life: Life) -> None:
        if life.risk == "L3":
            raise TransitionRefused("risk_refused", risk=life.risk)
        _require_run(life, self.base_fingerprint)

    def changes(self, life: Life) -> dict[str, Any]:
        return {"state": "pending"}


class Withdraw(Command):
    sources = frozenset({"pending"})
    roles = frozenset[Role]({"developer"})
    says = ReviewWithdrawn

    def changes(self, life: Life) -> dict[str, Any]:
        return {"state": "withdrawn"}


class StartReview(Command):
    sources = frozenset({"pending"})
    roles = frozenset[Role]({"reviewer", "administrator"})
    says = ReviewStarted

    def gate(self, life: Life) -> None:
        _require_other_eyes(life, self.by)

    def changes(self, life: Life) -> dict[str, Any]:
        return {"state": "reviewing"}


class Approve(Command):
    sources = frozenset({"reviewing"})
    roles = frozenset[Role]({"reviewer", "administrator"})
    says = ReviewApproved

    acknowledged: tuple[str, ...] = ()

    def gate(self, life: Life) -> None:
        _require_other_eyes(life, self.by)
        missing = [pointer for pointer in life.acknowledge if pointer not in self.acknowledged]
        if missing:
            raise TransitionRefused("acknowledgement_missing", pointers=missing)

    def changes(self, life: Life) -> dict[str, Any]:
        return {"state": "approved", "approval": life.run}


class Reject(Command):
    sources = frozenset({"reviewing"})
    roles = frozenset[Role]({"reviewer", "administrator"})
    says = ReviewRejected

    reason: str

    def gate(self, life: Life) -> None:
        _require_other_eyes(life, self.by)
        if not self.reason.strip():
            raise TransitionRefused("reason_missing")

    def changes(self, life: Life) -> dict[str, Any]:
        return {"state": "rejected"}


class Lapse(Command):
    """A newer version of the module exists."""

    sources = frozenset({"pending", "reviewing", "approved"})
    says = ReviewLapsed

    def changes(self, life: Life) -> dict[str, Any]:
        return {"state": "lapsed", "approval": None}


class Publish(Command):
    """上架. `base_fingerprint` is the base at this moment."""

    sources = frozenset({"approved", "unpublished"})
    roles = frozenset[Role]({"administrator"})
    says = ReleaseAuthorised

    base_fingerprint: str

    def gate(self, life: Life) -> None:
        _require_run(life, self.base_fingerprint)
        if life.approval != life.run:
            raise TransitionRefused("approval_missing", content_hash=life.content_hash)

    def changes(self, life: Life) -> dict[str, Any]:
        return {"state": "publishing", "returns_to": life.state, "releasing": "publish"}


class RollBack(Command):
    """Return to content that was live before, with the evidence it had then."""

    sources = frozenset({"unpublished"})
    roles = frozenset[Role]({"administrator"})
    says = ReleaseAuthorised

    def gate(self, life: Life) -> None:
        if not life.was_live:
            raise TransitionRefused("never_live", content_hash=life.content_hash)

    def changes(self, life: Life) -> dict[str, Any]:
        return {"state": "publishing", "returns_to": life.state, "releasing": "rollback"}


class Unpublish(Command):
    """下架."""

    sources = frozenset({"published"})
    roles = frozenset[Role]({"administrator"})
    says = ReleaseAuthorised

    def changes(self, life: Life) -> dict[str, Any]:
        return {"state": "unpublishing", "returns_to": life.state, "releasing": "unpublish"}


class Activate(Command):
    """The host runs it."""

    sources = frozenset({"publishing"})
    says = ModulePublished

    def event(self, life: Life) -> type[Event] | None:
        return ModuleRolledBack if life.releasing == "rollback" else self.says

    def changes(self, life: Life) -> dict[str, Any]:
        return {"state": "published", "was_live": True, "returns_to": None, "releasing": None}


class Deactivate(Command):
    """The host runs it no longer."""

    sources = frozenset({"unpublishing"})
    says = ModuleUnpublished

    def changes(self, life: Life) -> dict[str, Any]:
        return {"state": "unpublished", "returns_to": None, "releasing": None}


class FailRelease(Command):
    """The host could not obey: back to where the release came from."""

    sources = frozenset({"publishing", "unpublishing"})
    says = ReleaseFailed

    def changes(self, life: Life) -> dict[str, Any]:
        return {"state": life.returns_to, "returns_to": None, "releasing": None}


class Supersede(Command):
    """Another version of the module went live in this one's place."""

    sources = frozenset({"published"})

    def changes(self, life: Life) -> dict[str, Any]:
        return {"state": "unpublished"}


def _require_run(life: Life, base_fingerprint: str) -> None:
    if life.run is None or life.run.content_hash != life.content_hash:
        raise TransitionRefused("run_missing", content_hash=life.content_hash)
    if life.run.base_fingerprint != base_fingerprint:
        raise TransitionRefused("run_stale", tested_on=life.run.base_fingerprint, base=base_fingerprint)


def _require_other_eyes(life: Life, actor: Actor) -> None:
    if actor.kind != "person":
        raise TransitionRefused("person_required", kind=actor.kind)
    if actor.id == life.author or actor.id in life.editors:
        raise TransitionRefused("four_eyes", author=life.author)
