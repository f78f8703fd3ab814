"""What the host answers settles the release, moves the registry, and is told to the world."""

import asyncio

from tests.services import story
from tests.services.edge import ADA, ANNA, Edge, problem
from tests.services.publisher.acts import ask, entry, obey, ready, refuse, released


async def test_the_host_obeys_and_the_module_is_published(publisher: Edge) -> None:
    version = story.reference()
    await ready(publisher, version)
    release = (await ask(publisher, "publish", version)).json()
    await publisher.told()
    await obey(publisher, 2, release)
    (event,) = await publisher.told()
    assert event["topic"] == "module.published"
    assert (event["release_id"], event["kind"], event["replaces"]) == (release["id"], "publish", None)
    assert event["title"] == "Loyalty"
    assert event["cause"]["actor"]["id"] == "publisher"
    settled = (await publisher.get(f"/releases/{release['id']}", ADA)).json()
    assert settled["state"] == "live"
    assert settled["settled_at"] is not None
    row = await entry(publisher, version)
    assert (row["state"], row["version"], row["release_id"]) == ("published", 1, release["id"])
    assert row["published_by"] == {"id": ANNA.id, "name": "anna"}
    assert [live["version"] for live in row["versions"]] == [1]


async def test_the_host_says_it_twice_and_it_is_told_once(publisher: Edge) -> None:
    version = story.reference()
    await ready(publisher, version)
    release = (await ask(publisher, "publish", version)).json()
    await publisher.told()
    await obey(publisher, 2, release)
    await obey(publisher, 2, release)
    assert [event["topic"] for event in await publisher.told()] == ["module.published"]


async def test_publishing_what_is_live_changes_nothing(publisher: Edge) -> None:
    version = story.reference()
    await ready(publisher, version)
    release = await released(publisher, 2, "publish", version)
    answer = await ask(publisher, "publish", version)
    assert answer.status_code == 200
    assert answer.json()["id"] == release["id"]
    assert await publisher.told() == []


async def test_a_withdrawn_module_is_published_again_on_its_earlier_approval(publisher: Edge) -> None:
    version = story.reference()
    await ready(publisher, version)
    await released(publisher, 2, "publish", version)
    answer = await ask(publisher, "unpublish", version, version=None)
    (event,) = await publisher.told()
    assert (event["topic"], event["kind"], event["patch"]) == ("release.authorised", "unpublish", None)
    assert (event["before"], event["after"]) == ([version.model_dump(mode="json")], [])
    await obey(publisher, 3, answer.json())
    assert [event["topic"] for event in await publisher.told()] == ["module.unpublished"]
    row = await entry(publisher, version)
    assert (row["state"], row["unpublished_by"]["name"]) == ("unpublished", "anna")
    await publisher.hear(story.drafted(story.reference(2, version.module_id)))
    again = await released(publisher, 4, "publish", version)
    row = await entry(publisher, version)
    assert (row["state"], row["release_id"], row["unpublished_at"]) == ("published", again["id"], None)
    listed = (await publisher.get("/published", ADA)).json()["items"]
    assert [item["module_id"] for item in listed] == [str(version.module_id)]


async def test_a_newer_version_takes_the_place_of_the_older(publisher: Edge) -> None:
    first, other = story.reference(), story.reference(module="other")
    second = story.reference(2, first.module_id)
    await ready(publisher, first)
    await released(publisher, 2, "publish", first)
    await ready(publisher, other, first)
    await released(publisher, 3, "publish", other)
    await ready(publisher, second, other)
    release = (await ask(publisher, "publish", second)).json()
    assert [version["content_hash"] for version in release["after"]] == [second.content_hash, other.content_hash]
    assert release["replaces"] == 1
    await publisher.told()
    await obey(publisher, 4, release)
    (event,) = await publisher.told()
    assert (event["topic"], event["replaces"]) == ("module.published", 1)
    assert (await entry(publisher, first))["version"] == 2


async def test_a_rollback_rests_on_the_earlier_publication_and_repeats_without_effect(publisher: Edge) -> None:
    first = story.reference()
    second = story.reference(2, first.module_id)
    await ready(publisher, first)
    earlier = await released(publisher, 2, "publish", first)
    await ready(publisher, second)
    await released(publisher, 3, "publish", second)
    release = (await ask(publisher, "rollback", first)).json()
    assert (release["kind"], release["replaces"]) == ("rollback", 2)
    assert release["evidence"]["kind"] == "earlier_publication"
    assert release["evidence"]["release_id"] == earlier["id"]
    await publisher.told()
    await obey(publisher, 4, release)
    (event,) = await publisher.told()
    assert (event["topic"], event["version"]["version"], event["replaces"]) == ("module.rolled_back", 1, 2)
    row = await entry(publisher, first)
    assert (row["state"], row["version"]) == ("published", 1)
    assert [(live["version"], live["kind"]) for live in row["versions"]] == [
        (1, "rollback"),
        (2, "publish"),
        (1, "publish"),
    ]
    again = await ask(publisher, "rollback", first)
    assert (again.status_code, again.json()["id"]) == (200, release["id"])
    assert await publisher.told() == []


async def test_there_is_no_rollback_to_what_was_never_live(publisher: Edge) -> None:
    first = story.reference()
    second = story.reference(2, first.module_id)
    await ready(publisher, first)
    assert problem(await ask(publisher, "rollback", first)) == (409, "not_published")
    await released(publisher, 2, "publish", first)
    await publisher.hear(story.drafted(second))
    assert problem(await ask(publisher, "rollback", second)) == (409, "never_live")
    assert problem(await ask(publisher, "rollback", first, version=9)) == (404, "version_unknown")
    assert problem(await ask(publisher, "rollback", first, version=None)) == (422, "version_missing")


async def test_only_what_is_live_is_withdrawn(publisher: Edge) -> None:
    version = story.reference()
    await ready(publisher, version)
    assert problem(await ask(publisher, "unpublish", version)) == (409, "not_published")
    await released(publisher, 2, "publish", version)
    assert problem(await ask(publisher, "unpublish", version, version=2)) == (409, "version_not_live")
    release = await released(publisher, 3, "unpublish", version)
    again = await ask(publisher, "unpublish", version)
    assert (again.status_code, again.json()["id"]) == (200, release["id"])


async def test_one_release_at_a_time(publisher: Edge) -> None:
    one, two = story.reference(module="one"), story.reference(module="two")
    await ready(publisher, one)
    await ready(publisher, two)
    answers = await asyncio.gather(ask(publisher, "publish", one), ask(publisher, "publish", two))
    assert sorted(answer.status_code for answer in answers) == [202, 409]
    first = next(answer.json() for answer in answers if answer.status_code == 202)
    late = next(answer for answer in answers if answer.status_code == 409)
    assert problem(late) == (409, "release_in_flight")
    assert late.json()["params"]["release_id"] == first["id"]
    assert len(await publisher.told()) == 1


async def test_a_release_that_failed_says_why_and_may_be_asked_for_again(publisher: Edge) -> None:
    version = story.reference()
    await ready(publisher, version)
    release = (await ask(publisher, "publish", version)).json()
    await publisher.told()
    await refuse(publisher, release)
    (event,) = await publisher.told()
    assert (event["topic"], event["code"], event["params"]) == ("release.failed", "apply_failed", {"why": "lock"})
    failed = (await publisher.get(f"/releases/{release['id']}", ADA)).json()
    assert (failed["state"], failed["code"], failed["params"]) == ("failed", "apply_failed", {"why": "lock"})
    assert problem(await publisher.get(f"/published/{version.module_id}", ADA)) == (404, "never_published")
    assert (await ask(publisher, "publish", version)).status_code == 202


async def test_the_hosts_word_wins_over_a_failure_it_reported_before(publisher: Edge) -> None:
    version = story.reference()
    await ready(publisher, version)
    release = (await ask(publisher, "publish", version)).json()
    await refuse(publisher, release)
    await obey(publisher, 2, release)
    await refuse(publisher, release)
    assert (await publisher.get(f"/releases/{release['id']}", ADA)).json()["state"] == "live"
    assert (await entry(publisher, version))["state"] == "published"


async def test_an_order_that_is_not_answered_is_sent_again_under_the_same_id(impatient: Edge) -> None:
    version = story.reference()
    await ready(impatient, version)
    release = (await ask(impatient, "publish", version)).json()
    assert release["overdue"] is True
    assert problem(await ask(impatient, "publish", version)) == (409, "release_in_flight")
    path = f"/releases/{release['id']}/resend"
    assert problem(await impatient.post(path, ADA)) == (403, "role_missing")
    again = await impatient.post(path, ANNA)
    assert (again.status_code, again.json()["times_sent"]) == (202, 2)
    first, second = await impatient.told()
    assert first["id"] != second["id"]
    assert {key: first[key] for key in ("release_id", "before", "after", "patch")} == {
        key: second[key] for key in ("release_id", "before", "after", "patch")
    }
    await obey(impatient, 2, release)
    assert problem(await impatient.post(path, ANNA)) == (409, "release_settled")


async def test_an_order_is_not_sent_again_before_its_time(publisher: Edge) -> None:
    version = story.reference()
    await ready(publisher, version)
    release = (await ask(publisher, "publish", version)).json()
    assert problem(await publisher.post(f"/releases/{release['id']}/resend", ANNA)) == (409, "release_under_way")
