"""The application that runs now. Each process compiles it once per activation, and sees a new one without a restart."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.crm.tables import Activation
from shared.engine import Application
from shared.engine.applying import Connection
from shared.patch.manifest import Manifest
from shared.runtime.database import driver_connection
from shared.runtime.errors import Unavailable

SCHEMA = "crm"
# One number for one lock in the host's own database: whoever uses the CRM shares it, an activation has it alone.
_HOST_LOCK = 4_837_261


async def share_host(connection: Connection) -> None:
    """No schema changes before the transaction ends."""
    await connection.execute("SELECT pg_advisory_xact_lock_shared($1)", _HOST_LOCK)


class BaseUnknown(Unavailable):
    default_code = "base_unknown"


@dataclass(frozen=True)
class Running:
    """What runs now, and the connection, inside the request's transaction, to use it on."""

    activation: Activation
    application: Application
    connection: Connection


class Applications:
    """Keeps the newest application compiled. A request shares the host lock: no schema changes under it."""

    def __init__(self) -> None:
        self._held: tuple[Activation, Application] | None = None
        # What each connection was last used for: its prepared statements are of that schema.
        self._used = WeakKeyDictionary[Connection, int]()

    async def running(self, session: AsyncSession) -> Running:
        connection = await driver_connection(session)
        await share_host(connection)
        sequence = await connection.fetchval("SELECT max(host_sequence) FROM activations")
        if self._held is None or self._held[0].host_sequence != sequence:
            self._held = await _load(session)
        activation, application = self._held
        if self._used.get(connection) != sequence:
            await connection.reload_schema_state()
            self._used[connection] = sequence
        return Running(activation, application, connection)


async def _load(session: AsyncSession) -> tuple[Activation, Application]:
    activation = await newest_activation(session)
    if activation is None:
        raise BaseUnknown("The CRM is being set up. Try again in a few seconds.", retry_after=1)
    # It outlives the session, whose rollback would otherwise expire it.
    session.expunge(activation)
    return activation, Application(Manifest.model_validate(activation.manifest), SCHEMA)


async def newest_activation(session: AsyncSession) -> Activation | None:
    newest = select(Activation).order_by(Activation.host_sequence.desc()).limit(1)
    return (await session.scalars(newest)).first()


async def lock_host(connection: Connection) -> None:
    """Wait until no request uses the CRM, and have it alone until the transaction ends."""
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _HOST_LOCK)
