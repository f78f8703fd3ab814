"""The sandbox: nothing that happens in it stays, and nobody shares it."""

import asyncpg
import pytest

from services.tester.evidence import Job, Report, Told
from services.tester.sandbox import Defect, Sandbox
from services.tester.trial import try_out
from shared.engine import schema_fingerprint
from shared.patch import parse
from tests.services.tester.bench import LOYALTY

JOB = {
    "run_id": "00000000-0000-4000-8000-000000000001",
    "author_id": "id-ada",
    "author_roles": ("sales",),
    "base": (),
    "live": (),
}


async def try_loyalty(sandbox: Sandbox) -> Report:
    told: list[Told] = []
    assert parse(LOYALTY)
    return await try_out(sandbox, Job.model_validate({**JOB, "patch": LOYALTY, "candidate": (LOYALTY,)}), told.append)


async def schemas(database: str) -> list[str]:
    connection = await asyncpg.connect(database)
    try:
        rows = await connection.fetch("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'sandbox%' ORDER BY 1")
        return [row["nspname"] for row in rows]
    finally:
        await connection.close()


async def test_a_run_leaves_no_trace(database: str) -> None:
    sandbox = await Sandbox.open(database)
    before = await schema_fingerprint(sandbox.connection, sandbox.schema)
    first = await try_loyalty(sandbox)
    second = await try_loyalty(sandbox)
    assert first.passed
    assert second.passed
    assert await schema_fingerprint(sandbox.connection, sandbox.schema) == before
    count = await sandbox.connection.fetchval(f'SELECT count(*) FROM {sandbox.schema}."Customer"')
    assert count == 0
    await sandbox.connection.close()


async def test_every_worker_has_a_schema_of_its_own_and_leftovers_are_dropped(database: str) -> None:
    first, second = await Sandbox.open(database), await Sandbox.open(database)
    assert [first.schema, second.schema] == ["sandbox_0", "sandbox_1"]
    await second.connection.close()
    third = await Sandbox.open(database)
    assert third.schema == "sandbox_1"
    await third.connection.close()
    await first.connection.close()
    last = await Sandbox.open(database)
    assert await schemas(database) == ["sandbox_0"]
    await last.connection.close()


async def test_a_statement_that_takes_too_long_is_stopped_and_says_so(database: str) -> None:
    sandbox = await Sandbox.open(database)
    await sandbox.connection.execute("SET statement_timeout = '50ms'")
    async with sandbox.undone():
        with pytest.raises(Defect, match="QueryCanceledError"):
            await sandbox.attempt(sandbox.connection.execute("SELECT pg_sleep(5)"))
        assert await sandbox.connection.fetchval("SELECT 1") == 1
    await sandbox.connection.close()


async def test_a_sandbox_knows_when_the_server_has_left_it(database: str) -> None:
    sandbox = await Sandbox.open(database)
    assert await sandbox.alive()
    other = await asyncpg.connect(database)
    await other.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'patchbay sandbox'"
    )
    await other.close()
    assert not await sandbox.alive()
