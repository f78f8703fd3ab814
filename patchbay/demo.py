"""The main job, told: one sentence becomes a published module, is withdrawn, and comes back with its values.

Three people do it through the gateway, as three people would; the audit says `via=demo`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from patchbay.client import Client, Json
from patchbay.errors import Refused
from patchbay.keys import DEMO_ROLES, Keys
from patchbay.plan import demo_email
from patchbay.story import Story
from patchbay.walk import Walk, Witness

SENTENCE = (
    "Add a loyalty tier to customers: bronze, silver, gold; default bronze. Orders over 10000 need a delivery note."
)
_RUN_SECONDS = 120
_NEWS_SECONDS = 15
_PROBLEMS_SHOWN = 5


class DemoEnded(Exception):
    """The story ended early, with a negative verdict that has been told already."""


@dataclass(frozen=True)
class Cast:
    """Who plays. Each is signed in as one person."""

    developer: Client
    reviewer: Client
    administrator: Client


async def play(gateway_url: str, keys: Keys, sentence: str, story: Story) -> None:
    """The whole story. Raises DemoEnded when the sentence is refused or the tests fail."""
    async with Client(gateway_url) as developer, Client(gateway_url) as reviewer, Client(gateway_url) as administrator:
        cast = Cast(developer, reviewer, administrator)
        for role, client in zip(DEMO_ROLES, (developer, reviewer, administrator), strict=True):
            await client.sign_in(demo_email(role), keys.people[role], via="demo")
        version = await _describe(cast, sentence, story)
        await _await_verdict(cast, version, story)
        await _review(cast, version, story)
        await _release(cast, version, "publish", story)
        witnesses = await _look_at_the_live_crm(cast, version, story)
        await _release(cast, version, "unpublish", story)
        await _look_for_what_is_gone(cast, version, witnesses, story)
        await _release(cast, version, "publish", story)
        await _look_for_what_is_back(cast, witnesses, story)


async def _describe(cast: Cast, sentence: str, story: Story) -> Json:
    story.act("developer", f"“{sentence}”")
    try:
        started = await cast.developer.generate(sentence)
    except Refused as refused:
        story.bad(refused.detail)
        raise DemoEnded from refused
    with story.waiting("A patch is being written …"):
        generation = await cast.developer.wait_generation(started["id"])
    if generation["state"] != "done":
        story.bad(story.pick(generation["message"]))
        raise DemoEnded
    version = await cast.developer.version(generation["module_id"], generation["version"])
    story.good(f"patch `{version['module']}`, version {version['version']}, written by {generation['model']['name']}")
    for part in version["explanation"]:
        story.line(story.pick(part))
    return version


async def _await_verdict(cast: Cast, version: Json, story: Story) -> None:
    story.act("developer", "waits for the tests, which start by themselves")
    with story.waiting("The CRM suite runs in a sandbox …"):
        run = await _finished_run(cast.developer, version)
    if run["state"] != "passed":
        for problem in run["problems"][:_PROBLEMS_SHOWN]:
            story.bad(f"{problem.get('scenario')}: {story.pick(problem.get('cause') or problem.get('code') or '')}")
        if len(run["problems"]) > _PROBLEMS_SHOWN:
            story.line(f"and {len(run['problems']) - _PROBLEMS_SHOWN} more: see the run in the console")
        raise DemoEnded
    tally = run["tally"]
    story.good(f"{tally['passed']} of {tally['total']} scenarios passed in {tally['seconds']:.2f} s, in a sandbox")
    story.good("withdrawal rehearsed: published, withdrawn, published again; schema and values compared")
    await _when_heard(lambda: cast.developer.submit(version["module_id"], version["version"]), "run_missing")
    story.good("submitted for review")


async def _finished_run(client: Client, version: Json) -> Json:
    async with asyncio.timeout(_RUN_SECONDS):
        while True:
            runs = (await client.runs(version["module_id"], version["version"]))["items"]
            if runs:
                return await client.wait_run(runs[0]["id"], _RUN_SECONDS)
            await asyncio.sleep(0.05)


async def _review(cast: Cast, version: Json, story: Story) -> None:
    story.act("reviewer", "who wrote none of it, reads the change and the evidence")
    review = (await cast.reviewer.reviews(module_id=version["module_id"]))["items"][0]
    await cast.reviewer.start_review(review["id"])
    sentences = {part["pointer"]: story.pick(part) for part in version["explanation"]}
    for pointer in review["acknowledge"]:
        story.good(f"acknowledges: {sentences.get(pointer, pointer)}")
    await cast.reviewer.approve(review["id"], acknowledged=review["acknowledge"])
    story.good(f"approves this very content, {review['content_hash'][:19]}…")


async def _release(cast: Cast, version: Json, kind: str, story: Story) -> None:
    words = {"publish": "publishes it (上架)", "unpublish": "withdraws it (下架)"}
    story.act("administrator", words[kind])
    module_id = version["module_id"]
    if kind == "publish":
        publish = partial(cast.administrator.publish, module_id, version["version"])
        release = await _when_heard(publish, "approval_missing")
    else:
        release = await cast.administrator.unpublish(module_id)
    release = await cast.administrator.wait_release(release["id"])
    if release["state"] != "live":
        story.bad(f"the CRM could not obey: {release['code']} {release['params'] or ''}")
        raise DemoEnded
    story.good("the live CRM has changed, without a restart")


async def _when_heard(act: Callable[[], Awaitable[Json]], code: str) -> Json:
    """Each service decides from what it has heard itself; the news of a moment ago may still be on its way."""
    async with asyncio.timeout(_NEWS_SECONDS):
        while True:
            try:
                return await act()
            except Refused as refused:
                if refused.code != code:
                    raise
            await asyncio.sleep(0.05)


async def _look_at_the_live_crm(cast: Cast, version: Json, story: Story) -> list[Witness]:
    """The new fields are in the forms, and the module's own scenarios hold on the live CRM."""
    for entity, name in _new_fields(version):
        form = await cast.administrator.view(entity, "form", language=story.language)
        label = next(field["label"] for field in form["fields"] if field["name"] == name)
        story.good(f"{entity}: the form shows “{label}”")
    walk = Walk(cast.administrator)
    for scenario in version["patch"].get("scenarios", []):
        await walk.take(scenario)
    for refused in walk.refusals:
        for problem in refused.problems or ({"detail": refused.detail},):
            story.good(f"refused as it should be: {story.pick(problem.get('message') or problem['detail'])}")
    for surprise in walk.surprises:
        story.bad(surprise)
    witnesses = await _witnesses(cast, version, walk)
    await walk.clean(keep={witness.record_id for witness in witnesses})
    for witness in witnesses:
        story.line(f"{witness.entity} {witness.record_id[:8]} keeps {witness.field} = {witness.value}")
    return witnesses


async def _witnesses(cast: Cast, version: Json, walk: Walk) -> list[Witness]:
    """One record for each new field that holds a value."""
    found: dict[tuple[str, str], Witness] = {}
    for entity, record_id in walk.made:
        record = await cast.administrator.record(entity, record_id)
        for owner, name in _new_fields(version):
            if owner == entity and record.get(name) is not None:
                found.setdefault((owner, name), Witness(entity, record_id, name, record[name]))
    return list(found.values())


async def _look_for_what_is_gone(cast: Cast, version: Json, witnesses: list[Witness], story: Story) -> None:
    for entity, name in _new_fields(version):
        form = await cast.administrator.view(entity, "form", language=story.language)
        _tell(
            story, all(field["name"] != name for field in form["fields"]), f"{entity}: `{name}` is gone from the form"
        )
    for witness in witnesses:
        record = await cast.administrator.record(witness.entity, witness.record_id)
        _tell(story, witness.field not in record, f"{witness.entity} {witness.record_id[:8]}: its value is parked")
    for scenario in version["patch"].get("scenarios", []):
        if _breaks_a_rule(scenario):
            walk = Walk(cast.administrator)
            await walk.take(scenario)
            _tell(story, not walk.refusals, f"the rule is gone: “{story.pick(scenario['title'])}” is accepted again")
            await walk.clean()


async def _look_for_what_is_back(cast: Cast, witnesses: list[Witness], story: Story) -> None:
    for witness in witnesses:
        record = await cast.administrator.record(witness.entity, witness.record_id)
        text = f"{witness.entity} {witness.record_id[:8]}: {witness.field} = {record.get(witness.field)} is back"
        _tell(story, record.get(witness.field) == witness.value, text)


def _tell(story: Story, held: Any, text: str) -> None:
    (story.good if held else story.bad)(text)


def _new_fields(version: Json) -> list[tuple[str, str]]:
    operations = version["patch"]["operations"]
    return [(one["entity"], one["field"]["name"]) for one in operations if one["op"] == "add_field"]


def _breaks_a_rule(scenario: Json) -> bool:
    return any(step.get("fails") == "rule_broken" for step in scenario["steps"])
