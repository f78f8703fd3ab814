"""A new version voids what was open or approved before it, and never what has been live."""

import asyncio

import pytest

from tests.services import story
from tests.services.edge import ADA, RITA, Edge, problem


async def submitted(review: Edge, version: story.VersionRef) -> str:
    await review.hear(story.drafted(version), story.passed(version))
    answer = await review.post("/reviews", ADA, module_id=str(version.module_id), version=version.version)
    await review.told()
    return f"/reviews/{answer.json()['id']}"


@pytest.mark.parametrize("steps", [(), ("start",), ("start", "approve")])
async def test_an_edit_lapses_what_is_pending_reviewing_or_approved(review: Edge, steps: tuple[str, ...]) -> None:
    older = story.reference(1)
    path = await submitted(review, older)
    for step in steps:
        await review.post(f"{path}/{step}", RITA)
    await review.told()
    drafted = story.drafted(story.reference(2, older.module_id))
    await review.hear(drafted)
    lapsed = (await review.get(path, ADA)).json()
    assert (lapsed["state"], lapsed["replaced_by"]) == ("lapsed", 2)
    (event,) = await review.told()
    assert (event["topic"], event["replaced_by"]) == ("review.lapsed", 2)
    assert event["version"]["version"] == 1
    assert event["cause"]["actor"]["id"] == "review"
    assert event["cause"]["on_behalf_of"]["id"] == ADA.id
    assert event["cause"]["correlation_id"] == str(drafted.cause.correlation_id)
    late = await review.post(f"{path}/approve", RITA)
    assert problem(late) == (409, "state_forbids")
    assert "version 2" in late.json()["detail"]


async def test_the_same_event_again_says_nothing_again(review: Edge) -> None:
    older = story.reference(1)
    await submitted(review, older)
    drafted = story.drafted(story.reference(2, older.module_id))
    await review.hear(drafted, drafted)
    assert [event["topic"] for event in await review.told()] == ["review.lapsed"]


async def test_what_has_been_live_does_not_lapse(review: Edge) -> None:
    older = story.reference(1)
    path = await submitted(review, older)
    await review.post(f"{path}/start", RITA)
    await review.post(f"{path}/approve", RITA)
    await review.told()
    await review.hear(story.published(older), story.drafted(story.reference(2, older.module_id)))
    assert (await review.get(path, ADA)).json()["state"] == "approved"
    assert await review.told() == []


async def test_another_module_and_a_rejected_version_are_left_alone(review: Edge) -> None:
    older = story.reference(1)
    path = await submitted(review, older)
    await review.post(f"{path}/start", RITA)
    await review.post(f"{path}/reject", RITA, reason="No.")
    other = await submitted(review, story.reference(1, module="other"))
    await review.hear(story.drafted(story.reference(2, older.module_id)))
    assert (await review.get(path, ADA)).json()["state"] == "rejected"
    assert (await review.get(other, ADA)).json()["state"] == "pending"
    assert await review.told() == []


async def test_an_older_version_that_is_heard_of_late_lapses_nothing(review: Edge) -> None:
    newer = story.reference(2)
    path = await submitted(review, newer)
    await review.hear(story.drafted(story.reference(1, newer.module_id)))
    assert (await review.get(path, ADA)).json()["state"] == "pending"
    assert await review.told() == []


async def test_a_version_submitted_while_its_successor_is_drafted_never_stays_pending(review: Edge) -> None:
    for _ in range(5):
        older = story.reference(1)
        await review.hear(story.drafted(older), story.passed(older))
        answer, _done = await asyncio.gather(
            review.post("/reviews", ADA, module_id=str(older.module_id), version=1),
            review.hear(story.drafted(story.reference(2, older.module_id))),
        )
        if answer.status_code == 201:
            assert (await review.get(f"/reviews/{answer.json()['id']}", ADA)).json()["state"] == "lapsed"
        else:
            assert problem(answer) == (409, "version_superseded")


async def test_a_version_submitted_twice_at_once_is_opened_once(review: Edge) -> None:
    version = story.reference()
    await review.hear(story.drafted(version), story.passed(version))
    body = {"module_id": str(version.module_id), "version": 1}
    answers = await asyncio.gather(*(review.post("/reviews", ADA, **body) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert [event["topic"] for event in await review.told()] == ["review.opened"]


async def test_an_approval_and_an_edit_at_once_leave_it_lapsed(review: Edge) -> None:
    for _ in range(5):
        older = story.reference(1)
        path = await submitted(review, older)
        await review.post(f"{path}/start", RITA)
        await asyncio.gather(
            review.post(f"{path}/approve", RITA),
            review.hear(story.drafted(story.reference(2, older.module_id))),
        )
        assert (await review.get(path, ADA)).json()["state"] == "lapsed"
        assert (await review.told())[-1]["topic"] == "review.lapsed"
