"""Every event becomes exactly one entry, whole."""

from uuid import uuid4

from shared.contracts.event import Cause
from shared.contracts.people import PersonAdded, PersonChanged
from shared.contracts.publishing import ReleaseAuthorised
from tests.services import story
from tests.services.edge import ADA, ANNA, Edge


async def read(audit: Edge, entry_id: object) -> dict[str, object]:
    answer = await audit.get(f"/audit/{entry_id}", ANNA)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_event_is_kept_whole(audit: Edge) -> None:
    version = story.reference()
    event = story.drafted(version, prompt="Add a tier.").model_copy(update={"sequence": 7})
    await audit.hear(event)
    entry = await read(audit, event.id)
    assert entry["operation"] == "version.drafted"
    assert entry["who"] == {"kind": "person", "id": ADA.id, "name": "ada"}
    assert entry["on_behalf_of"] is None
    assert (entry["via"], entry["address"]) == ("test", "192.0.2.7")
    assert (entry["module_id"], entry["module"], entry["version"]) == (str(version.module_id), "loyalty", 1)
    assert entry["content_hash"] == version.content_hash
    assert (entry["subject"], entry["sequence"]) == (event.subject, 7)
    assert entry["correlation_id"] == str(event.cause.correlation_id)
    told = event.model_dump(mode="json")
    assert entry["facts"] == {
        key: told[key]
        for key in ("title", "source", "author", "editors", "risk", "acknowledge", "prompt", "model", "patch")
    }


async def test_a_service_acts_on_behalf_of_a_person(audit: Edge) -> None:
    added = PersonAdded(cause=Cause(actor=ADA).by("gateway"), subject="p", person="p", after={"name": "Pat"})
    changed = PersonChanged(
        cause=Cause(actor=ANNA), subject="p", person="p", before={"name": "Pat"}, after={"name": "Patricia"}
    )
    await audit.hear(added, changed)
    entry = await read(audit, added.id)
    assert entry["who"] == {"kind": "service", "id": "gateway", "name": "gateway"}
    assert entry["on_behalf_of"] == {"kind": "person", "id": ADA.id, "name": "ada"}
    assert (entry["via"], entry["address"]) == ("test", "192.0.2.7")
    assert (entry["before"], entry["after"]) == (None, {"name": "Pat"})
    entry = await read(audit, changed.id)
    assert (entry["before"], entry["after"]) == ({"name": "Pat"}, {"name": "Patricia"})
    assert entry["module_id"] is None


async def test_a_release_shows_what_was_live_before_and_after(audit: Edge) -> None:
    version = story.reference()
    event = ReleaseAuthorised(
        cause=Cause(actor=ANNA),
        subject="r",
        release_id=uuid4(),
        kind="publish",
        version=version,
        before=(),
        after=(version,),
        patch={"patch": "1"},
    )
    await audit.hear(event)
    entry = await read(audit, event.id)
    assert (entry["before"], entry["after"]) == ([], [version.model_dump(mode="json")])
    facts = {"release_id": str(event.release_id), "kind": "publish", "patch": {"patch": "1"}, "note": None}
    assert entry["facts"] == facts


async def test_the_same_event_again_is_no_second_entry(audit: Edge) -> None:
    event = story.live_set(1)
    await audit.hear(event, event)
    assert len((await audit.get("/audit", ANNA)).json()["items"]) == 1
