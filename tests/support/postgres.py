"""The PostgreSQL of a test session: embedded, in memory where the machine has such a place, else in a container."""

from collections.abc import Generator
from contextlib import contextmanager

from patchbay.local import postgres
from patchbay.local.postgres import LocalPostgres
from tests.support.folders import scratch_folder


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
        from tests.support.containers import container_postgres  # noqa: PLC0415 - see that module

        with container_postgres() as url:
            yield url
