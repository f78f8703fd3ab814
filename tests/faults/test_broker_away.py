"""RabbitMQ is killed while people work: what they ask for is accepted, and done when it is back."""

import asyncio
from collections.abc import Callable

from patchbay.client import Json
from tests.faults.settling import BROKER_SECONDS, happened_once, persist, settled_within
from tests.pipeline.acts import adding_a_field, approved, passed
from tests.pipeline.running import Patchbay, signed_in
from tests.support.broker import Broker


async def test_what_is_asked_while_the_broker_is_away_is_done_once_when_it_is_back(
    stack: Patchbay, rabbit: Broker, unique: Callable[[str], str]
) -> None:
    async with signed_in(stack) as people:
        ready = await approved(people.developer, people.reviewer, adding_a_field(unique("ready"), unique("field")))
        await persist(lambda: people.administrator.releases(ready["module_id"]))
        await asyncio.to_thread(rabbit.kill)
        try:
            sentences = [f"Add {unique('birthday')} (date) to customers." for _ in range(3)]
            generations = [await people.developer.generate(sentence) for sentence in sentences]
            run = await people.developer.request_run(**ready)
            release: Json | None = await people.administrator.publish(**ready)
        finally:
            await asyncio.to_thread(rabbit.start)
        assert release is not None
        async with settled_within(BROKER_SECONDS):
            assert (await people.administrator.wait_release(release["id"]))["state"] == "live"
            assert (await people.developer.wait_run(run["id"]))["state"] == "passed"
            for generation in generations:
                done = await people.developer.wait_generation(generation["id"])
                assert done["state"] == "done", done
                await passed(people.developer, done["module_id"], done["version"])
        await happened_once(people.administrator, ready["module_id"], "release.authorised", "module.published")
        for generation in generations:
            await happened_once(
                people.administrator, generation["module_id"], "generation.requested", "version.drafted", "run.passed"
            )
