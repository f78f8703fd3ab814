"""The CRM's suite on real PostgreSQL: green on the base, and green with the loyalty module."""

from collections.abc import AsyncGenerator, Generator
from uuid import UUID

import asyncpg
import pytest

from shared.crm import base_manifest, example, fixtures, lay_out_fixtures, suite
from shared.engine import Application, RecordRefused, SystemClock, User, apply_plan, plan
from shared.engine.applying import Connection
from shared.engine.scenarios import run_scenario
from shared.patch import Manifest, apply, parse
from shared.patch.scenario import Scenario
from tests.support.databases import Databases

ADMIN = User(id="1", name="Ada", roles=("admin",))
CLOCK = SystemClock()


@pytest.fixture(scope="module")
def url(databases: Databases) -> Generator[str]:
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture
async def connection(url: str) -> AsyncGenerator[Connection]:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


async def install(connection: Connection, manifest: Manifest) -> Application:
    await apply_plan(connection, plan(None, manifest, "app"))
    return Application(manifest, "app")


async def failures(application: Application, connection: Connection, scenarios: tuple[Scenario, ...]) -> list[str]:
    outcomes = [await run_scenario(application, connection, one, CLOCK) for one in scenarios]
    return [f"{one.scenario.name}: {one.failed}" for one in outcomes if not one.ok]


async def test_the_suite_is_green_on_the_base(connection: Connection) -> None:
    application = await install(connection, base_manifest())
    assert await failures(application, connection, suite().scenarios) == []


async def test_the_suite_is_green_with_the_loyalty_module(connection: Connection) -> None:
    patch = parse(example("loyalty"))
    application = await install(connection, apply(patch, base_manifest()))
    assert await failures(application, connection, (*suite().scenarios, *patch.scenarios)) == []


async def test_a_large_order_without_a_note_is_refused_with_the_loyalty_module(connection: Connection) -> None:
    application = await install(connection, apply(parse(example("loyalty")), base_manifest()))
    customer = await application.create(connection, "Customer", {"name": "A", "email": "a@b.example"}, ADMIN, CLOCK)
    assert customer["loyaltyTier"] == "bronze"
    items = [{"product": "Press", "quantity": 1, "unitPrice": "10000.01"}]
    values = {"customer": customer["id"], "items": items}
    with pytest.raises(RecordRefused) as caught:
        await application.create(connection, "Order", values, ADMIN, CLOCK)
    problem = caught.value.problems[0]
    assert (caught.value.code, problem.code) == ("invalid", "rule_broken")
    assert problem.params["rule"] == "large_orders_need_a_delivery_note"
    assert problem.message == {
        "en": "Orders over 10000 need a delivery note.",
        "zh": "金额超过 10000 的订单需要送货单。",
    }
    await application.create(connection, "Order", values | {"deliveryNote": "DN-7"}, ADMIN, CLOCK)


async def test_fixtures_are_laid_out(connection: Connection) -> None:
    application = await install(connection, base_manifest())
    await lay_out_fixtures(application, connection, CLOCK)
    counts = {
        entity: len((await application.query(connection, entity, ADMIN)).items)
        for entity in base_manifest().visible_entities
    }
    expected = {entity: sum(one.entity == entity for one in fixtures()) for entity in counts}
    moves = sum(len(one.transitions) for one in fixtures())
    assert counts == expected | {"OrderTracking": expected["Order"] + moves}
    completed = (await application.query(connection, "Order", ADMIN, where={"status": "completed"})).items
    assert (await application.read(connection, "Order", UUID(completed[0]["id"]), ADMIN))["total"] == "1494.00"
