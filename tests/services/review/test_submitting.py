"""Submitting: what a review may rest on, and what is said when it may not."""

from typing import Any

from tests.services import story
from tests.services.edge import ADA, ANNA, EVE, RITA, Edge, problem


async def submit(review: Edge, version: story.VersionRef, who: story.Actor = ADA) -> Any:
    return await review.post("/reviews", who, module_id=str(version.module_id), version=version.version)


async def test_a_version_that_passed_on_the_present_base_is_submitted_with_its_run(review: Edge) -> None:
    version = story.reference()
    run = story.passed(version)
    await review.hear(story.drafted(version, risk="L2", acknowledge=("/operations/1",)), run)
    answer = await submit(review, version)
    assert answer.status_code == 201
    opened = answer.json()
    assert opened["state"] == "pending"
    assert opened["run"]["id"] == str(run.run_id)
    assert opened["run"]["tally"]["passed"] == 30
    assert opened["acknowledge"] == ["/operations/1"]
    assert opened["author"] == {"id": ADA.id, "name": "ada"}
    assert opened["submitted_by"] == {"id": ADA.id, "name": "ada"}
    assert opened["decision"] is None
    (event,) = await review.told()
    assert event["topic"] == "review.opened"
    assert event["version"]["content_hash"] == version.content_hash
    assert event["run_id"] == str(run.run_id)
    assert event["base_fingerprint"] == run.base_fingerprint
    assert event["cause"]["actor"]["id"] == ADA.id


async def test_the_run_may_be_heard_of_before_its_version(review: Edge) -> None:
    version = story.reference()
    await review.hear(story.passed(version), story.drafted(version))
    assert (await submit(review, version)).status_code == 201


async def test_what_lacks_is_named(review: Edge) -> None:
    version, other = story.reference(), story.reference(module="other")
    assert problem(await submit(review, version)) == (404, "version_unknown")
    await review.hear(story.drafted(version))
    assert problem(await submit(review, version)) == (409, "run_missing")
    await review.hear(story.passed(version, full=False))
    assert problem(await submit(review, version)) == (409, "run_selective")
    await review.hear(story.failed(version, minute=1))
    assert problem(await submit(review, version)) == (409, "run_failed")
    await review.hear(story.passed(version, minute=2), story.live_set(2, other))
    assert problem(await submit(review, version)) == (409, "run_stale")
    await review.hear(story.passed(version, other, minute=3))
    assert (await submit(review, version)).status_code == 201
    assert [event["topic"] for event in await review.told()] == ["review.opened"]


async def test_a_newer_failure_on_the_same_base_outweighs_an_older_pass(review: Edge) -> None:
    version = story.reference()
    await review.hear(story.drafted(version), story.failed(version, minute=1), story.passed(version))
    assert problem(await submit(review, version)) == (409, "run_failed")


async def test_a_version_that_touches_the_forbidden_is_refused(review: Edge) -> None:
    version = story.reference()
    await review.hear(story.drafted(version, risk="L3"), story.passed(version))
    assert problem(await submit(review, version)) == (409, "risk_refused")


async def test_before_the_host_has_spoken_the_base_is_unknown(silent: Edge) -> None:
    version = story.reference()
    await silent.hear(story.drafted(version), story.passed(version))
    answer = await submit(silent, version)
    assert problem(answer) == (503, "base_unknown")
    assert int(answer.headers["retry-after"]) > 0


async def test_what_is_live_of_the_module_itself_is_no_part_of_its_base(review: Edge) -> None:
    older = story.reference(1)
    newer = story.reference(2, older.module_id)
    await review.hear(story.drafted(older), story.drafted(newer), story.live_set(2, older), story.passed(newer))
    assert (await submit(review, newer)).status_code == 201


async def test_an_older_live_set_that_arrives_late_is_ignored(review: Edge) -> None:
    version, other = story.reference(), story.reference(module="other")
    await review.hear(story.live_set(3, other), story.live_set(2), story.drafted(version), story.passed(version, other))
    assert (await submit(review, version)).status_code == 201


async def test_a_version_is_submitted_once(review: Edge) -> None:
    version = story.reference()
    await review.hear(story.drafted(version), story.passed(version))
    await submit(review, version)
    answer = await submit(review, version)
    assert problem(answer) == (409, "state_forbids")
    assert answer.json()["params"]["state"] == "pending"


async def test_a_version_that_has_a_successor_is_not_submitted(review: Edge) -> None:
    older = story.reference(1)
    newer = story.reference(2, older.module_id)
    await review.hear(story.drafted(older), story.passed(older), story.drafted(newer))
    answer = await submit(review, older)
    assert problem(answer) == (409, "version_superseded")
    assert answer.json()["params"] == {"version": 1, "newest": 2}


async def test_an_approval_on_another_base_makes_room_for_a_new_review(review: Edge) -> None:
    version, other = story.reference(), story.reference(module="other")
    await review.hear(story.drafted(version), story.passed(version))
    first = (await submit(review, version)).json()
    await review.post(f"/reviews/{first['id']}/start", RITA)
    assert (await review.post(f"/reviews/{first['id']}/approve", RITA)).json()["state"] == "approved"
    await review.hear(story.live_set(2, other))
    assert problem(await submit(review, version)) == (409, "state_forbids")
    await review.hear(story.passed(version, other, minute=1))
    second = (await submit(review, version)).json()
    assert second["state"] == "pending"
    assert second["id"] != first["id"]


async def test_only_developers_submit(review: Edge) -> None:
    version = story.reference()
    await review.hear(story.drafted(version), story.passed(version))
    for who in (RITA, ANNA):
        assert problem(await submit(review, version, who)) == (403, "role_missing")
    assert (await submit(review, version, EVE)).status_code == 201


async def test_a_body_that_does_not_fit_is_refused(review: Edge) -> None:
    version = story.reference()
    known = {"module_id": str(version.module_id), "version": 1}
    for body in (
        {},
        {**known, "version": 0},
        {**known, "version": "x"},
        {**known, "why": "?"},
        {**known, "version": 2**40},
    ):
        assert problem(await review.post("/reviews", ADA, **body)) == (422, "invalid_request")
