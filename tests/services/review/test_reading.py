"""The list of reviews: filters and pages, newest first."""

from tests.services import story
from tests.services.edge import ADA, ANNA, RITA, Edge, problem


async def submitted(review: Edge, module: str) -> str:
    version = story.reference(module=module)
    await review.hear(story.drafted(version), story.passed(version))
    answer = await review.post("/reviews", ADA, module_id=str(version.module_id), version=1)
    return answer.json()["id"]


async def test_reviews_are_listed_newest_first_and_page_by_page(review: Edge) -> None:
    ids = [await submitted(review, module) for module in ("one", "two", "three")]
    first = (await review.get("/reviews", RITA, limit=2)).json()
    assert [item["id"] for item in first["items"]] == [ids[2], ids[1]]
    second = (await review.get("/reviews", RITA, limit=2, cursor=first["next"])).json()
    assert [item["id"] for item in second["items"]] == [ids[0]]
    assert second["next"] is None


async def test_reviews_are_filtered_by_state_and_module(review: Edge) -> None:
    one, two = await submitted(review, "one"), await submitted(review, "two")
    await review.post(f"/reviews/{one}/start", RITA)
    pending = (await review.get("/reviews", ANNA, state="pending")).json()["items"]
    assert [item["id"] for item in pending] == [two]
    module_id = (await review.get(f"/reviews/{one}", ADA)).json()["module_id"]
    found = (await review.get("/reviews", ADA, module_id=module_id)).json()["items"]
    assert [item["id"] for item in found] == [one]


async def test_filters_that_make_no_sense_are_refused(review: Edge) -> None:
    for query in ({"state": "asleep"}, {"module_id": "x"}, {"limit": 0}, {"limit": 201}):
        assert problem(await review.get("/reviews", ADA, **query)) == (422, "invalid_request")
    for cursor in ("x", "é", "eHx5", "MjAyNi0wMS0wMXx4"):
        assert problem(await review.get("/reviews", ADA, cursor=cursor)) == (422, "cursor_unreadable")
