"""What others told us, kept as our own copies: versions, and what the live CRM runs.

Nothing here relies on the order in which events arrive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.tester.tables import DraftedVersion, LiveSet
from shared.contracts.event import VersionRef
from shared.contracts.generation import VersionDrafted
from shared.contracts.hosting import CrmActivated, CrmDeactivated
from shared.patch.liveset import base_fingerprint, candidate
from shared.runtime.errors import Unavailable


class BaseUnknown(Unavailable):
    default_code = "base_unknown"


@dataclass(frozen=True)
class Ground:
    """What a version is tested on: its base, what is live, and the candidate, each an ordered live set."""

    fingerprint: str
    base: tuple[VersionRef, ...]
    live: tuple[VersionRef, ...]
    candidate: tuple[VersionRef, ...]


async def remember_version(session: AsyncSession, event: VersionDrafted) -> None:
    version = event.version
    row = insert(DraftedVersion).values(
        module_id=version.module_id,
        version=version.version,
        module=version.module,
        content_hash=version.content_hash,
        author=event.cause.person.model_dump(mode="json") | {"id": event.author},
        cause=event.cause.model_dump(mode="json"),
        patch=event.patch,
    )
    await session.execute(row.on_conflict_do_nothing())


async def remember_live_set(session: AsyncSession, event: CrmActivated | CrmDeactivated) -> None:
    """Keep the live set with the highest host sequence."""
    said: dict[str, Any] = {
        "host_sequence": event.host_sequence,
        "crm_version": event.crm_version,
        "live": [version.model_dump(mode="json") for version in event.live],
    }
    row = insert(LiveSet).values(host=event.host, **said)
    newer = LiveSet.host_sequence < row.excluded.host_sequence
    await session.execute(row.on_conflict_do_update(index_elements=["host"], set_=said, where=newer))


async def read_ground(session: AsyncSession, version: VersionRef) -> Ground:
    """The ground as it is now; raises BaseUnknown until the live CRM has said what it runs."""
    known = (await session.scalars(select(LiveSet).order_by(LiveSet.host).limit(1))).first()
    if known is None:
        raise BaseUnknown("The live CRM has not said yet what it runs. Try again in a few seconds.", retry_after=2)
    live = tuple(VersionRef.model_validate(one) for one in known.live)
    hashes = [(one.module, one.content_hash) for one in live]
    return Ground(
        fingerprint=base_fingerprint(known.crm_version, hashes, version.module),
        base=tuple(one for one in live if one.module != version.module),
        live=live,
        candidate=candidate(live, version),
    )


async def read_patches(session: AsyncSession, versions: Sequence[VersionRef]) -> dict[str, dict[str, Any]]:
    """Patch documents by content hash. Raises Unavailable while one has not arrived: its event is on the way."""
    wanted = {version.content_hash for version in versions}
    rows = await session.scalars(select(DraftedVersion).where(DraftedVersion.content_hash.in_(wanted)))
    found = {row.content_hash: row.patch for row in rows}
    if missing := sorted(version.module for version in versions if version.content_hash not in found):
        sentence = f"The patches of {', '.join(missing)} have not arrived yet."
        raise Unavailable(sentence, code="patch_unknown", params={"modules": missing})
    return found
