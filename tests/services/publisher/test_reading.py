"""Lists of releases and of the registry: filters and pages, newest first."""

from tests.services import story
from tests.services.edge import ADA, Edge, problem
from tests.services.publisher.acts import ready, released


async def test_releases_and_registry_are_listed_newest_first_and_page_by_page(publisher: Edge) -> None:
    live: list[story.VersionRef] = []
    releases: list[str] = []
    for number, module in enumerate(("one", "two", "three")):
        version = story.reference(module=module)
        await ready(publisher, version, *live)
        releases.append((await released(publisher, number + 2, "publish", version))["id"])
        live.append(version)
    first = (await publisher.get("/releases", ADA, limit=2)).json()
    assert [item["id"] for item in first["items"]] == [releases[2], releases[1]]
    second = (await publisher.get("/releases", ADA, limit=2, cursor=first["next"])).json()
    assert ([item["id"] for item in second["items"]], second["next"]) == ([releases[0]], None)
    found = (await publisher.get("/releases", ADA, module_id=live[1].module_id)).json()["items"]
    assert [item["id"] for item in found] == [releases[1]]
    page = (await publisher.get("/published", ADA, limit=2)).json()
    assert [item["module"] for item in page["items"]] == ["three", "two"]
    rest = (await publisher.get("/published", ADA, limit=2, cursor=page["next"], state="published")).json()
    assert [item["module"] for item in rest["items"]] == ["one"]
    assert (await publisher.get("/published", ADA, state="unpublished")).json()["items"] == []


async def test_what_is_not_there_is_not_found(publisher: Edge) -> None:
    nowhere = "00000000-0000-4000-8000-000000000000"
    assert problem(await publisher.get(f"/releases/{nowhere}", ADA)) == (404, "release_unknown")
    assert problem(await publisher.get(f"/published/{nowhere}", ADA)) == (404, "never_published")
    assert problem(await publisher.get("/releases", ADA, cursor="x")) == (422, "cursor_unreadable")
    assert problem(await publisher.get("/published", ADA, state="live")) == (422, "invalid_request")
