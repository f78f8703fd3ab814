"""A service's database: engine, sessions, the request's transaction, and the one-connection helper.

The application never commits; the edge does. Raising rolls back, returning commits.
"""

from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from sqlalchemy import MetaData, text
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from shared.runtime.tables import NAMING, RuntimeBase

if TYPE_CHECKING:
    import asyncpg

Sessions = async_sessionmaker[AsyncSession]

CONNECT_SECONDS = 5.0
# SQLSTATE classes of a server that is away, full, or going down.
_AWAY = ("08", "53", "57")


def service_base() -> type[DeclarativeBase]:
    """A declarative base of a service's own, whose metadata already holds the runtime's tables."""

    class OwnTables(DeclarativeBase):
        metadata = MetaData(naming_convention=NAMING)

    for table in RuntimeBase.metadata.sorted_tables:
        table.to_metadata(OwnTables.metadata)
    return OwnTables


def open_engine(url: str, *, name: str, connections: int = 5) -> AsyncEngine:
    """An engine that finds out about a restarted server before it hands out a connection. Connects lazily."""
    return create_async_engine(
        url,
        pool_size=connections,
        max_overflow=connections,
        pool_pre_ping=True,
        pool_timeout=CONNECT_SECONDS,
        connect_args={"timeout": CONNECT_SECONDS, "server_settings": {"application_name": name}},
    )


def open_sessions(engine: AsyncEngine, *, wake: Callable[[], None] | None = None) -> Sessions:
    """Sessions on `engine`; `wake` is called after the commit of a transaction that emitted something."""
    return async_sessionmaker(engine, expire_on_commit=False, info={"wake": wake})


async def _transaction(request: Request) -> AsyncGenerator[AsyncSession]:
    sessions: Sessions = request.app.state.sessions
    async with sessions.begin() as session:
        yield session


# scope="function": the commit must run before the response leaves. FastAPI's default since 0.118
# sends the response first, so a failed commit would have answered 201.
Transaction = Annotated[AsyncSession, Depends(_transaction, scope="function")]


async def driver_connection(session: AsyncSession) -> "asyncpg.Connection":
    """The asyncpg connection under the session, inside the session's transaction.

    SQLAlchemy sends BEGIN with its first statement: without one, raw statements on the driver would each commit
    alone. What runs on the connection commits and rolls back with the session.
    """
    await session.flush()
    await session.execute(text("SELECT 1"))
    connection = await session.connection()
    raw = await connection.get_raw_connection()
    driver: asyncpg.Connection | None = raw.driver_connection
    if driver is None or not driver.is_in_transaction():
        raise RuntimeError("The session gave a driver connection without a transaction.")
    return driver


def database_is_away(error: BaseException) -> bool:
    """Whether this is an outage of the database rather than a mistake in a statement."""
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None) or ""
        return error.connection_invalidated or isinstance(error, InterfaceError) or state.startswith(_AWAY)
    state = getattr(error, "sqlstate", None) or ""
    return isinstance(error, (ConnectionError, PoolTimeout, TimeoutError)) or str(state).startswith(_AWAY)
