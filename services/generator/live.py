"""The generator's own copy of what is live, and the base that a module is judged on."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.generator.tables import LiveHost, Version
from shared.contracts.event import VersionRef
from shared.contracts.hosting import CrmActivated, CrmDeactivated
from shared.crm import base_manifest
from shared.patch import Patch
from shared.patch.liveset import base_fingerprint, fold
from shared.patch.manifest import Manifest
from shared.runtime.errors import Unavailable


@dataclass(frozen=True)
class Base:
    """What is live without one module: its manifest and fingerprint."""

    manifest: Manifest
    fingerprint: str


async def take_note(session: AsyncSession, event: CrmActivated | CrmDeactivated) -> None:
    """Keep what the host says it runs, unless something newer is known."""
    row = {
        "host": event.host,
        "host_sequence": event.host_sequence,
        "crm_version": event.crm_version,
        "live": [ref.model_dump(mode="json") for ref in event.live],
        "manifest_fingerprint": event.manifest_fingerprint,
        "manifest": event.manifest,
    }
    statement = insert(LiveHost).values(row)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["host"], set_=row, where=LiveHost.host_sequence < statement.excluded.host_sequence
        )
    )


async def live_set(session: AsyncSession) -> tuple[str, tuple[VersionRef, ...]]:
    """CRM version and what is live. Raises `Unavailable` with `base_unknown` until the CRM has said so once."""
    host = (await session.execute(select(LiveHost).order_by(LiveHost.host).limit(1))).scalar_one_or_none()
    if host is None:
        raise base_unknown()
    return host.crm_version, tuple(VersionRef.model_validate(ref) for ref in host.live)


async def base_of(session: AsyncSession, module: str) -> Base:
    """The live set without `module`, folded over the CRM. Raises `Unavailable` with `base_unknown`."""
    crm_version, refs = await live_set(session)
    others = [ref for ref in refs if ref.module != module]
    manifest = fold(base_manifest(), await _patches(session, others))
    pairs = [(ref.module, ref.content_hash) for ref in refs]
    return Base(manifest, base_fingerprint(crm_version, pairs, module))


async def live_versions(session: AsyncSession) -> dict[str, int]:
    """Version by module name; nothing before the CRM has said anything."""
    live = (await session.execute(select(LiveHost.live).order_by(LiveHost.host).limit(1))).scalar_one_or_none()
    return {ref["module"]: ref["version"] for ref in live or ()}


def base_unknown() -> Unavailable:
    return Unavailable(
        "The live CRM has not said yet what it runs. Try again in a few seconds.", code="base_unknown", retry_after=2
    )


async def _patches(session: AsyncSession, refs: Sequence[VersionRef]) -> list[Patch]:
    keys = [(ref.module_id, ref.version) for ref in refs]
    rows = await session.execute(
        select(Version.module_id, Version.number, Version.patch).where(
            tuple_(Version.module_id, Version.number).in_(keys)
        )
    )
    found = {(module_id, number): patch for module_id, number, patch in rows}
    if len(found) < len(keys):
        raise base_unknown()
    return [Patch.model_validate(found[key]) for key in keys]
