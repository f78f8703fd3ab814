"""A sandbox: one long-lived schema that holds the base module, and one connection that nobody else uses.

Everything that a run does happens inside one transaction and is rolled back. The slot's advisory lock is held by the
connection, so two workers never share a schema, whichever machines they are on; a worker that died lets go of it.
"""

from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, Self, TypeVar

import asyncpg

from shared.crm import base_manifest
from shared.engine import apply_plan, empty_schema, plan
from shared.engine.applying import Connection
from shared.patch.manifest import Manifest

STATEMENT_SECONDS = 10
_CONNECT_SECONDS = 5.0
_SLOT_LOCK = 9_142_077
_SLOTS = 1000
# PostgreSQL's settings for a role are only defaults; these hold for the session, and the pool's own clock for the rest.
_LIMITS = {
    "application_name": "patchbay sandbox",
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "idle_in_transaction_session_timeout": "300s",
    "search_path": "pg_catalog",
}


# What says that the database is away, and nothing about a patch.
AWAY = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
)
T = TypeVar("T")


class Defect(Exception):
    """Something went wrong that says something about the patch; `error` is what."""

    def __init__(self, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        self.error = error


def is_away(error: Exception) -> bool:
    """Whether the database is away. A statement that took too long says something about the patch."""
    return isinstance(error, AWAY) and not isinstance(error, asyncpg.QueryCanceledError)


class Sandbox:
    def __init__(self, connection: Connection, schema: str) -> None:
        self.connection = connection
        self.schema = schema

    @classmethod
    async def open(cls, url: str) -> Self:
        """Take a free slot and lay out the base module in it, over whatever a worker before left there."""
        plain = url.replace("postgresql+asyncpg://", "postgresql://", 1)
        connection = await asyncpg.connect(plain, timeout=_CONNECT_SECONDS, server_settings=_LIMITS)
        await _sweep(connection)
        slot = await _take_slot(connection)
        sandbox = cls(connection, f"sandbox_{slot}")
        async with connection.transaction():
            await connection.execute(f'DROP SCHEMA IF EXISTS "{sandbox.schema}" CASCADE')
            await apply_plan(connection, plan(None, base_manifest(), sandbox.schema))
        return sandbox

    async def alive(self) -> bool:
        """Whether the server still knows us. It may have been restarted while nothing was to be done."""
        try:
            await self.connection.execute("SELECT 1")
        except (*AWAY, asyncpg.InternalClientError):
            self.connection.terminate()
            return False
        return True

    @asynccontextmanager
    async def undone(self) -> AsyncGenerator[None]:
        """Whatever happens inside is rolled back; inside another, to its savepoint."""
        transaction = self.connection.transaction()
        await transaction.start()
        try:
            yield
        finally:
            if not self.connection.is_closed():
                await transaction.rollback()

    async def attempt(self, work: Awaitable[T]) -> T:
        """Do it in a savepoint. Whatever goes wrong is raised as a Defect, an outage as it is."""
        try:
            async with self.connection.transaction():
                return await work
        except Exception as error:
            if self.connection.is_closed() or is_away(error):
                raise
            raise Defect(error) from error

    async def change(self, before: Manifest, after: Manifest) -> list[dict[str, Any]]:
        """Lay the schema out anew."""
        findings = await apply_plan(self.connection, plan(before, after, self.schema))
        await self.forget()
        return findings

    async def forget(self) -> None:
        """Forget prepared statements: one that was prepared for another layout fails, and its transaction with it."""
        await self.connection.reload_schema_state()

    async def empty(self) -> None:
        """As every scenario finds it: without a record, and the first of each kind is number one."""
        await empty_schema(self.connection, self.schema)


async def _take_slot(connection: Connection) -> int:
    for slot in range(_SLOTS):
        if await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", _SLOT_LOCK, slot):
            return slot
    raise ConnectionRefusedError("Every sandbox slot is taken.")


async def _sweep(connection: Connection) -> None:
    """The janitor: drop the schemas of slots that nobody holds."""
    names = await connection.fetch("SELECT nspname FROM pg_namespace WHERE nspname ~ '^sandbox_[0-9]+$'")
    for row in names:
        slot = int(row["nspname"].removeprefix("sandbox_"))
        if await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", _SLOT_LOCK, slot):
            await connection.execute(f'DROP SCHEMA IF EXISTS "{row["nspname"]}" CASCADE')
            await connection.execute("SELECT pg_advisory_unlock($1, $2)", _SLOT_LOCK, slot)
