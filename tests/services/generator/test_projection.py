"""Where a version stands, told by other services, in whatever order the facts arrive."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.generator.projection import state_of
from shared.contracts.event import Cause, Event, VersionRef
from shared.contracts.lifecycle import Life
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
from shared.contracts.testing import RunCancelled, RunFailed, RunPassed, RunStarted, Tally
from tests.services.edge import ADA
from tests.services.generator.test_versions import document, imported
from tests.services.generator.workshop import Workshop

REF = VersionRef(module_id=uuid4(), module="nickname", version=1, content_hash="sha256:1")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TALLY = Tally(total=1, passed=1, failed=0, seconds=0.1)
RUN: dict[str, Any] = {"run_id": uuid4(), "base_fingerprint": "base"}
ENDED = RUN | {"suite_version": "1", "engine_version": "1", "tally": TALLY, "full": True}
REVIEW: dict[str, Any] = {"review_id": uuid4()}
RELEASE: dict[str, Any] = {"release_id": uuid4(), "kind": "publish"}
ORDER = RELEASE | {"before": (), "after": ()}

STARTED = (RunStarted, RUN | {"full": True})
PASSED, FAILED, CANCELLED = (RunPassed, ENDED), (RunFailed, ENDED), (RunCancelled, {"run_id": uuid4()})
OPENED = (ReviewOpened, REVIEW | {"run_id": uuid4(), "base_fingerprint": "base"})
TAKEN_UP = (ReviewStarted, REVIEW | {"reviewer": "rita"})
APPROVED = (ReviewApproved, REVIEW | {"reviewer": "rita", "run_id": uuid4(), "base_fingerprint": "base"})
REJECTED = (ReviewRejected, REVIEW | {"reviewer": "rita", "reason": "No."})
WITHDRAWN, LAPSED = (ReviewWithdrawn, REVIEW), (ReviewLapsed, REVIEW | {"replaced_by": 2})
ORDERED, LIVE = (ReleaseAuthorised, ORDER), (ModulePublished, RELEASE | {"title": "Nickname"})
CALLED_OFF = (ReleaseFailed, RELEASE | {"code": "no"})
ORDERED_OFF = (ReleaseAuthorised, ORDER | {"kind": "unpublish"})
GONE = (ModuleUnpublished, RELEASE | {"title": "Nickname", "kind": "unpublish"})
ORDERED_BACK = (ReleaseAuthorised, ORDER | {"kind": "rollback"})
BACK = (ModuleRolledBack, RELEASE | {"title": "Nickname", "kind": "rollback"})
Told = tuple[type[Event], dict[str, Any]]


def story(*told: Told, version: VersionRef = REF) -> list[Event]:
    """The facts, a minute apart, all of one source about one subject in sequence."""
    return [
        kind.model_validate(
            {
                "cause": Cause(actor=ADA),
                "subject": str(version.module_id),
                "sequence": number,
                "time": NOON + timedelta(minutes=number),
                "version": version,
                **fields,
            }
        )
        for number, (kind, fields) in enumerate(told, start=1)
    ]


def state(facts: Sequence[Event]) -> str:
    return state_of(Life(content_hash=REF.content_hash, author="ada"), facts, 1)


STORIES: list[tuple[list[Told], str]] = [
    ([], "draft"),
    ([STARTED], "testing"),
    ([STARTED, PASSED], "passed"),
    ([STARTED, FAILED], "failed"),
    ([STARTED, CANCELLED], "draft"),
    ([STARTED, FAILED, STARTED, PASSED], "passed"),
    ([STARTED, PASSED, OPENED], "pending"),
    ([STARTED, PASSED, OPENED, WITHDRAWN], "withdrawn"),
    ([STARTED, PASSED, OPENED, TAKEN_UP], "reviewing"),
    ([STARTED, PASSED, OPENED, TAKEN_UP, REJECTED], "rejected"),
    ([STARTED, PASSED, OPENED, TAKEN_UP, APPROVED], "approved"),
    ([STARTED, PASSED, OPENED, TAKEN_UP, LAPSED], "lapsed"),
    ([STARTED, PASSED, OPENED, TAKEN_UP, APPROVED, STARTED, PASSED], "approved"),
    ([STARTED, PASSED, OPENED, TAKEN_UP, APPROVED, ORDERED], "publishing"),
    ([STARTED, PASSED, OPENED, TAKEN_UP, APPROVED, ORDERED, CALLED_OFF], "approved"),
    ([STARTED, PASSED, OPENED, TAKEN_UP, APPROVED, ORDERED, LIVE], "published"),
    ([STARTED, PASSED, OPENED, TAKEN_UP, APPROVED, ORDERED, LIVE, LAPSED], "published"),
    ([STARTED, PASSED, OPENED, TAKEN_UP, APPROVED, ORDERED, LIVE, ORDERED_OFF], "unpublishing"),
    ([STARTED, PASSED, OPENED, TAKEN_UP, APPROVED, ORDERED, LIVE, ORDERED_OFF, CALLED_OFF], "published"),
    ([STARTED, PASSED, OPENED, TAKEN_UP, APPROVED, ORDERED, LIVE, ORDERED_OFF, GONE], "unpublished"),
    ([STARTED, PASSED, OPENED, TAKEN_UP, APPROVED, ORDERED, LIVE, ORDERED_OFF, GONE, ORDERED, LIVE], "published"),
    ([STARTED, PASSED, OPENED, TAKEN_UP, APPROVED, ORDERED, LIVE, ORDERED_OFF, GONE, ORDERED_BACK, BACK], "published"),
]


@pytest.mark.parametrize(("told", "expected"), STORIES)
def test_a_story_ends_in_its_state(told: list[Told], expected: str) -> None:
    assert state(story(*told)) == expected


def test_the_order_of_arrival_does_not_matter() -> None:
    shuffle = random.Random(7)
    for told, expected in STORIES:
        facts = story(*told)
        orders = [shuffle.sample(facts, len(facts)) for _ in range(20)]
        assert {state(order) for order in orders} == {expected}


def test_within_a_subject_the_sequence_decides_and_not_a_clock() -> None:
    started, passed = story(STARTED, PASSED)
    late = started.model_copy(update={"time": NOON + timedelta(hours=1)})
    assert state([passed, late]) == "passed"


def test_a_verdict_counts_before_its_beginning_has_arrived() -> None:
    assert state(story(STARTED, PASSED)[1:]) == "passed"


UNDISTURBED: list[tuple[list[Told], str]] = [
    ([OPENED], "pending"),
    ([OPENED, WITHDRAWN], "withdrawn"),
    ([OPENED, TAKEN_UP], "reviewing"),
    ([OPENED, TAKEN_UP, REJECTED], "rejected"),
    ([OPENED, TAKEN_UP, LAPSED], "lapsed"),
    ([OPENED, TAKEN_UP, APPROVED, ORDERED], "publishing"),
    ([OPENED, TAKEN_UP, APPROVED, ORDERED, LIVE], "published"),
    ([OPENED, TAKEN_UP, APPROVED, ORDERED, LIVE, ORDERED_OFF], "unpublishing"),
]
RUNS: list[list[Told]] = [[STARTED], [STARTED, PASSED], [STARTED, FAILED], [STARTED, CANCELLED]]


@pytest.mark.parametrize(("before", "expected"), UNDISTURBED)
def test_a_run_does_not_disturb_who_decides(before: list[Told], expected: str) -> None:
    """The tester hears nothing of reviews, so it may run a version that another service has in hand."""
    for run in RUNS:
        assert state(story(STARTED, PASSED, *before, *run)) == expected
        # Begun before it was submitted, ended after.
        assert state(story(STARTED, PASSED, STARTED, *before, *run[1:])) == expected


APPROVING: list[Told] = [OPENED, TAKEN_UP, APPROVED]


def test_a_run_of_an_approved_version_is_shown_and_on_the_same_base_the_approval_stands() -> None:
    assert state(story(STARTED, PASSED, *APPROVING, STARTED)) == "testing"
    assert state(story(STARTED, PASSED, *APPROVING, STARTED, PASSED)) == "approved"
    assert state(story(STARTED, PASSED, *APPROVING, STARTED, CANCELLED)) == "approved"
    # Begun while it was reviewed.
    assert state(story(STARTED, PASSED, OPENED, STARTED, TAKEN_UP, APPROVED, PASSED)) == "approved"
    assert state(story(STARTED, PASSED, OPENED, STARTED, TAKEN_UP, APPROVED, CANCELLED)) == "approved"


async def test_facts_told_twice_and_backwards_show_in_the_lists(generator: Workshop) -> None:
    module = await imported(generator)
    facts = story(STARTED, PASSED, OPENED, version=await ref(generator, module, 1))
    await generator.hear(*reversed(facts), facts[0], facts[2].model_copy(update={"id": uuid4()}))
    assert (await generator.version(module, 1))["state"] == "pending"
    (shown,) = (await generator.get("/modules", ADA)).json()["items"]
    assert shown["state"] == "pending"


async def test_a_version_that_is_replaced_is_live_no_longer(generator: Workshop) -> None:
    module = await imported(generator)
    await generator.post(f"/modules/{module}/versions", ADA, patch=document(field="alias"))
    one, two = await ref(generator, module, 1), await ref(generator, module, 2)
    await generator.hear(*story(ORDERED, LIVE, version=one))
    later = [
        fact.model_copy(update={"time": fact.time + timedelta(hours=1)}) for fact in story(ORDERED, LIVE, version=two)
    ]
    await generator.hear(
        *[fact.model_copy(update={"replaces": 1}) if fact.topic == "module.published" else fact for fact in later]
    )
    assert [(one["version"], one["state"]) for one in await generator.versions(module)] == [
        (2, "published"),
        (1, "unpublished"),
    ]


async def test_a_module_is_shown_under_its_newest_version_that_leads_somewhere(generator: Workshop) -> None:
    module = await imported(generator)
    await generator.hear(*story(ORDERED, LIVE, version=await ref(generator, module, 1)))
    await generator.post(f"/modules/{module}/versions", ADA, patch=document(field="alias"))
    assert (await generator.get(f"/modules/{module}", ADA)).json()["state"] == "draft"
    await generator.hear(*story(OPENED, WITHDRAWN, version=await ref(generator, module, 2)))
    assert (await generator.get(f"/modules/{module}", ADA)).json()["state"] == "published"


async def ref(generator: Workshop, module: str, number: int) -> VersionRef:
    version = await generator.version(module, number)
    return VersionRef(
        module_id=UUID(module), module=version["module"], version=number, content_hash=version["content_hash"]
    )
