"""The embedded mode's one process is killed in the middle of a publish: nothing is left running, nothing half done."""

import asyncio
from collections.abc import Callable

import pytest

from patchbay.client import Client
from tests.faults.processes import below, left_of
from tests.faults.settling import SERVICE_SECONDS, happened_once, persist, settled_within
from tests.pipeline.acts import adding_a_field, approved
from tests.pipeline.running import Patchbay, signed_in

_ENDING_SECONDS = 15


@pytest.mark.parametrize("moment", ["asked", "accepted"])
async def test_a_publish_cut_off_by_a_kill_is_old_or_new_and_ends_new(
    embedded: Patchbay, unique: Callable[[str], str], moment: str
) -> None:
    field = unique("field")
    async with signed_in(embedded) as people:
        version = await approved(people.developer, people.reviewer, adding_a_field(unique("cut"), field))
        publishing = asyncio.create_task(persist(lambda: people.administrator.publish(**version)))
        await asyncio.wait([publishing], timeout=0.02 if moment == "asked" else None)
        started = below(embedded.pid)
        embedded.kill()
        publishing.cancel()
        await asyncio.wait([publishing])
    assert left_of(started, _ENDING_SECONDS) == []
    await asyncio.to_thread(embedded.start)
    async with signed_in(embedded) as people:
        assert await knows(people.administrator, field) == await takes(people.administrator, field)
        async with settled_within(SERVICE_SECONDS):
            release = await persist(lambda: people.administrator.publish(**version), "release_in_flight")
            release = release or (await people.administrator.releases(version["module_id"]))["items"][0]
            assert (await people.administrator.wait_release(release["id"]))["state"] == "live"
        assert await knows(people.administrator, field)
        assert await takes(people.administrator, field)
        await happened_once(people.administrator, version["module_id"], "release.authorised", "module.published")


async def knows(client: Client, field: str) -> bool:
    """Whether the form shows it."""
    return field in {one["name"] for one in (await client.view("Customer", "form"))["fields"]}


async def takes(client: Client, field: str) -> bool:
    """Whether a record keeps a value of it."""
    page = await client.records("Customer", limit=1)
    return field in page["items"][0]
