"""Asking for a run, by hand and automatically."""

from uuid import uuid4

from tests.services import story
from tests.services.edge import RITA, problem
from tests.services.tester.bench import LOYALTY, NOTE, TIER, Bench, patch_of


async def test_a_run_is_queued_and_its_event_told(tester: Bench) -> None:
    version = await tester.draft(LOYALTY)
    run = (await tester.ask(version)).json()
    assert (run["state"], run["full"], run["content_hash"]) == ("queued", True, version.content_hash)
    assert run["requested_by"] == {"id": "id-ada", "name": "ada", "automatic": False}
    (event,) = await tester.told()
    assert (event["topic"], event["run_id"]) == ("run.requested", run["id"])
    assert event["version"] == version.model_dump(mode="json")


async def test_an_unknown_version_is_refused(tester: Bench) -> None:
    version = story.reference()
    assert problem(await tester.ask(version)) == (409, "version_unknown")


async def test_before_the_host_has_spoken_there_is_nothing_to_test_on(silent: Bench) -> None:
    version = await silent.draft(LOYALTY)
    answer = await silent.ask(version)
    assert problem(answer) == (503, "base_unknown")
    assert answer.headers["retry-after"]


async def test_only_developers_ask(tester: Bench) -> None:
    answer = await tester.post("/runs", RITA, module_id=str(uuid4()), version=1)
    assert problem(answer) == (403, "role_missing")


async def test_asking_twice_is_one_run_and_another_selection_waits(tester: Bench) -> None:
    version = await tester.draft(LOYALTY)
    first = (await tester.ask(version)).json()
    assert (await tester.ask(version)).json()["id"] == first["id"]
    other = await tester.ask(version, entities=["Order"])
    assert problem(other) == (409, "run_open")
    assert other.json()["params"] == {"run_id": first["id"]}
    assert len(await tester.told()) == 1


async def test_an_entity_that_does_not_exist_is_refused_with_the_one_meant(tester: Bench) -> None:
    version = await tester.draft(LOYALTY)
    answer = await tester.ask(version, entities=["Custmer"])
    assert problem(answer) == (422, "entity_unknown")
    assert answer.json()["suggestion"] == "Customer"


async def test_what_is_live_was_tested_before(tester: Bench) -> None:
    version = await tester.draft(LOYALTY)
    await tester.hear(story.live_set(2, version))
    assert problem(await tester.ask(version)) == (409, "state_forbids")


async def test_a_new_version_is_run_by_itself(eager: Bench) -> None:
    await eager.hear(story.live_set(1))
    version = await eager.draft(LOYALTY)
    event = await eager.requested()
    assert event.version == version
    assert (event.cause.actor.id, event.cause.person.name) == ("tester", "ada")


async def test_versions_that_came_before_the_host_spoke_are_run_once_it_has(eager: Bench) -> None:
    first = await eager.draft(patch_of(TIER))
    newest = await eager.draft(patch_of(TIER, NOTE), 2, first.module_id)
    assert await eager.told() == []
    await eager.hear(story.live_set(1))
    assert (await eager.requested()).version == newest
    await eager.hear(story.live_set(2))
    assert await eager.told() == []


async def test_an_older_word_of_the_host_is_ignored(tester: Bench) -> None:
    version = await tester.draft(LOYALTY)
    await tester.hear(story.live_set(3, version), story.live_set(2))
    assert problem(await tester.ask(version)) == (409, "state_forbids")
