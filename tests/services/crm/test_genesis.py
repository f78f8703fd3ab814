"""The first boot."""

import asyncio

from services.crm.app import create_app
from services.crm.settings import Settings
from shared.crm import CRM_VERSION, base_manifest
from shared.patch import fingerprint
from tests.services.crm.hosting import ADAM, Host, at_the_host


async def test_a_new_crm_says_once_what_it_runs(settings: Settings, host: Host) -> None:
    (event,) = await host.told()
    assert event["topic"] == "crm.activated"
    assert (event["host"], event["host_sequence"], event["release_id"]) == ("crm", 1, None)
    assert (event["live"], event["crm_version"]) == ([], CRM_VERSION)
    assert event["manifest_fingerprint"] == fingerprint(base_manifest())
    assert [entity["name"] for entity in event["manifest"]["entities"]] == list(base_manifest().visible_entities)
    async with at_the_host(create_app(settings)) as again:
        assert await again.told() == []


async def test_processes_that_start_together_found_it_once(settings: Settings) -> None:
    async def start() -> None:
        async with at_the_host(create_app(settings)):
            pass

    await asyncio.gather(start(), start(), start())
    async with at_the_host(create_app(settings)) as host:
        assert [event["host_sequence"] for event in await host.told()] == [1]


async def test_fixtures_are_records_like_any_other(host: Host) -> None:
    orders = (await host.get("/crm/Order", ADAM)).json()["items"]
    assert {order["status"] for order in orders} == {"pending", "confirmed", "shipped", "completed"}
    assert all(float(order["total"]) < 10000 for order in orders)


async def test_without_fixtures_it_begins_empty(settings: Settings) -> None:
    bare = settings.model_copy(update={"fixtures": False})
    async with at_the_host(create_app(bare)) as host:
        assert (await host.get("/crm/Customer", ADAM)).json() == {"items": [], "next": None}
