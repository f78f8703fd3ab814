"""PostgreSQL is killed while people work: they are told to come back, and nothing accepted is lost."""

from collections.abc import AsyncGenerator, Callable
from http import HTTPStatus

import httpx
import pytest

from patchbay.client import Json
from tests.faults.processes import kill, postmaster_of
from tests.faults.settling import DATABASE_SECONDS, happened_once, persist, settled_within
from tests.pipeline.acts import adding_a_field, approved, passed
from tests.pipeline.running import Patchbay, People, signed_in


@pytest.fixture(params=["embedded", "stack"])
def patchbay(request: pytest.FixtureRequest) -> Patchbay:
    return request.getfixturevalue(request.param)


@pytest.fixture
async def people(patchbay: Patchbay) -> AsyncGenerator[People]:
    async with signed_in(patchbay) as people:
        yield people


async def test_who_asks_while_the_database_is_away_is_told_when_to_come_back_and_nothing_is_lost(
    people: People, unique: Callable[[str], str]
) -> None:
    ready = await approved(people.developer, people.reviewer, adding_a_field(unique("ready"), unique("field")))
    release = await persist(lambda: people.administrator.publish(**ready))
    generation = await people.developer.generate(f"Add {unique('birthday')} (date) to customers.")
    kill(postmaster_of(people.patchbay.pid))
    async with settled_within(DATABASE_SECONDS):
        assert await told_to_come_back(people)
        assert release is not None
        assert (await people.administrator.wait_release(release["id"]))["state"] == "live"
        done = await people.developer.wait_generation(generation["id"])
        assert done["state"] == "done", done
        await passed(people.developer, done["module_id"], done["version"])
    await happened_once(people.administrator, ready["module_id"], "release.authorised", "module.published")
    await happened_once(people.administrator, done["module_id"], "version.drafted", "run.passed")


async def told_to_come_back(people: People) -> Json:
    """Ask until it answers again; every answer in between was a 503 that names when to ask again."""
    seen: list[int] = []
    url = f"{people.patchbay.gateway_url}/api/v1/modules"
    headers = {"authorization": f"Bearer {people.developer.token}"}
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        while True:
            answer = await client.get(url, headers=headers)
            seen.append(answer.status_code)
            if answer.is_success and HTTPStatus.SERVICE_UNAVAILABLE in seen:
                return answer.json()
            if not answer.is_success:
                assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE, answer.text
                assert int(answer.headers["retry-after"]) > 0
                assert answer.json()["detail"]
