"""Acts of a publisher's day, and a host that obeys."""

from typing import Any
from uuid import UUID

import httpx

from shared.contracts.event import Actor, VersionRef
from shared.contracts.hosting import CrmActivationFailed
from tests.services import story
from tests.services.edge import ANNA, Edge


async def ready(publisher: Edge, version: VersionRef, *live: VersionRef, **told: Any) -> None:
    """Drafted, passed and approved on top of `live`."""
    await publisher.hear(story.drafted(version, **told), story.passed(version, *live), story.approved(version, *live))


async def ask(publisher: Edge, kind: str, version: VersionRef, who: Actor = ANNA, /, **body: Any) -> httpx.Response:
    known = {"kind": kind, "module_id": str(version.module_id), "version": version.version}
    return await publisher.post("/releases", who, **{**known, **body})


async def obey(publisher: Edge, sequence: int, release: dict[str, Any]) -> None:
    """The host does as it was told."""
    live = [VersionRef.model_validate(version) for version in release["after"]]
    says = story.withdrawn_set if release["kind"] == "unpublish" else story.live_set
    await publisher.hear(says(sequence, *live, release_id=UUID(release["id"])))


async def refuse(publisher: Edge, release: dict[str, Any]) -> None:
    """The host cannot do as it was told."""
    await publisher.hear(
        CrmActivationFailed(
            cause=story.cause(),
            subject="x",
            host="crm",
            release_id=UUID(release["id"]),
            code="apply_failed",
            params={"why": "lock"},
        )
    )


async def released(publisher: Edge, sequence: int, kind: str, version: VersionRef, **body: Any) -> dict[str, Any]:
    """Asked for and obeyed; the outbox is emptied."""
    answer = await ask(publisher, kind, version, **body)
    assert answer.status_code == 202, answer.text
    await obey(publisher, sequence, answer.json())
    await publisher.told()
    return answer.json()


async def entry(publisher: Edge, version: VersionRef) -> dict[str, Any]:
    """The registry's row."""
    return (await publisher.get(f"/published/{version.module_id}", ANNA)).json()
