"""The PostgreSQL of a test session: embedded, in memory where the machine has such a place, else in a container."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from testcontainers.community.postgres import PostgresContainer

from patchbay.local import postgres
from patchbay.local.postgres import LocalPostgres

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of a random name is made inside it
_ROOM_BYTES = 2 * 1024**3
_IMAGE = "postgres:18"


@contextmanager
def scratch_folder(name: str) -> Generator[Path]:
    """A folder for a server's data, removed at the end; others may pass through it to what they own inside."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES
    folder = Path(tempfile.mkdtemp(prefix=f"patchbay-{name}-", dir=_MEMORY if roomy else None))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def embedded_postgres() -> Generator[LocalPostgres]:
    """A server that forgets everything; a test that wants to restart one takes its own."""
    with scratch_folder("postgres") as folder, LocalPostgres(folder, durable=False, temporary=True) as server:
        yield server


@contextmanager
def any_postgres() -> Generator[str]:
    """The administrator's address of a PostgreSQL 18, for asyncpg."""
    if postgres.installed():
        with embedded_postgres() as server:
            yield server.url
    else:
        with PostgresContainer(_IMAGE, driver=None) as container:
            yield container.get_connection_url()
