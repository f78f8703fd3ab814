"""What every request gets: a trace that goes on from its caller's, told in the answer as `X-Request-Id`."""

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.tracing import begin_story

_QUIET = ("/livez", "/readyz")


class RequestStory:
    """Begins the story of a request, and logs one line when it is answered."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app = app
        self._log = logging.getLogger(f"patchbay.{service}.http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {key: value.decode("latin-1") for key, value in scope["headers"]}
        story = begin_story(headers.get(b"traceparent"))
        began = time.perf_counter()

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (b"x-request-id", story.trace_id.encode())]
                if scope["path"] not in _QUIET:
                    took = round((time.perf_counter() - began) * 1000, 1)
                    self._log.info("%s %s %s in %s ms", scope["method"], scope["path"], message["status"], took)
            await send(message)

        await self._app(scope, receive, tell)
