import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import text, update

from services.gateway import story
from services.gateway.handlers import handlers
from services.gateway.stream import Told
from services.gateway.tables import StreamEvent
from shared.contracts.event import Actor, Cause, Event, VersionRef
from shared.contracts.generation import VersionDrafted
from shared.contracts.topology import LISTENERS
from shared.runtime.outbox import emit
from tests.services.gateway.running import Gateway, running_gateway
from tests.support.databases import as_sqlalchemy

CAUSE = Cause(actor=Actor(kind="person", id="1", name="Dana"))


def drafted(number: int = 1, module_id: UUID | None = None) -> VersionDrafted:
    version = VersionRef(module_id=module_id or uuid4(), module="loyalty", version=number, content_hash="sha256:0")
    return VersionDrafted(
        cause=CAUSE.by("generator"),
        subject="loyalty",
        version=version,
        title="Loyalty",
        source="generated",
        author="1",
        editors=("1",),
        risk="L1",
        patch={"operations": []},
    )


async def store(gateway: Gateway, *events: Event) -> None:
    for event in events:
        async with gateway.app.state.sessions.begin() as session:
            await handlers.handlings[type(event)].handler(event, session)


async def messages(answer: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    """Each message as a dict of its fields; a comment is `{"": text}`."""
    message: dict[str, Any] = {}
    async for line in answer.aiter_lines():
        if line:
            key, _, value = line.partition(": ")
            message[key] = json.loads(value) if key == "data" else value
        else:
            yield message
            message = {}


@asynccontextmanager
async def watching(gateway: Gateway, query: str = "", **headers: str) -> AsyncGenerator[AsyncIterator[dict[str, Any]]]:
    signed_in = await gateway.sign_in("developer", email=f"{uuid4()}@example.com")
    async with (
        asyncio.timeout(15),
        gateway.client.stream("GET", f"/stream{query}", headers={**signed_in, **headers}) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        each = messages(answer)
        assert await anext(each) == {"retry": "1000"}
        assert await anext(each) == {"": "listening"}
        yield each


async def test_what_happens_is_told_as_it_happens(gateway: Gateway) -> None:
    event = drafted()
    async with watching(gateway) as told:
        await store(gateway, event)
        message = await anext(told)
    assert (message["event"], message["id"]) == ("version.drafted", "1")
    data = message["data"]
    assert (data["topic"], data["actor"], data["module"], data["version"]) == ("version.drafted", "Dana", "loyalty", 1)
    assert (data["title"], data["risk"], "patch" in data) == ("Loyalty", "L1", False)
    assert data["module_id"] == str(event.version.module_id)
    assert data["time"] == event.time.isoformat()


async def test_the_last_id_replays_what_was_missed_and_nothing_twice(gateway: Gateway) -> None:
    await store(gateway, drafted(1), drafted(2), drafted(3))
    async with watching(gateway, **{"Last-Event-ID": "1"}) as told:
        await store(gateway, drafted(4))
        assert [(await anext(told))["data"]["version"] for _ in range(3)] == [2, 3, 4]


async def test_without_an_id_or_with_one_from_the_future_the_stream_begins_now(gateway: Gateway) -> None:
    await store(gateway, drafted(1))
    async with watching(gateway) as plain, watching(gateway, **{"Last-Event-ID": "999"}) as future:
        await store(gateway, drafted(2))
        assert [(await anext(told))["data"]["version"] for told in (plain, future)] == [2, 2]


async def test_one_module_can_be_watched_alone(gateway: Gateway) -> None:
    module_id = uuid4()
    async with watching(gateway, f"?module_id={module_id}") as told:
        await gateway.app.state.progress.send("run", {"module_id": str(uuid4()), "done": 1})
        await gateway.app.state.progress.send("run", {"module_id": str(module_id), "done": 2})
        await store(gateway, drafted(1), drafted(2, module_id))
        progress, event = await anext(told), await anext(told)
    assert (progress["event"], progress["data"]["done"], "id" in progress) == ("progress", 2, False)
    assert event["data"]["version"] == 2


async def test_what_one_gateway_stores_another_tells(service_database: Callable[[str], str]) -> None:
    database = service_database("gateway")
    async with running_gateway(database) as one, running_gateway(database) as other, watching(other) as told:
        await store(one, drafted())
        assert (await anext(told))["event"] == "version.drafted"


async def test_what_is_emitted_reaches_whoever_watches(service_database: Callable[[str], str], database: str) -> None:
    bus = {"transport": "postgres", "bus_url": as_sqlalchemy(database)}
    async with running_gateway(service_database("gateway"), **bus) as gateway, watching(gateway) as told:
        async with gateway.app.state.sessions.begin() as session:
            await emit(session, drafted())
        assert (await anext(told))["data"]["module"] == "loyalty"


async def test_an_id_becomes_visible_only_after_all_below_it(gateway: Gateway) -> None:
    sessions = gateway.app.state.sessions
    async with sessions() as slow:
        await slow.begin()
        await story.record(slow, drafted(1))
        quick = asyncio.create_task(store(gateway, drafted(2)))
        done, _ = await asyncio.wait({quick}, timeout=0.2)
        assert (done, await story.newest(sessions)) == (set(), 0)
        await slow.rollback()
    await quick
    assert len(await story.after(sessions, 0)) == 1


async def test_a_silent_stream_says_that_it_listens_and_ends_with_its_session(
    service_database: Callable[[str], str],
) -> None:
    quick = {"stream_heartbeat_seconds": 0.05}
    async with running_gateway(service_database("gateway"), **quick) as gateway, watching(gateway) as told:
        assert await anext(told) == {"": "listening"}
        async with gateway.app.state.sessions.begin() as session:
            await session.execute(text("DELETE FROM sessions"))
        async with asyncio.timeout(5):
            assert [message async for message in told if message != {"": "listening"}] == []


async def test_a_server_that_stops_does_not_wait_for_its_streams(service_database: Callable[[str], str]) -> None:
    async with running_gateway(service_database("gateway")) as gateway, watching(gateway) as told:
        gateway.server.should_exit = True
        assert [message async for message in told] == []


async def test_a_watcher_who_is_too_slow_is_let_go_and_told_the_rest_later(gateway: Gateway) -> None:
    live = gateway.app.state.stream
    slow = live.watch(None, None, 60)
    assert await anext(slow) is None
    await store(gateway, drafted(0))
    assert (await anext(slow) or Told(0, "", None, {})).data["version"] == 0
    (watcher,) = live._watchers
    for number in range(watcher.queue.maxsize + 1):
        watcher.push(Told(1000 + number, "run.passed", None, {}))
    assert [told async for told in slow] == []


async def test_what_is_old_is_forgotten(gateway: Gateway) -> None:
    await store(gateway, drafted(1), drafted(2))
    async with gateway.app.state.sessions.begin() as session:
        old = update(StreamEvent).where(StreamEvent.id == 1).values(stored_at=text("now() - interval '25 hours'"))
        await session.execute(old)
    await story.forget(gateway.app.state.sessions, 24)
    assert [row.id for row in await story.after(gateway.app.state.sessions, 0)] == [2]


def test_everything_that_the_topology_sends_here_is_told() -> None:
    assert set(handlers.handlings) == {event for event, services in LISTENERS.items() if "gateway" in services}
