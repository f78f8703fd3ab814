"""The record, asked by operation, person, module and time."""

from datetime import timedelta

from tests.services import story
from tests.services.edge import ADA, ANNA, RITA, Edge, problem

HOUR = timedelta(hours=1)


async def test_entries_are_listed_newest_first_and_page_by_page(audit: Edge) -> None:
    version = story.reference()
    runs = [story.passed(version, minute=minute) for minute in (2, 0, 1)]
    await audit.hear(*runs)
    first = (await audit.get("/audit", ANNA, limit=2)).json()
    assert [item["id"] for item in first["items"]] == [str(runs[0].id), str(runs[2].id)]
    assert "facts" not in first["items"][0]
    second = (await audit.get("/audit", ANNA, limit=2, cursor=first["next"])).json()
    assert [item["id"] for item in second["items"]] == [str(runs[1].id)]
    assert second["next"] is None


async def test_entries_are_filtered(audit: Edge) -> None:
    version, other = story.reference(), story.reference(module="other")
    drafted, run, approval = story.drafted(version), story.passed(other, minute=5), story.approved(version)
    robot = story.drafted(other).model_copy(update={"cause": story.cause(RITA).by("generator")})
    await audit.hear(drafted, run, approval, robot)

    async def found(**query: object) -> set[str]:
        return {item["id"] for item in (await audit.get("/audit", ANNA, **query)).json()["items"]}

    assert await found(operation="run.passed") == {str(run.id)}
    assert await found(person=RITA.id) == {str(approval.id), str(robot.id)}
    assert await found(person="generator") == {str(robot.id)}
    assert await found(module_id=version.module_id) == {str(drafted.id), str(approval.id)}
    assert await found(correlation_id=robot.cause.correlation_id) == {str(robot.id)}
    assert str(run.id) in await found(since=story.NOON.isoformat(), operation="run.passed")
    assert await found(until=run.time.isoformat(), operation="run.passed") == set()
    assert await found(since=(run.time + HOUR).isoformat(), operation="run.passed") == set()
    assert await found(operation="run.passed", person=RITA.id) == set()


async def test_questions_that_make_no_sense_are_refused(audit: Edge) -> None:
    for query in ({"limit": 0}, {"since": "yesterday"}, {"since": "2026-01-01T00:00:00"}):
        assert problem(await audit.get("/audit", ANNA, **query)) == (422, "invalid_request")
    assert problem(await audit.get("/audit", ANNA, person="\x00")) == (422, "character_refused")
    assert problem(await audit.get("/audit", ANNA, cursor="x")) == (422, "cursor_unreadable")
    nowhere = "00000000-0000-4000-8000-000000000000"
    assert problem(await audit.get(f"/audit/{nowhere}", ANNA)) == (404, "audit_entry_unknown")


async def test_people_without_a_platform_role_read_nothing(audit: Edge) -> None:
    stranger = ADA.model_copy(update={"roles": ()})
    assert problem(await audit.get("/audit", stranger)) == (403, "role_missing")
    assert (await audit.get("/audit", ADA)).status_code == 200
