"""Obey a release: go from one live set to the next in one transaction, or stay and say why.

Invariants:
1. Schema, records, metadata, the inbox and the outbox row commit together: a kill leaves the old CRM or the new one.
2. A release is obeyed once; one that was answered before changes nothing and says nothing.
3. What is wrong with a release is answered with `crm.activation_failed`. An outage is raised: the order comes again.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.crm.application import SCHEMA, lock_host, newest_activation
from services.crm.probing import ProbeFailed, probe
from services.crm.tables import Activation, AnsweredRelease, StoredPatch
from services.crm.telling import tell_activation, tell_failure
from shared.contracts.event import VersionRef
from shared.contracts.publishing import ReleaseAuthorised
from shared.crm import CRM_VERSION, base_manifest
from shared.engine import Application, apply_plan, plan, schema_fingerprint
from shared.engine.applying import Connection
from shared.patch import content_hash, fingerprint, parse
from shared.patch.errors import Refusal
from shared.patch.liveset import fold
from shared.patch.manifest import Manifest
from shared.runtime.database import database_is_away, driver_connection

_LOCK_TIMEOUT = "100ms"
_PATIENCE = 40
_PAUSE_SECONDS = 0.1


class ReleaseRefused(Exception):
    """The host stays as it is; `code` and `params` say why."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


async def obey_release(session: AsyncSession, order: ReleaseAuthorised, host_name: str) -> None:
    """Activate what the order says, or answer why not. Raises only when the database is away."""
    try:
        activation = await _activate_with_patience(session, order)
    except ReleaseRefused as refused:
        await _answer(session, order, code=refused.code, params=refused.params)
        await tell_failure(session, order, host_name, refused.code, refused.params)
        return
    if activation is not None:
        await _answer(session, order, host_sequence=activation.host_sequence)
        await tell_activation(session, activation, host_name, order)


async def _activate_with_patience(session: AsyncSession, order: ReleaseAuthorised) -> Activation | None:
    """Each try is a savepoint that waits for a lock only briefly: whoever queues behind it is not held up."""
    for _ in range(_PATIENCE):
        try:
            async with session.begin_nested():
                # Asked for inside: SQLAlchemy sends SAVEPOINT, too, only with its own first statement.
                connection = await driver_connection(session)
                await connection.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
                return await _activate(session, connection, order)
        except asyncpg.LockNotAvailableError:
            await asyncio.sleep(_PAUSE_SECONDS)
        except ReleaseRefused:
            raise
        except Refusal as refusal:
            raise ReleaseRefused(refusal.code, **refusal.params, pointer=refusal.pointer) from refusal
        except ProbeFailed as failed:
            raise ReleaseRefused("probe_failed", check=failed.check, reason=failed.reason) from failed
        except Exception as error:
            if database_is_away(error) or isinstance(error, (asyncpg.InterfaceError, OSError)):
                raise
            raise ReleaseRefused("apply_failed", reason=f"{type(error).__name__}: {error}") from error
    raise ReleaseRefused("crm_busy", seconds=_PATIENCE * _PAUSE_SECONDS)


async def _activate(session: AsyncSession, connection: Connection, order: ReleaseAuthorised) -> Activation | None:
    await lock_host(connection)
    if await session.get(AnsweredRelease, order.release_id) is not None:
        return None
    present = await newest_activation(session)
    if present is None:
        raise ConnectionRefusedError("The CRM is not set up yet: the order waits.")
    await _require_present(connection, present, order)
    await _store_patch(session, order)
    after = await _fold(session, order.after)
    step = plan(Manifest.model_validate(present.manifest), after, SCHEMA)
    findings = await apply_plan(connection, step)
    await connection.reload_schema_state()
    activation = Activation(
        host_sequence=present.host_sequence + 1,
        release_id=order.release_id,
        crm_version=CRM_VERSION,
        live=[version.model_dump(mode="json") for version in order.after],
        manifest=after.model_dump(mode="json"),
        manifest_fingerprint=fingerprint(after),
        schema_fingerprint=await schema_fingerprint(connection, SCHEMA),
        findings=findings,
    )
    await probe(session, connection, Application(after, SCHEMA), activation)
    session.add(activation)
    await session.flush()
    return activation


async def _require_present(connection: Connection, present: Activation, order: ReleaseAuthorised) -> None:
    """The order must start from what runs, and what runs must be what was activated."""
    live = [version.model_dump(mode="json") for version in order.before]
    if live != present.live:
        raise ReleaseRefused("base_moved", host_sequence=present.host_sequence, live=present.live, before=live)
    found = await schema_fingerprint(connection, SCHEMA)
    if found != present.schema_fingerprint:
        raise ReleaseRefused("schema_drifted", expected=present.schema_fingerprint, found=found)


async def _store_patch(session: AsyncSession, order: ReleaseAuthorised) -> None:
    if order.patch is None:
        return
    found = content_hash(parse(order.patch))
    if found != order.version.content_hash:
        raise ReleaseRefused("content_hash_mismatch", expected=order.version.content_hash, found=found)
    row = insert(StoredPatch).values(content_hash=found, module=order.version.module, document=order.patch)
    await session.execute(row.on_conflict_do_nothing())


async def _fold(session: AsyncSession, live: Sequence[VersionRef]) -> Manifest:
    hashes = [version.content_hash for version in live]
    stored = (await session.scalars(select(StoredPatch).where(StoredPatch.content_hash.in_(hashes)))).all()
    documents = {row.content_hash: row.document for row in stored}
    if missing := [version.module for version in live if version.content_hash not in documents]:
        raise ReleaseRefused("patch_unknown", modules=missing)
    return fold(base_manifest(), [parse(documents[content]) for content in hashes])


async def _answer(session: AsyncSession, order: ReleaseAuthorised, **said: Any) -> None:
    row = insert(AnsweredRelease).values(release_id=order.release_id, **{"params": {}, **said})
    await session.execute(row.on_conflict_do_nothing())
