"""Deciding: four eyes, acknowledgements, reasons, and two people at once."""

import asyncio
from typing import Any

import pytest

from shared.contracts.event import Actor
from tests.services import story
from tests.services.edge import ADA, ANNA, EVE, RITA, ROB, ROBOT, Edge, problem

POINTERS = ("/operations/1", "/operations/3")


@pytest.fixture
async def pending(review: Edge) -> str:
    """The path of a pending review of a version with two operations to acknowledge, written by Ada and Eve."""
    version = story.reference()
    drafted = story.drafted(version, risk="L2", acknowledge=POINTERS, editors=(ADA.id, EVE.id))
    await review.hear(drafted, story.passed(version))
    answer = await review.post("/reviews", ADA, module_id=str(version.module_id), version=1)
    await review.told()
    return f"/reviews/{answer.json()['id']}"


@pytest.fixture
async def reviewing(review: Edge, pending: str) -> str:
    await review.post(f"{pending}/start", RITA)
    await review.told()
    return pending


async def approve(review: Edge, path: str, who: Actor = RITA, *acknowledged: str, **body: Any) -> Any:
    return await review.post(f"{path}/approve", who, acknowledged=acknowledged, **body)


async def test_a_reviewer_takes_it_up_and_approves_what_was_acknowledged(review: Edge, pending: str) -> None:
    started = (await review.post(f"{pending}/start", RITA)).json()
    assert (started["state"], started["started_by"]["name"]) == ("reviewing", "rita")
    approved = (await approve(review, pending, RITA, *POINTERS, note=" Fine. ")).json()
    assert approved["state"] == "approved"
    decision = approved["decision"]
    assert decision["outcome"] == "approved"
    assert decision["by"] == {"id": RITA.id, "name": "rita"}
    assert decision["acknowledged"] == list(POINTERS)
    assert decision["note"] == "Fine."
    first, second = await review.told()
    assert (first["topic"], first["reviewer"]) == ("review.started", RITA.id)
    assert (second["topic"], second["reviewer"]) == ("review.approved", RITA.id)
    assert second["acknowledged"] == list(POINTERS)
    assert second["run_id"] == approved["run"]["id"]
    assert second["base_fingerprint"] == approved["run"]["base_fingerprint"]
    assert second["version"]["content_hash"] == approved["content_hash"]


async def test_nobody_approves_what_they_wrote_or_edited(review: Edge, reviewing: str) -> None:
    answer = await approve(review, reviewing, EVE, *POINTERS)
    assert problem(answer) == (409, "four_eyes")
    assert (await review.get(reviewing, ADA)).json()["state"] == "reviewing"
    assert await review.told() == []


async def test_nobody_takes_up_what_they_wrote(review: Edge, pending: str) -> None:
    assert problem(await review.post(f"{pending}/start", EVE)) == (409, "four_eyes")


async def test_a_service_account_decides_nothing(review: Edge, reviewing: str) -> None:
    assert problem(await approve(review, reviewing, ROBOT, *POINTERS)) == (409, "person_required")
    assert problem(await review.post(f"{reviewing}/reject", ROBOT, reason="No.")) == (409, "person_required")


async def test_what_was_not_acknowledged_is_listed(review: Edge, reviewing: str) -> None:
    answer = await approve(review, reviewing, RITA, POINTERS[0])
    assert problem(answer) == (409, "acknowledgement_missing")
    assert answer.json()["params"]["pointers"] == [POINTERS[1]]
    assert POINTERS[1] in answer.json()["detail"]


async def test_a_rejection_needs_a_reason(review: Edge, reviewing: str) -> None:
    for body in ({}, {"reason": ""}, {"reason": "  \n"}):
        assert problem(await review.post(f"{reviewing}/reject", RITA, **body)) == (409, "reason_missing")
    rejected = (await review.post(f"{reviewing}/reject", RITA, reason=" Gold is spelt wrong. ")).json()
    assert rejected["state"] == "rejected"
    assert rejected["decision"]["reason"] == "Gold is spelt wrong."
    (event,) = await review.told()
    assert (event["topic"], event["reason"]) == ("review.rejected", "Gold is spelt wrong.")


async def test_a_rejected_version_is_not_submitted_again(review: Edge, reviewing: str) -> None:
    rejected = (await review.post(f"{reviewing}/reject", RITA, reason="No.")).json()
    again = await review.post("/reviews", ADA, module_id=rejected["module_id"], version=1)
    assert problem(again) == (409, "state_forbids")


async def test_a_pending_review_is_withdrawn_and_submitted_again(review: Edge, pending: str) -> None:
    assert problem(await review.post(f"{pending}/withdraw", RITA)) == (403, "role_missing")
    withdrawn = (await review.post(f"{pending}/withdraw", ADA)).json()
    assert (withdrawn["state"], withdrawn["decision"]["outcome"]) == ("withdrawn", "withdrawn")
    again = await review.post("/reviews", ADA, module_id=withdrawn["module_id"], version=1)
    assert again.status_code == 201
    assert [event["topic"] for event in await review.told()] == ["review.withdrawn", "review.opened"]


async def test_what_is_taken_up_cannot_be_withdrawn(review: Edge, reviewing: str) -> None:
    answer = await review.post(f"{reviewing}/withdraw", ADA)
    assert problem(answer) == (409, "state_forbids")
    assert answer.json()["params"]["by"] == {"id": RITA.id, "name": "rita"}


async def test_a_review_is_taken_up_before_it_is_decided(review: Edge, pending: str) -> None:
    assert problem(await approve(review, pending, RITA, *POINTERS)) == (409, "state_forbids")


async def test_of_two_who_decide_at_once_the_second_learns_what_the_first_did(review: Edge, reviewing: str) -> None:
    answers = await asyncio.gather(
        approve(review, reviewing, RITA, *POINTERS),
        review.post(f"{reviewing}/reject", ROB, reason="Not so fast."),
        approve(review, reviewing, ANNA, *POINTERS),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    done = next(answer.json() for answer in answers if answer.status_code == 200)
    for late in (answer.json() for answer in answers if answer.status_code == 409):
        assert late["code"] == "state_forbids"
        assert late["params"]["state"] == done["state"]
        assert late["params"]["by"] == done["decision"]["by"]
        assert late["params"]["at"].startswith(done["decision"]["at"][:19])
        assert done["decision"]["by"]["name"] in late["detail"]
    assert len(await review.told()) == 1


async def test_developers_do_not_decide(review: Edge, pending: str) -> None:
    for step, body in (("start", {}), ("approve", {}), ("reject", {"reason": "No."})):
        assert problem(await review.post(f"{pending}/{step}", ADA, **body)) == (403, "role_missing")


async def test_an_unknown_review_is_not_found(review: Edge) -> None:
    path = "/reviews/00000000-0000-4000-8000-000000000000"
    assert problem(await review.get(path, ADA)) == (404, "review_unknown")
    assert problem(await review.post(f"{path}/start", RITA)) == (404, "review_unknown")
    assert problem(await review.get("/reviews/x", ADA)) == (422, "invalid_request")


async def test_without_the_gateways_token_nobody_is_answered(review: Edge) -> None:
    assert problem(await review.client.get("/reviews")) == (401, "token_missing")
    assert problem(await review.client.get("/reviews", headers={"Authorization": "Bearer x"})) == (401, "token_invalid")
