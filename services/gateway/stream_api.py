"""`GET /stream`: the live stream as server-sent events."""

from collections.abc import AsyncGenerator
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Request
from starlette.responses import StreamingResponse

from services.gateway.door import SignedInGuest, sessions_of, settings_of
from services.gateway.signing_in import Guest, still_in
from services.gateway.stream import LiveStream, Told
from shared.runtime.database import Sessions

RECONNECT_MILLISECONDS = 1000

router = APIRouter()


class EventStream(StreamingResponse):
    """Server-sent events: no proxy may hold them back."""

    media_type = "text/event-stream"


@router.get("/stream", response_class=EventStream, tags=["stream"])
async def stream(
    request: Request,
    guest: SignedInGuest,
    module_id: UUID | None = None,
    last_event_id: Annotated[str | None, Header(description="Replay what came after this id.")] = None,
) -> EventStream:
    """What happens, as it happens: `event:` is the topic, `data:` one JSON object.

    Events have ids; send the last one as `Last-Event-ID` to miss nothing. Progress (`event: progress`) has none.
    """
    live: LiveStream = request.app.state.stream
    heartbeat = settings_of(request).stream_heartbeat_seconds
    last = int(last_event_id) if last_event_id and last_event_id.isdecimal() else None
    told = live.watch(last, str(module_id) if module_id else None, heartbeat)
    return EventStream(_frames(told, sessions_of(request), guest), headers={"X-Accel-Buffering": "no"})


async def _frames(told: AsyncGenerator[Told | None], sessions: Sessions, guest: Guest) -> AsyncGenerator[bytes]:
    try:
        yield f"retry: {RECONNECT_MILLISECONDS}\n\n".encode()
        async for one in told:
            if one is not None:
                yield _frame(one)
            elif await still_in(sessions, guest):
                yield b": listening\n\n"
            else:
                return
    finally:
        await told.aclose()


def _frame(told: Told) -> bytes:
    number = f"id: {told.id}\n" if told.id is not None else ""
    return f"{number}event: {told.topic}\ndata: ".encode() + orjson.dumps(told.data) + b"\n\n"
