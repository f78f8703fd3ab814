"""Every service's schema, brought to its head: one Alembic environment for all of them.

`python -m shared.runtime.migrations revision <service> <title> <admin url>` writes a new migration,
`python -m shared.runtime.migrations check <admin url>` says whether tables and migrations of all services agree.
Starting finds out whether the head is there already without importing Alembic.
"""

import asyncio
import logging
import re
import sys
import threading
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData

ROOT = Path(__file__).parents[2]
ENVIRONMENT = Path(__file__).parent / "alembic"
LOCK = 7_305_112
CONNECT_SECONDS = 5.0
_REVISION = re.compile(r'^revision(?:: str)? = "([^"]+)"', re.MULTILINE)
# Alembic keeps its context in module globals: one upgrade at a time in one process.
_ONE_AT_A_TIME = threading.Lock()


def folder_of(service: str) -> Path:
    return ROOT / "services" / service / "migrations"


async def migrate(service: str, url: str, folder: Path | None = None) -> None:
    """Bring the database to the service's newest migration. Services that start together wait for one another."""
    folder = folder or folder_of(service)
    head, present = head_of(folder), await _present(url)
    if head != present:
        logging.getLogger(f"patchbay.{service}").info("The schema goes from %s to %s.", present or "nothing", head)
        await asyncio.to_thread(_upgrade_alone, folder, url)


def head_of(folder: Path) -> str | None:
    """The newest revision: files are named so that the last one by name is the head."""
    files = sorted(file for file in folder.glob("*.py") if file.name != "__init__.py")
    found = _REVISION.search(files[-1].read_text("utf-8")) if files else None
    return found.group(1) if found else None


async def _present(url: str) -> str | None:
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": CONNECT_SECONDS})
    async with engine.connect() as connection:
        return await _version(connection)


async def _version(connection: AsyncConnection) -> str | None:
    if await connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    return await connection.scalar(text("SELECT version_num FROM alembic_version"))


def _upgrade_alone(folder: Path, url: str) -> None:
    with _ONE_AT_A_TIME:
        asyncio.run(_upgrade(folder, url))


async def _upgrade(folder: Path, url: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": CONNECT_SECONDS})
    async with engine.connect() as connection:
        await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        await connection.execute(text("SET lock_timeout = '4s'"))
        await connection.execute(text("SET statement_timeout = '5s'"))
        await connection.commit()
        await connection.run_sync(lambda sync: run_command("upgrade", folder, sync))
        await connection.commit()


def run_command(
    name: str, folder: Path, connection: "Connection", metadata: "MetaData | None" = None, **rest: Any
) -> Any:
    """One Alembic command (`upgrade`, `check`, `revision`) on an open connection."""
    from alembic import command  # noqa: PLC0415 half a second that a second start does without
    from alembic.config import Config  # noqa: PLC0415 as above

    # Alembic would announce on standard output what it did not find.
    config = Config(stdout=StringIO(), attributes={"connection": connection, "metadata": metadata})
    config.set_main_option("script_location", str(ENVIRONMENT))
    config.set_main_option("version_locations", str(folder))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(rev)s_%%(slug)s")
    if name == "upgrade":
        return command.upgrade(config, "head")
    return getattr(command, name)(config, **rest)


if __name__ == "__main__":
    from shared.runtime.migration_commands import main

    sys.exit(asyncio.run(main(sys.argv[1:])))
