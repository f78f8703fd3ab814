"""The main job, on both transports, through the gateway alone."""

from collections.abc import Callable
from io import StringIO
from typing import cast

import pytest
from rich.console import Console

from patchbay.client import Client
from patchbay.demo import SENTENCE, play
from patchbay.errors import Refused
from patchbay.keys import Keys
from patchbay.story import Story
from tests.pipeline.acts import (
    adding_a_field,
    approved,
    audited,
    once,
    passed,
    published,
    ready_for_review,
    reviewed,
    submitted,
)
from tests.pipeline.running import Patchbay, People


async def test_a_sentence_is_published_withdrawn_and_comes_back_with_its_values(patchbay: Patchbay) -> None:
    keys = Keys.kept_in(patchbay.folder, ())
    console = Console(file=StringIO(), width=160)
    await play(patchbay.gateway_url, keys, SENTENCE, Story(SENTENCE, console))
    told = cast("StringIO", console.file).getvalue()
    assert "✕" not in told, told
    for passage in ("Loyalty tier", "acknowledges", "refused as it should be", "parked", "is gone", "is back"):
        assert passage in told, f"“{passage}” is missing in:\n{told}"


async def test_the_whole_story_is_in_the_audit_under_the_people_who_acted(
    people: People, unique: Callable[[str], str]
) -> None:
    name = unique("audited")
    version = await approved(people.developer, people.reviewer, adding_a_field(name, unique("field")))
    await published(people.administrator, version)
    entries = await audited(people.administrator, version["module_id"], "module.published")
    told = {entry["operation"]: entry for entry in entries}
    steps = ["version.drafted", "run.requested", "run.started", "run.passed", "review.opened", "review.started"]
    steps += ["review.approved", "release.authorised", "module.published"]
    assert set(steps) <= set(told)
    assert len([one for one in entries if one["operation"] == "module.published"]) == 1
    assert told["review.approved"]["who"]["name"] == "Remy Reviewer"
    assert told["module.published"]["on_behalf_of"]["name"] == "Ada Administrator"


async def test_publishing_a_second_version_updates_the_entry_and_rolling_back_returns_to_the_first(
    people: People, unique: Callable[[str], str]
) -> None:
    name, first, second = unique("twice"), unique("first"), unique("second")
    version = await approved(people.developer, people.reviewer, adding_a_field(name, first))
    module_id = version["module_id"]
    await published(people.administrator, version)
    await people.developer.save_version(module_id, adding_a_field(name, second), note="another field")
    newer = await passed(people.developer, module_id, 2)
    await reviewed(people.developer, people.reviewer, newer)
    await published(people.administrator, newer)
    assert await fields(people.administrator) >= {second}
    assert first not in await fields(people.administrator)

    entries = [one for one in (await people.administrator.published())["items"] if one["module_id"] == module_id]
    assert [entry["version"] for entry in entries] == [2]

    release = await people.administrator.rollback(module_id, 1)
    assert (await people.administrator.wait_release(release["id"]))["state"] == "live"
    assert first in await fields(people.administrator)
    assert second not in await fields(people.administrator)


async def test_an_edit_after_the_approval_lapses_it(people: People, unique: Callable[[str], str]) -> None:
    name = unique("edited")
    version = await approved(people.developer, people.reviewer, adding_a_field(name, unique("before")))
    await people.developer.save_version(version["module_id"], adding_a_field(name, unique("after")))

    async def state() -> dict[str, str]:
        reviews = await people.reviewer.reviews(module_id=version["module_id"])
        if reviews["items"][0]["state"] != "lapsed":
            raise Refused(409, "not_yet", "The review has not lapsed yet.")
        return reviews["items"][0]

    await once(state, "not_yet")
    with pytest.raises(Refused) as refused:
        await people.administrator.publish(**version)
    assert refused.value.code in {"approval_missing", "state_forbids", "approval_lapsed"}


async def test_nobody_approves_what_he_wrote(people: People, unique: Callable[[str], str]) -> None:
    both = await people.another(unique("both"), "developer", "reviewer")
    version = await ready_for_review(both, adding_a_field(unique("own"), unique("field")))
    review = await submitted(both, version)
    with pytest.raises(Refused) as refused:
        await both.start_review(review["id"])
    assert (refused.value.status, refused.value.code) == (409, "four_eyes")


async def test_what_nobody_approved_is_not_published(people: People, unique: Callable[[str], str]) -> None:
    version = await ready_for_review(people.developer, adding_a_field(unique("bare"), unique("field")))
    await submitted(people.developer, version)
    with pytest.raises(Refused) as refused:
        await people.administrator.publish(**version)
    assert refused.value.status == 409
    assert refused.value.code == "approval_missing"


async def test_what_was_tested_on_another_base_is_not_published(people: People, unique: Callable[[str], str]) -> None:
    one = await approved(people.developer, people.reviewer, adding_a_field(unique("one"), unique("field")))
    other = await approved(people.developer, people.reviewer, adding_a_field(unique("other"), unique("field")))
    await published(people.administrator, one)

    async def publish_the_other() -> dict[str, str]:
        return await people.administrator.publish(**other)

    with pytest.raises(Refused) as refused:
        await once(publish_the_other, "approval_missing")
    assert refused.value.code == "run_stale"


async def fields(client: Client) -> set[str]:
    form = await client.view("Customer", "form")
    return {field["name"] for field in form["fields"]}
