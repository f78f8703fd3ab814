import asyncio
import json
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from patchbay.client import Client
from patchbay.errors import NotSignedIn, Refused, TimedOut, Unreachable
from services.gateway import story
from shared.contracts.event import Actor, Cause, VersionRef
from shared.contracts.testing import RunCancelled
from tests.client.conftest import Town
from tests.services.gateway.running import NOWHERE, PASSWORD

MODULE = str(uuid4())


def everything_answers(town: Town) -> None:
    async def echo(request: Request) -> Response:
        body = await request.body()
        return JSONResponse({"body": json.loads(body) if body else None})

    class Anything(dict[str, Any]):
        def get(self, _path: str, _default: Any = None) -> Any:
            return echo

    for service in town.services.values():
        service.endpoints = Anything()


async def test_a_person_signs_in_and_out(town: Town) -> None:
    assert (await town.client.me())["person"]["roles"] == ["administrator", "developer", "reviewer"]
    await town.client.sign_out()
    with pytest.raises(NotSignedIn) as refused:
        await town.client.me()
    assert (refused.value.code, town.client.token) == ("not_signed_in", None)


async def test_a_wrong_password_is_a_refusal_not_a_lost_session(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        await town.client.sign_in("nobody@example.com", PASSWORD)
    assert not isinstance(refused.value, NotSignedIn)
    assert (refused.value.status, refused.value.code) == (401, "sign_in_refused")


async def test_the_journey_asks_the_right_services(town: Town) -> None:
    everything_answers(town)
    client = town.client
    bodies = [
        await client.generate("Add a tier.", module_id=MODULE),
        await client.save_version(MODULE, {"operations": []}),
        await client.request_run(MODULE, 1),
        await client.submit(MODULE, 1),
        await client.approve("r", acknowledged=["/operations/0"], note="fine"),
        await client.reject("r", "no"),
        await client.publish(MODULE, 1, note="go"),
        await client.unpublish(MODULE),
        await client.rollback(MODULE, 1),
        await client.transition_record("order", "1", "paid"),
    ]

    assert [answer["body"] for answer in bodies] == [
        {"sentence": "Add a tier.", "module_id": MODULE},
        {"patch": {"operations": []}},
        {"module_id": MODULE, "version": 1},
        {"module_id": MODULE, "version": 1},
        {"acknowledged": ["/operations/0"], "note": "fine"},
        {"reason": "no"},
        {"kind": "publish", "module_id": MODULE, "version": 1, "note": "go"},
        {"kind": "unpublish", "module_id": MODULE},
        {"kind": "rollback", "module_id": MODULE, "version": 1},
        {"to": "paid"},
    ]
    assert town.asked("generator") == [("POST", "/generations"), ("POST", f"/modules/{MODULE}/versions")]
    assert town.asked("review") == [("POST", "/reviews"), ("POST", "/reviews/r/approve"), ("POST", "/reviews/r/reject")]
    assert town.asked("publisher") == [("POST", "/releases")] * 3


async def test_reading_asks_with_the_right_filters(town: Town) -> None:
    everything_answers(town)
    client = town.client
    await client.records("customer", {"tier": "gold & silver"}, sort="-name", limit=5)
    await client.view("customer", "form")
    await client.audit(operation="run.passed", person=None)
    await client.runs(MODULE, 2)
    await client.published(state="published")

    assert town.asked("crm") == [
        ("GET", "/crm/customer?filter%5Btier%5D=gold+%26+silver&sort=-name&limit=5"),
        ("GET", "/views/customer/form"),
    ]
    assert town.asked("audit") == [("GET", "/audit?operation=run.passed")]
    assert town.asked("tester") == [("GET", f"/runs?module_id={MODULE}&version=2")]
    assert town.asked("publisher") == [("GET", "/published?state=published")]


async def test_records_are_made_changed_and_removed(town: Town) -> None:
    everything_answers(town)
    made = await town.client.create_record("customer", {"name": "Ann"})
    changed = await town.client.update_record("customer", "a/b", {"name": "Bo"})
    await town.client.delete_record("customer", "1")
    assert (made, changed) == ({"body": {"name": "Ann"}}, {"body": {"name": "Bo"}})
    assert [method for method, _ in town.asked("crm")] == ["POST", "PATCH", "DELETE"]
    assert "/crm/customer/a/b" in town.asked("crm")[1][1]


async def test_a_refusal_carries_everything_that_the_problem_says(town: Town) -> None:
    problem = {
        "code": "field_unknown",
        "detail": "There is no such field.",
        "params": {"field": "nmae"},
        "pointer": "/operations/0/field",
        "suggestion": "name",
        "problems": [{"code": "field_unknown"}],
        "request_id": "abc",
    }

    async def refuse(_request: Request) -> Response:
        return JSONResponse(problem, 422, media_type="application/problem+json")

    town.services["generator"].endpoints["/patches/validate"] = refuse
    with pytest.raises(Refused) as caught:
        await town.client.validate_patch({})
    error = caught.value
    assert {name: getattr(error, name) for name in problem} == {**problem, "problems": ({"code": "field_unknown"},)}
    assert str(error) == "There is no such field. (422 field_unknown)"


async def test_nobody_there_is_unreachable_and_a_service_away_says_when_to_come_back(town: Town) -> None:
    async with Client(NOWHERE) as client:
        with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9 does not answer"):
            await client.me()
    town.gateway.app.state.settings.__dict__["audit_url"] = NOWHERE
    with pytest.raises(Refused) as refused:
        await town.client.audit()
    assert (refused.value.code, refused.value.retry_after) == ("service_unavailable", 2)


async def test_waiting_ends_with_the_state_and_outlasts_an_outage(town: Town) -> None:
    looks = count()

    async def answer(_request: Request) -> Response:
        look = next(looks)
        if look == 1:
            return JSONResponse({"code": "database_away"}, 503, {"Retry-After": "1"})
        return JSONResponse({"state": "passed" if look > 2 else "running"})

    town.services["tester"].endpoints["/runs/1"] = answer
    assert await town.client.wait_run("1") == {"state": "passed"}


async def test_waiting_too_long_says_what_was_seen_last(town: Town) -> None:
    town.services["publisher"].says("/releases/1", {"state": "authorised"})
    with pytest.raises(TimedOut) as timed_out:
        await town.client.wait_release("1", timeout_seconds=0.2)
    assert timed_out.value.last == {"state": "authorised"}


async def test_waiting_does_not_wait_for_what_is_not_there(town: Town) -> None:
    with pytest.raises(Refused, match="404"):
        await town.client.wait_generation("1")


def cancelled(number: int) -> RunCancelled:
    version = VersionRef(module_id=uuid4(), module="loyalty", version=number, content_hash="sha256:0")
    cause = Cause(actor=Actor(kind="person", id="1", name="Dana"))
    return RunCancelled(cause=cause, subject="run", run_id=uuid4(), version=version)


async def test_the_stream_goes_on_after_its_line_broke(town: Town) -> None:
    sessions = town.gateway.app.state.sessions

    async def happen(number: int) -> None:
        async with sessions.begin() as session:
            await story.record(session, cancelled(number))

    await happen(1)
    async with asyncio.timeout(20):
        messages = town.client.stream(last_id=0)
        first = await anext(messages)
        for watcher in town.gateway.app.state.stream._watchers:
            watcher.end()
        await happen(2)
        second = await anext(messages)
        await messages.aclose()
    assert [(m.id, m.event, m.data["version"]) for m in (first, second)] == [
        (1, "run.cancelled", 1),
        (2, "run.cancelled", 2),
    ]


async def test_the_stream_needs_a_session(town: Town) -> None:
    async with Client(town.gateway.url) as nobody:
        with pytest.raises(NotSignedIn):
            await anext(nobody.stream())
