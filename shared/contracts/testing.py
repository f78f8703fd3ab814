"""What the tester says: a run asked for, begun and ended."""

from typing import Any, ClassVar
from uuid import UUID

from shared.contracts.event import Contract, Event, VersionRef


class Tally(Contract):
    total: int
    passed: int
    failed: int
    skipped: int = 0
    seconds: float


class RunRequested(Event):
    """The tester's own queue: workers compete for it. `entities` empty means the full suite."""

    topic: ClassVar[str] = "run.requested"

    run_id: UUID
    version: VersionRef
    entities: tuple[str, ...] = ()


class RunStarted(Event):
    topic: ClassVar[str] = "run.started"

    run_id: UUID
    version: VersionRef
    base_fingerprint: str
    full: bool


class RunPassed(Event):
    """`full` is false for a selective run, which never satisfies the gate."""

    topic: ClassVar[str] = "run.passed"

    run_id: UUID
    version: VersionRef
    base_fingerprint: str
    suite_version: str
    engine_version: str
    full: bool
    tally: Tally


class RunFailed(Event):
    """`problems` are the first failures, each with `scenario`, `step`, `code`, `expected`, `got`, `pointer`."""

    topic: ClassVar[str] = "run.failed"

    run_id: UUID
    version: VersionRef
    base_fingerprint: str
    suite_version: str
    engine_version: str
    full: bool
    tally: Tally
    problems: tuple[dict[str, Any], ...] = ()


class RunCancelled(Event):
    topic: ClassVar[str] = "run.cancelled"

    run_id: UUID
    version: VersionRef
