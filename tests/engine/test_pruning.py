"""Files that nothing refers to are pruned, and none that anything refers to; also while others write."""

import asyncio
import datetime
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import asyncpg
import pytest

from shared.crm import base_manifest
from shared.engine import FixedClock, RecordRefused, prune_files
from shared.engine.connection import Connection
from tests.engine.filing import PDF, held, kept, named, opened, scanned, sent, upload
from tests.engine.test_waiting import waiting
from tests.engine.workshop import ADMIN, CLOCK, SCHEMA, Record, Workshop, codes, patched
from tests.support.databases import Databases

DAY = datetime.timedelta(days=1)
LATER = CLOCK.now() + DAY


@pytest.fixture
async def office(connection: Connection) -> Workshop:
    return await Workshop.installed(connection, scanned(max_bytes=100, accept=["application/pdf", "image/*"]))


async def pruned(shop: Workshop, later: datetime.timedelta = DAY * 2) -> int:
    """What a pruning so much later than the writes takes away."""
    return await prune_files(shop.connection, SCHEMA, CLOCK.now() + later - DAY)


async def test_files_that_nothing_refers_to_are_pruned_a_day_after_they_were_sent(office: Workshop) -> None:
    await upload(office)
    assert (await pruned(office, DAY / 2), await kept(office)) == (0, 1)
    assert (await pruned(office), await kept(office)) == (1, 0)
    refused = await office.refused("Customer", {"name": "A", "email": "a@a.example", "scan": named()})
    assert codes(refused) == {("scan", "file_missing")}


async def test_a_file_stays_as_long_as_any_record_refers_to_it(office: Workshop) -> None:
    first = await office.customer(scan=sent())
    second = await office.customer(scan=sent(name="b.pdf"), email="b@b.example")
    await upload(office)
    await office.delete("Customer", first["id"])
    assert (await pruned(office), await opened(office, second)) == (0, PDF)
    await office.update("Customer", second["id"], {"scan": sent(b"another")})
    assert (await pruned(office), await kept(office)) == (1, 1)


async def test_who_sends_a_file_again_keeps_it_for_another_day(office: Workshop) -> None:
    await upload(office)
    later = FixedClock(CLOCK.now() + DAY)
    await office.application.upload(office.connection, PDF, ADMIN, later)
    assert (await pruned(office), await pruned(office, DAY * 3)) == (0, 1)


async def test_parked_files_stay_and_come_back(office: Workshop) -> None:
    before = await office.fingerprint()
    customer = await office.customer(scan=sent())
    full = office.manifest
    await office.become(base_manifest())
    assert await pruned(office) == 0
    await office.become(full)
    assert await office.fingerprint() == before
    assert (await office.read("Customer", customer["id"]))["scan"] == held()
    assert await opened(office, customer) == PDF


async def test_a_file_on_a_seed_that_was_taken_away_stays(office: Workshop) -> None:
    seed = {"op": "seed", "entity": "Customer", "rows": [{"name": "acme", "values": SEEDED}]}
    full, seeded = office.manifest, patched(office.manifest, seed, module="seeds")
    await office.become(seeded)
    (record,) = (await office.query("Customer")).items
    await office.update("Customer", record["id"], {"scan": sent()})
    await office.become(full)
    assert ((await office.query("Customer")).items, await pruned(office)) == ([], 0)
    await office.become(seeded)
    assert await opened(office, record) == PDF


SEEDED = {"name": "Acme", "email": "a@a.example"}


async def test_a_schema_without_file_fields_has_nothing_to_prune(shop: Workshop) -> None:
    assert await pruned(shop) == 0


@dataclass(frozen=True)
class Two:
    """A shop in which a file waits for a record, and another connection to it."""

    shop: Workshop
    second: Connection


@pytest.fixture
async def two(databases: Databases) -> AsyncGenerator[Two]:
    url = databases.empty()
    first, second = await asyncpg.connect(url), await asyncpg.connect(url)
    shop = await Workshop.installed(first, scanned())
    await upload(shop)
    yield Two(shop, second)
    await first.close()
    await second.close()
    databases.drop(url)


async def test_a_file_that_somebody_is_attaching_is_left_alone(two: Two) -> None:
    shop = two.shop
    async with shop.connection.transaction():
        customer = await shop.customer(scan=named())
        assert await prune_files(two.second, SCHEMA, LATER) == 0
    assert await prune_files(two.second, SCHEMA, LATER) == 0
    assert await opened(shop, customer) == PDF


@pytest.mark.parametrize("scan", [named(), sent()])
async def test_who_attaches_a_file_that_is_being_pruned_hears_of_it_or_sends_it_anew(two: Two, scan: Record) -> None:
    shop = two.shop
    async with two.second.transaction():
        assert await prune_files(two.second, SCHEMA, LATER) == 1
        attaching = asyncio.create_task(shop.customer(scan=scan))
        await waiting(two.second)
    if "content" in scan:
        assert await opened(shop, await attaching) == PDF
    else:
        with pytest.raises(RecordRefused) as caught:
            await attaching
        assert codes(caught.value) == {("scan", "file_missing")}
