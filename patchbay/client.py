"""The typed client: everything a person does with Patchbay, from a sentence to a published module and back.

    async with Client("http://127.0.0.1:8610") as client:
        await client.sign_in("dana@example.com", password)
        started = await client.generate("Add a loyalty tier to customers: bronze, silver, gold.")
        generation = await client.wait_generation(started["id"])

Asynchronous, because what one does here is mostly waiting, often for several things at once. Answers are the gateway's
JSON as dicts and lists (`/api/v1/openapi.json` describes them); lists come as pages `{"items": […], "next": cursor}`.
Every method raises `Refused`, `NotSignedIn` or `Unreachable` (`patchbay.errors`).
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal, Self
from urllib.parse import quote
from uuid import UUID

from patchbay.connection import Connection, Message
from patchbay.errors import Refused, TimedOut, Unreachable

Json = dict[str, Any]
Id = UUID | str

GENERATED = frozenset({"done", "refused"})
RUN_ENDED = frozenset({"passed", "failed", "cancelled", "broken"})
RELEASED = frozenset({"live", "failed"})
FIRST_LOOK_SECONDS = 0.05
LAST_LOOK_SECONDS = 1.0


class Client:
    """One person's view of one Patchbay."""

    def __init__(self, url: str, *, token: str | None = None, timeout_seconds: float = 30) -> None:
        self._line = Connection(url, token, timeout_seconds)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._line.close()

    @property
    def token(self) -> str | None:
        """The session's token, to sign in with again elsewhere; None before signing in."""
        return self._line.token

    # The person

    async def sign_in(self, email: str, password: str, *, via: Literal["demo"] | None = None) -> Json:
        """`{token, expires, person}`; from here on this client is that person."""
        body = {"email": email, "password": password, **({"via": via} if via else {})}
        session: Json = await self._post("session", body=body)
        self._line.token = session["token"]
        return session

    async def sign_out(self) -> None:
        await self._line.ask("DELETE", "/session")
        self._line.token = None

    async def me(self) -> Json:
        return await self._get("me")

    async def people(self, **page: object) -> Json:
        return await self._get("people", query=page)

    async def add_person(self, **person: object) -> Json:
        return await self._post("people", body=person)

    async def change_person(self, person_id: Id, **change: object) -> Json:
        return await self._patch("people", person_id, body=change)

    # Models

    async def models(self) -> Json:
        return await self._get("models")

    async def add_model(self, model: Mapping[str, object]) -> Json:
        return await self._post("models", body=model)

    async def check_model(self, model_id: Id) -> Json:
        return await self._post("models", model_id, "check")

    # From a sentence to a version

    async def generate(self, sentence: str, *, model_id: Id | None = None, module_id: Id | None = None) -> Json:
        """`{id, module_id, module, state}`; without a module a new one is made."""
        return await self._post(
            "generations", body=_said({"sentence": sentence, "model_id": model_id, "module_id": module_id})
        )

    async def generation(self, generation_id: Id) -> Json:
        return await self._get("generations", generation_id)

    async def wait_generation(self, generation_id: Id, timeout_seconds: float = 120) -> Json:
        """The generation once it is done or refused."""
        return await _wait("The generation", lambda: self.generation(generation_id), GENERATED, timeout_seconds)

    async def modules(self, **page: object) -> Json:
        return await self._get("modules", query=page)

    async def module(self, module_id: Id) -> Json:
        return await self._get("modules", module_id)

    async def overview(self, module_id: Id) -> Json:
        """Module, versions, runs, reviews, releases and what is live of it; `gaps` names what could not be had."""
        return await self._get("modules", module_id, "overview")

    async def import_module(self, patch: Mapping[str, object]) -> Json:
        """A new module from a Patchbay document or a Patch DSL 1.0 document, version 1."""
        return await self._post("modules", body={"patch": patch})

    async def versions(self, module_id: Id, **page: object) -> Json:
        return await self._get("modules", module_id, "versions", query=page)

    async def version(self, module_id: Id, number: int) -> Json:
        return await self._get("modules", module_id, "versions", number)

    async def save_version(self, module_id: Id, patch: Mapping[str, object], *, note: str | None = None) -> Json:
        return await self._post("modules", module_id, "versions", body=_said({"patch": patch, "note": note}))

    async def restore_version(self, module_id: Id, number: int) -> Json:
        """An earlier version's content as a new version."""
        return await self._post("modules", module_id, "versions", number, "restore")

    async def validate_patch(self, patch: Mapping[str, object]) -> Json:
        return await self._post("patches", "validate", body={"patch": patch})

    # Testing

    async def request_run(self, module_id: Id, version: int, *, entities: Sequence[str] = ()) -> Json:
        """Without entities the full suite, which alone counts for a review."""
        body = {"module_id": str(module_id), "version": version, **({"entities": list(entities)} if entities else {})}
        return await self._post("runs", body=body)

    async def runs(self, module_id: Id | None = None, version: int | None = None) -> Json:
        return await self._get("runs", query={"module_id": module_id, "version": version})

    async def run(self, run_id: Id) -> Json:
        return await self._get("runs", run_id)

    async def wait_run(self, run_id: Id, timeout_seconds: float = 300) -> Json:
        """The run once it has passed, failed, been cancelled or broken down."""
        return await _wait("The run", lambda: self.run(run_id), RUN_ENDED, timeout_seconds)

    async def cancel_run(self, run_id: Id) -> Json:
        return await self._post("runs", run_id, "cancel")

    # Review

    async def submit(self, module_id: Id, version: int) -> Json:
        return await self._post("reviews", body={"module_id": str(module_id), "version": version})

    async def reviews(self, *, state: str | None = None, module_id: Id | None = None) -> Json:
        return await self._get("reviews", query={"state": state, "module_id": module_id})

    async def review(self, review_id: Id) -> Json:
        return await self._get("reviews", review_id)

    async def start_review(self, review_id: Id) -> Json:
        return await self._post("reviews", review_id, "start")

    async def approve(self, review_id: Id, *, acknowledged: Sequence[str] = (), note: str | None = None) -> Json:
        """`acknowledged` are the pointers that the review lists: each confirms one operation of risk."""
        body = _said({"acknowledged": list(acknowledged), "note": note})
        return await self._post("reviews", review_id, "approve", body=body)

    async def reject(self, review_id: Id, reason: str) -> Json:
        return await self._post("reviews", review_id, "reject", body={"reason": reason})

    async def withdraw(self, review_id: Id) -> Json:
        return await self._post("reviews", review_id, "withdraw")

    # Publishing

    async def publish(self, module_id: Id, version: int, *, note: str | None = None) -> Json:
        return await self._release("publish", module_id, version, note)

    async def unpublish(self, module_id: Id, *, note: str | None = None) -> Json:
        return await self._release("unpublish", module_id, None, note)

    async def rollback(self, module_id: Id, version: int, *, note: str | None = None) -> Json:
        return await self._release("rollback", module_id, version, note)

    async def releases(self, module_id: Id | None = None) -> Json:
        return await self._get("releases", query={"module_id": module_id})

    async def release(self, release_id: Id) -> Json:
        return await self._get("releases", release_id)

    async def wait_release(self, release_id: Id, timeout_seconds: float = 60) -> Json:
        """The release once the host has obeyed it or could not."""
        return await _wait("The release", lambda: self.release(release_id), RELEASED, timeout_seconds)

    async def published(self, *, state: Literal["published", "unpublished"] | None = None) -> Json:
        return await self._get("published", query={"state": state})

    async def published_module(self, module_id: Id) -> Json:
        return await self._get("published", module_id)

    # The live CRM

    async def records(self, entity: str, where: Mapping[str, object] | None = None, **page: object) -> Json:
        """A page of records; `where` by field, `sort`, `limit` and `cursor` beside it."""
        filters = {f"filter[{field}]": value for field, value in (where or {}).items()}
        return await self._get("crm", entity, query={**filters, **page})

    async def record(self, entity: str, record_id: Id) -> Json:
        return await self._get("crm", entity, record_id)

    async def create_record(self, entity: str, values: Mapping[str, object]) -> Json:
        return await self._post("crm", entity, body=values)

    async def update_record(self, entity: str, record_id: Id, values: Mapping[str, object]) -> Json:
        return await self._patch("crm", entity, record_id, body=values)

    async def delete_record(self, entity: str, record_id: Id) -> None:
        await self._line.ask("DELETE", _path("crm", entity, record_id))

    async def transition_record(self, entity: str, record_id: Id, to: str) -> Json:
        return await self._post("crm", entity, record_id, "transition", body={"to": to})

    async def manifest(self) -> Json:
        return await self._get("manifest")

    async def menus(self, language: str | None = None) -> Json:
        return await self._get("menus", query={"language": language})

    async def view(self, entity: str, kind: Literal["list", "form", "timeline"], **query: object) -> Json:
        return await self._get("views", entity, kind, query=query)

    # What happened, and what happens

    async def audit(self, **filters: object) -> Json:
        return await self._get("audit", query=filters)

    def stream(self, *, module_id: Id | None = None, last_id: int | None = None) -> AsyncGenerator[Message]:
        """The live stream, for ever; a line that breaks is mended and what was missed comes after all."""
        return self._line.stream({"module_id": str(module_id)} if module_id else {}, last_id)

    async def _release(self, kind: str, module_id: Id, version: int | None, note: str | None) -> Json:
        body = _said({"kind": kind, "module_id": module_id, "version": version, "note": note})
        return await self._post("releases", body=body)

    async def _get(self, *path: object, query: Mapping[str, object] | None = None) -> Json:
        return await self._line.ask("GET", _path(*path), query=query)

    async def _post(self, *path: object, body: object = None) -> Json:
        return await self._line.ask("POST", _path(*path), body=body)

    async def _patch(self, *path: object, body: object) -> Json:
        return await self._line.ask("PATCH", _path(*path), body=body)


def _path(*parts: object) -> str:
    return "".join("/" + quote(str(part), safe="") for part in parts)


def _said(body: Mapping[str, object]) -> Json:
    """Without what was not said; ids as text."""
    return {key: str(value) if isinstance(value, UUID) else value for key, value in body.items() if value is not None}


async def _wait(what: str, look: Callable[[], Awaitable[Json]], ends: frozenset[str], seconds: float) -> Json:
    """Look until the state is one of `ends`. An outage on the way is waited out. Raises `TimedOut`."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    pause = FIRST_LOOK_SECONDS
    seen: Json = {}
    while loop.time() < deadline:
        try:
            seen = await look()
        except Unreachable:
            pause = LAST_LOOK_SECONDS
        except Refused as refused:
            if refused.retry_after is None:
                raise
            pause = LAST_LOOK_SECONDS
        if seen.get("state") in ends:
            return seen
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, LAST_LOOK_SECONDS)
    raise TimedOut(what, seconds, seen)
