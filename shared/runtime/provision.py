"""Databases and roles on one PostgreSQL server: one of each per service, so that a cross-service join is impossible."""

import secrets
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

if TYPE_CHECKING:
    import asyncpg

# The services with a database, and two that belong to none: the PostgreSQL transport's and the sandboxes'.
SERVICES = ("generator", "tester", "review", "publisher", "audit", "crm", "gateway")
SHARED = ("bus", "sandbox")


async def provision(
    admin_url: str, passwords: Mapping[str, str] | None = None, names: Iterable[str] = (*SERVICES, *SHARED)
) -> dict[str, str]:
    """Make what is missing, and return the URL of each: `patchbay_<name>`, owned by a role of the same name.

    `admin_url` is a superuser's. `passwords` by name are set on the roles; a role without one gets a new random one
    each time, so who keeps roles across starts keeps the passwords too. May be called again at any time.
    """
    import asyncpg  # noqa: PLC0415 the command line imports this module only to know the names

    connection = await asyncpg.connect(plain(admin_url))
    try:
        known_roles = {row[0] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
        known_databases = {row[0] for row in await connection.fetch("SELECT datname FROM pg_database")}
        urls: dict[str, str] = {}
        for name in names:
            own = f"patchbay_{name}"
            password = (passwords or {}).get(name) or secrets.token_urlsafe(24)
            await _role(connection, own, password, known=own in known_roles)
            if own not in known_databases:
                await connection.execute(f'CREATE DATABASE "{own}" OWNER "{own}" TEMPLATE template0 ENCODING \'UTF8\'')
                await connection.execute(f'REVOKE CONNECT ON DATABASE "{own}" FROM PUBLIC')
            urls[name] = _url(admin_url, own, password)
    finally:
        await connection.close()
    return urls


def plain(url: str) -> str:
    """The URL as asyncpg takes it."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


async def _role(connection: "asyncpg.Connection", name: str, password: str, *, known: bool) -> None:
    # Neither statement takes parameters; quote_literal makes the password safe.
    quoted = await connection.fetchval("SELECT quote_literal($1::text)", password)
    verb = "ALTER" if known else "CREATE"
    await connection.execute(f'{verb} ROLE "{name}" LOGIN PASSWORD {quoted}')


def _url(admin_url: str, own: str, password: str) -> str:
    """The admin's URL with another role, password and database: host, port and socket stay."""
    parts = urlsplit(admin_url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(("postgresql+asyncpg", f"{own}:{quote(password, safe='')}@{host}", f"/{own}", parts.query, ""))
