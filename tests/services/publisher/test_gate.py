"""The gate before the live CRM: what lets a version through, and what is named when it lacks."""

from tests.services import story
from tests.services.edge import ADA, ANNA, RITA, Edge, problem
from tests.services.publisher.acts import ask, ready, released


async def test_a_passed_and_approved_version_is_authorised(publisher: Edge) -> None:
    version = story.reference()
    drafted, run, approval = story.drafted(version), story.passed(version), story.approved(version)
    await publisher.hear(approval, run, drafted)
    answer = await ask(publisher, "publish", version, note=" For the spring. ")
    assert answer.status_code == 202
    release = answer.json()
    assert (release["state"], release["kind"], release["note"]) == ("authorised", "publish", "For the spring.")
    assert release["evidence"] == {
        "kind": "gate",
        "run_id": str(run.run_id),
        "review_id": str(approval.review_id),
        "reviewer": RITA.id,
        "base_fingerprint": run.base_fingerprint,
    }
    assert release["before"] == []
    assert release["after"] == [version.model_dump(mode="json")]
    assert release["overdue"] is False
    (event,) = await publisher.told()
    assert event["topic"] == "release.authorised"
    assert event["release_id"] == release["id"]
    assert event["version"] == version.model_dump(mode="json")
    assert (event["before"], event["after"]) == ([], [version.model_dump(mode="json")])
    assert event["patch"] == drafted.patch
    assert event["cause"]["actor"]["id"] == ANNA.id


async def test_everything_that_lacks_is_named(publisher: Edge) -> None:
    version = story.reference()
    assert problem(await ask(publisher, "publish", version)) == (404, "version_unknown")
    await publisher.hear(story.drafted(version, requires=("tiers",)))
    answer = await ask(publisher, "publish", version)
    assert problem(answer) == (409, "run_missing")
    lacks = [lack["code"] for lack in answer.json()["params"]["lacks"]]
    assert lacks == ["run_missing", "approval_missing", "requirement_missing"]
    assert await publisher.told() == []


async def test_a_run_that_does_not_count_is_named(publisher: Edge) -> None:
    version, other = story.reference(), story.reference(module="other")
    await publisher.hear(story.drafted(version), story.approved(version), story.passed(version, full=False))
    assert problem(await ask(publisher, "publish", version)) == (409, "run_selective")
    await publisher.hear(story.passed(version, other, minute=1))
    assert problem(await ask(publisher, "publish", version)) == (409, "run_stale")
    await publisher.hear(story.failed(version, minute=2))
    assert problem(await ask(publisher, "publish", version)) == (409, "run_failed")
    await publisher.hear(story.passed(version, minute=3))
    assert (await ask(publisher, "publish", version)).status_code == 202


async def test_an_approval_of_other_content_or_another_base_does_not_count(publisher: Edge) -> None:
    version, other = story.reference(), story.reference(module="other")
    forged = version.model_copy(update={"content_hash": "sha256:forged"})
    await publisher.hear(story.drafted(version), story.passed(version), story.approved(forged))
    assert problem(await ask(publisher, "publish", version)) == (409, "approval_missing")
    await publisher.hear(story.approved(version, other))
    assert problem(await ask(publisher, "publish", version)) == (409, "approval_stale")


async def test_when_what_is_live_moved_both_run_and_approval_are_stale(publisher: Edge) -> None:
    version, other = story.reference(), story.reference(module="other")
    await ready(publisher, version)
    await ready(publisher, other)
    await released(publisher, 2, "publish", other)
    answer = await ask(publisher, "publish", version)
    assert problem(answer) == (409, "run_stale")
    assert [lack["code"] for lack in answer.json()["params"]["lacks"]] == ["run_stale", "approval_stale"]


async def test_an_edit_lapses_the_approval_whoever_says_so_first(publisher: Edge) -> None:
    version = story.reference()
    approval = story.approved(version)
    await publisher.hear(story.drafted(version), story.passed(version), story.lapsed(approval, 2), approval)
    answer = await ask(publisher, "publish", version)
    assert problem(answer) == (409, "approval_lapsed")
    assert answer.json()["params"]["replaced_by"] == 2


async def test_a_newer_version_alone_lapses_the_approval(publisher: Edge) -> None:
    version = story.reference()
    await ready(publisher, version)
    await publisher.hear(story.drafted(story.reference(2, version.module_id)))
    assert problem(await ask(publisher, "publish", version)) == (409, "approval_lapsed")


async def test_an_approval_by_the_author_or_an_editor_does_not_count(publisher: Edge) -> None:
    version = story.reference()
    await publisher.hear(
        story.drafted(version, editors=(ADA.id, RITA.id)), story.passed(version), story.approved(version)
    )
    assert problem(await ask(publisher, "publish", version)) == (409, "four_eyes")


async def test_what_it_requires_must_be_live(publisher: Edge) -> None:
    tiers, loyalty = story.reference(module="tiers"), story.reference()
    await ready(publisher, loyalty, requires=("tiers",))
    answer = await ask(publisher, "publish", loyalty)
    assert problem(answer) == (409, "requirement_missing")
    assert answer.json()["params"]["requires"] == ["tiers"]
    await ready(publisher, tiers)
    await released(publisher, 2, "publish", tiers)
    await ready(publisher, loyalty, tiers, requires=("tiers",))
    assert (await ask(publisher, "publish", loyalty)).status_code == 202


async def test_what_others_require_is_not_withdrawn(publisher: Edge) -> None:
    tiers, loyalty = story.reference(module="tiers"), story.reference()
    await ready(publisher, tiers)
    await released(publisher, 2, "publish", tiers)
    await ready(publisher, loyalty, tiers, requires=("tiers",))
    await released(publisher, 3, "publish", loyalty)
    answer = await ask(publisher, "unpublish", tiers)
    assert problem(answer) == (409, "dependants")
    assert answer.json()["params"]["dependants"] == ["loyalty"]
    assert (await publisher.get(f"/published/{tiers.module_id}", ADA)).json()["dependants"] == ["loyalty"]


async def test_before_the_host_has_spoken_the_base_is_unknown(silent: Edge) -> None:
    version = story.reference()
    await ready(silent, version)
    answer = await ask(silent, "publish", version)
    assert problem(answer) == (503, "base_unknown")
    assert int(answer.headers["retry-after"]) > 0


async def test_only_administrators_ask_for_releases(publisher: Edge) -> None:
    version = story.reference()
    await ready(publisher, version)
    for who in (ADA, RITA):
        assert problem(await ask(publisher, "publish", version, who)) == (403, "role_missing")


async def test_a_body_that_does_not_fit_is_refused(publisher: Edge) -> None:
    version = story.reference()
    for body in ({"kind": "explode"}, {"module_id": "x"}, {"version": 0}, {"why": "?"}, {"note": "\x00"}):
        assert problem(await ask(publisher, "publish", version, **body)) == (422, "invalid_request")
    answer = await ask(publisher, "publish", version, version=None)
    assert problem(answer) == (422, "version_missing")
    assert answer.json()["pointer"] == "/version"
