"""The first boot: install the base module, lay out the fixtures if wanted, and say so to everybody."""

from services.crm.application import SCHEMA, lock_host, newest_activation
from services.crm.tables import Activation
from services.crm.telling import tell_genesis
from shared.crm import CRM_VERSION, base_manifest, lay_out_fixtures
from shared.engine import Application, SystemClock, apply_plan, plan, schema_fingerprint
from shared.patch import fingerprint
from shared.runtime.database import Sessions, driver_connection


async def found_crm(sessions: Sessions, host_name: str, *, fixtures: bool) -> None:
    """Make the CRM unless it is there. Processes that start together wait for one another here."""
    async with sessions.begin() as session:
        connection = await driver_connection(session)
        await lock_host(connection)
        if await newest_activation(session) is not None:
            return
        manifest = base_manifest()
        await apply_plan(connection, plan(None, manifest, SCHEMA))
        if fixtures:
            await lay_out_fixtures(Application(manifest, SCHEMA), connection, SystemClock())
        activation = Activation(
            host_sequence=1,
            release_id=None,
            crm_version=CRM_VERSION,
            live=[],
            manifest=manifest.model_dump(mode="json"),
            manifest_fingerprint=fingerprint(manifest),
            schema_fingerprint=await schema_fingerprint(connection, SCHEMA),
            findings=[],
        )
        session.add(activation)
        await tell_genesis(session, activation, host_name)
