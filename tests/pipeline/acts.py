"""What people do, in one line each, for tests that begin further on."""

import asyncio
from collections.abc import Awaitable, Callable

from patchbay.client import Client, Json
from patchbay.errors import Refused

WAIT_SECONDS = 60


def adding_a_field(module: str, field: str, entity: str = "Customer") -> Json:
    """A patch of risk L1 that touches nobody else's."""
    return {
        "patch": "1",
        "module": {"name": module, "title": {"en": module, "zh": module}},
        "operations": [{"op": "add_field", "entity": entity, "field": {"name": field, "type": "text"}}],
    }


async def ready_for_review(developer: Client, patch: Json) -> Json:
    """A new module of this patch, whose first version has passed: `{module_id, version}`."""
    module = await developer.import_module(patch)
    return await passed(developer, module["id"], 1)


async def passed(developer: Client, module_id: str, version: int) -> Json:
    """Wait for the verdict that comes by itself."""
    run = await until_run_ended(developer, module_id, version)
    assert run["state"] == "passed", run["problems"]
    return {"module_id": module_id, "version": version}


async def until_run_ended(developer: Client, module_id: str, version: int) -> Json:
    async def newest() -> Json:
        runs = (await developer.runs(module_id, version))["items"]
        if not runs:
            raise Refused(404, "no_run_yet", "The tester has not heard of the version yet.")
        return runs[0]

    run = await once(newest, "no_run_yet")
    return await developer.wait_run(run["id"], WAIT_SECONDS)


async def approved(developer: Client, reviewer: Client, patch: Json) -> Json:
    """A new module of this patch, approved."""
    version = await ready_for_review(developer, patch)
    await reviewed(developer, reviewer, version)
    return version


async def reviewed(developer: Client, reviewer: Client, version: Json) -> None:
    """Submitted, started and approved, with all that is to be acknowledged."""
    review = await submitted(developer, version)
    await reviewer.start_review(review["id"])
    await reviewer.approve(review["id"], acknowledged=review["acknowledge"])


async def submitted(developer: Client, version: Json) -> Json:
    """The review, once the review service has heard of the run."""
    return await once(lambda: developer.submit(**version), "run_missing", "version_unknown")


async def published(administrator: Client, version: Json) -> Json:
    """The release, once the publisher has heard of the approval; it ends live."""
    release = await once(lambda: administrator.publish(**version), "approval_missing", "version_unknown")
    release = await administrator.wait_release(release["id"], WAIT_SECONDS)
    assert release["state"] == "live", release
    return release


async def audited(administrator: Client, module_id: str, *operations: str) -> list[Json]:
    """The module's entries, once these operations are among them: the audit hears of them like everybody else."""

    async def entries() -> Json:
        found = await administrator.audit(module_id=module_id, limit=200)
        if not set(operations) <= {entry["operation"] for entry in found["items"]}:
            raise Refused(404, "not_yet", f"The audit has not heard of all of {operations} yet.")
        return found

    return (await once(entries, "not_yet"))["items"]


async def once(act: Callable[[], Awaitable[Json]], *codes: str) -> Json:
    """Events need a moment to arrive: try again while the refusal is one of these."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            try:
                return await act()
            except Refused as refused:
                if refused.code not in codes:
                    raise
            await asyncio.sleep(0.05)
