"""A run of the whole suite with the loyalty module, against raw asyncpg doing the same DDL and the same statements.

The floor replays, over the same connection, exactly the statements that a run was seen to send, with their arguments:
what is left is what the plan, the validation, the rules, the permissions and the comparison cost.
"""

import asyncio
from collections.abc import Awaitable, Callable
from statistics import median
from time import perf_counter
from typing import Any

import asyncpg

from shared.crm import base_manifest, example, suite
from shared.engine import Application, SystemClock, apply_plan, plan
from shared.engine.applying import Connection
from shared.engine.scenarios import run_scenario
from shared.patch import Patch, apply, parse
from tests.support.postgres import any_postgres

ROUNDS = 15
SCHEMA = "bench"

Statement = tuple[str, tuple[Any, ...]]


async def play(connection: Connection, patch: Patch) -> None:
    """What a run does between taking the sandbox and giving it back."""
    transaction = connection.transaction()
    await transaction.start()
    base = base_manifest()
    candidate = apply(patch, base)
    await apply_plan(connection, plan(base, candidate, SCHEMA))
    await connection.reload_schema_state()
    application, clock = Application(candidate, SCHEMA), SystemClock()
    for scenario in (*suite().scenarios, *patch.scenarios):
        outcome = await run_scenario(application, connection, scenario, clock)
        assert outcome.ok, outcome.failed
    await transaction.rollback()
    await connection.reload_schema_state()


async def replay(connection: Connection, statements: list[Statement]) -> None:
    for query, arguments in statements:
        if arguments:
            await connection.fetch(query, *arguments)
        else:
            await connection.execute(query)
            if query.startswith("ALTER"):
                await connection.reload_schema_state()
    await connection.reload_schema_state()


async def recorded(connection: Connection, patch: Patch) -> list[Statement]:
    """The statements of one run, in order."""
    statements: list[Statement] = []

    def note(record: Any) -> None:
        statements.append((record.query, tuple(record.args or ())))

    with connection.query_logger(note):
        await play(connection, patch)
        await asyncio.sleep(0)
    return statements


async def timed(work: Callable[[], Awaitable[None]]) -> float:
    started = perf_counter()
    await work()
    return (perf_counter() - started) * 1000


async def measure(url: str) -> None:
    connection = await asyncpg.connect(url)
    patch = parse(example("loyalty"))
    await apply_plan(connection, plan(None, base_manifest(), SCHEMA))
    statements = await recorded(connection, patch)
    await replay(connection, statements)
    ours: list[float] = []
    floor: list[float] = []
    for _ in range(ROUNDS):
        ours.append(await timed(lambda: play(connection, patch)))
        floor.append(await timed(lambda: replay(connection, statements)))
    await connection.close()
    scenarios = (*suite().scenarios, *patch.scenarios)
    steps = sum(len(one.steps) for one in scenarios)
    print(f"{len(scenarios)} scenarios, {steps} steps, {len(statements)} statements; medians of {ROUNDS} rounds")
    print(f"a run          {median(ours):8.1f} ms")
    print(f"raw asyncpg    {median(floor):8.1f} ms")
    print(f"ratio          {median(ours) / median(floor):8.2f}")


if __name__ == "__main__":
    with any_postgres() as address:
        asyncio.run(measure(address))
