"""The scenarios that the built-in rules write: they hold on a real application, and not without the patch."""

import datetime
from collections.abc import AsyncGenerator

import asyncpg
import pytest

from services.generator.phrasebook.advance import advance
from services.generator.phrasebook.reading import FORMS, read
from shared.crm import base_manifest
from shared.engine.application import Application
from shared.engine.applying import apply_plan
from shared.engine.people import FixedClock
from shared.engine.plan import plan
from shared.engine.scenarios import run_scenario
from shared.patch import Manifest, Patch, apply

CLOCK = FixedClock(datetime.datetime(2026, 3, 31, 9, 30, tzinfo=datetime.UTC))
MODULE = {"name": "module", "title": {"en": "Module", "zh": "模块"}}
EXAMPLES = [example for form in FORMS for example in form.examples]


@pytest.fixture
async def connection(database: str) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


def written(example: str) -> Patch:
    reading = read(example, base_manifest(), advance)
    return Patch.model_validate(
        {"patch": "1", "module": MODULE, "operations": reading.operations, "scenarios": reading.scenarios}
    )


async def failures(connection: asyncpg.Connection, manifest: Manifest, patch: Patch) -> list[str]:
    """Scenarios of the patch that fail on that manifest, each with its step; nothing stays in the database."""
    transaction = connection.transaction()
    await transaction.start()
    await apply_plan(connection, plan(None, manifest, "proofs"))
    application = Application(manifest, "proofs")
    outcomes = [await run_scenario(application, connection, one, CLOCK) for one in patch.scenarios]
    await transaction.rollback()
    return [f"{one.scenario.name}: {one.failed}" for one in outcomes if not one.ok]


async def test_every_scenario_of_every_example_holds(connection: asyncpg.Connection) -> None:
    for example in EXAMPLES:
        patch = written(example)
        assert await failures(connection, apply(patch, base_manifest()), patch) == [], example


async def test_without_the_change_the_scenarios_notice(connection: asyncpg.Connection) -> None:
    for example in EXAMPLES:
        patch = written(example)
        assert await failures(connection, base_manifest(), patch) or not patch.scenarios, example


def test_most_forms_prove_what_they_write() -> None:
    without = {form.name for form in FORMS if not any(written(example).scenarios for example in form.examples)}
    assert without == {"relabel"}
