"""Each service is killed in the middle of its part of a journey, and the journey still ends published."""

from collections.abc import Callable

from patchbay.client import Json
from tests.faults.processes import kill, process_of
from tests.faults.settling import ONCE, SERVICE_SECONDS, happened_once, persist, settled_within
from tests.pipeline.acts import until_run_ended
from tests.pipeline.running import Patchbay, People, signed_in


async def test_a_journey_on_which_every_service_dies_once_ends_published(
    stack: Patchbay, unique: Callable[[str], str]
) -> None:
    def die(service: str) -> None:
        kill(process_of(stack.pid, f"-m services.{service}"))

    async with signed_in(stack) as people:
        await journey(people, unique("birthday"), die)


async def journey(people: People, field: str, die: Callable[[str], None]) -> None:
    developer, reviewer, administrator = people.developer, people.reviewer, people.administrator
    started = await developer.generate(f"Add {field} (date) to customers.")
    die("generator")
    async with settled_within(SERVICE_SECONDS):
        generation = await developer.wait_generation(started["id"])
    assert generation["state"] == "done", generation
    version: Json = {"module_id": generation["module_id"], "version": 1}
    die("tester")
    async with settled_within(SERVICE_SECONDS):
        run = await persist(lambda: until_run_ended(developer, version["module_id"], 1))
    assert run is not None
    assert run["state"] == "passed", run
    await persist(lambda: developer.submit(**version))
    die("review")
    async with settled_within(SERVICE_SECONDS):
        review = (await persist(lambda: reviewer.reviews(module_id=version["module_id"])) or {})["items"][0]
        await persist(lambda: reviewer.start_review(review["id"]), "state_forbids")
    await persist(lambda: reviewer.approve(review["id"], acknowledged=review["acknowledge"]), "state_forbids")
    die("publisher")
    die("audit")
    async with settled_within(SERVICE_SECONDS):
        release = await persist(lambda: administrator.publish(**version))
    assert release is not None
    die("crm")
    die("gateway")
    async with settled_within(SERVICE_SECONDS):
        ended = await persist(lambda: administrator.wait_release(release["id"]))
        form = await persist(lambda: administrator.view("Customer", "form"))
    assert ended is not None
    assert ended["state"] == "live", ended
    assert form is not None
    assert field in {one["name"] for one in form["fields"]}
    published = await administrator.published_module(version["module_id"])
    assert (published["state"], published["version"]) == ("published", 1)
    await happened_once(administrator, version["module_id"], *ONCE)
