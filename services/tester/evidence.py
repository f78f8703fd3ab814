"""What goes to a sandbox worker and what comes back: the job, and the evidence."""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

Outcome = Literal["passed", "failed", "skipped"]
# Where a case comes from: checks before anything runs, the CRM's own suite, another module, this module, the rehearsal.
Suite = Literal["static", "crm", "live", "module", "rehearsal"]


class _Evidence(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Job(_Evidence):
    """A run, told in full: a worker knows nothing else. Documents are in the order of their live set."""

    run_id: UUID
    patch: dict[str, Any]
    author_id: str
    author_roles: tuple[str, ...]
    base: tuple[dict[str, Any], ...]
    live: tuple[dict[str, Any], ...]
    candidate: tuple[dict[str, Any], ...]
    # Empty: the full suite.
    entities: tuple[str, ...] = ()


class Step(_Evidence):
    """What was done, and what came of it where that is not what was expected."""

    position: int
    action: str
    outcome: Outcome
    expected: Any = None
    got: Any = None


class Problem(_Evidence):
    """Why a case failed. `pointer` leads into the patch document, where the cause can be found there."""

    scenario: str
    step: int | None = None
    code: str
    expected: Any = None
    got: Any = None
    pointer: str | None = None
    cause: dict[str, str]


class Case(_Evidence):
    suite: Suite
    scenario: str
    title: dict[str, str]
    entity: str | None = None
    outcome: Outcome
    milliseconds: float
    steps: tuple[Step, ...] = ()
    problem: Problem | None = None


class Report(_Evidence):
    """The evidence of one run."""

    suite_version: str
    engine_version: str
    cases: tuple[Case, ...]
    seconds: float

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(case.problem for case in self.cases if case.problem is not None)

    @property
    def passed(self) -> bool:
        return not any(case.outcome == "failed" for case in self.cases)


class Told(_Evidence):
    """One line from a worker: how far it is, what came of the job, or that the database is away."""

    done: int | None = None
    total: int | None = None
    scenario: str | None = None
    report: Report | None = None
    away: str | None = None
