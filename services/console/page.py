"""One request for a page: who asks, in which language, and how an answer is made."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import orjson
from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import URL
from starlette.responses import HTMLResponse, RedirectResponse, StreamingResponse

from services.console import bundle, wording
from services.console.gateway import Away, Gateway, Refused, SignInNeeded
from services.console.i18n import Tongue, globals_for, tongue_of
from services.console.protection import harden
from services.console.settings import Settings

_HEARTBEAT_SECONDS = 15


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True)
class Page:
    """`me` is the gateway's answer about the signed-in person: name, roles, capabilities."""

    request: Request
    gateway: Gateway
    tongue: Tongue
    me: dict[str, Any] | None

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        """A whole page. `refused` in the context shows the problem at the top of it."""
        return HTMLResponse(self.text(template, **context), status)

    def text(self, template: str, **context: Any) -> str:
        """A template as text; every template may name the person, the language and what was refused."""
        refused = context.pop("refused", None)
        known: dict[str, Any] = {
            "asset": bundle.url,
            "look": wording.look,
            "word": partial(wording.word, self.tongue),
            "words": partial(wording.listed, self.tongue),
            "me": self.me,
            "here": self.request.url.path,
            "query": self.request.query_params,
            "tell": self.tell,
            "as_json": _as_json,
            "done": wording.done(self.tongue, self.request.query_params.get("done")),
            "problems": wording.problems(self.tongue, refused) if refused else [],
        }
        return _templates().get_template(template).render(**globals_for(self.tongue), **known, **context)

    def tell(self, problem: dict[str, Any]) -> str:
        """One problem in words."""
        return wording.tell(self.tongue, problem)

    def go(self, path: str, done: str | None = None) -> Response:
        """After a command that worked: on to a page, which may say what was done."""
        joint = "&" if "?" in path else "?"
        return RedirectResponse(f"{path}{joint}done={done}" if done else path, 303)

    def live(self, module_id: str | None, fragment: Callable[[], Awaitable[str]]) -> Response:
        """The fragment now, and again, whole, after each thing that happens: reconnecting is just the next event."""
        stream = _server_sent(self.gateway.events(module_id), fragment)
        return StreamingResponse(stream, media_type="text/event-stream")


async def _server_sent(ticks: AsyncIterator[None], fragment: Callable[[], Awaitable[str]]) -> AsyncGenerator[str]:
    happened = asyncio.Event()
    happened.set()
    listening = asyncio.create_task(_listen(ticks, happened))
    last = ""
    try:
        while True:
            happened.clear()
            text = await fragment()
            # An unchanged fragment is not sent again: the reader's focus and selection stay where they are.
            yield ": same\n\n" if text == last else "".join(f"data: {line}\n" for line in text.splitlines()) + "\n"
            last = text
            # A quiet time ends too, so that a reader who is gone is noticed.
            with suppress(TimeoutError):
                async with asyncio.timeout(_HEARTBEAT_SECONDS):
                    await happened.wait()
            if listening.done():
                return
    except (Away, SignInNeeded, Refused):
        return
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


async def _listen(ticks: AsyncIterator[None], happened: asyncio.Event) -> None:
    """The end of the stream is something that happens, too: the reader's next request is told why."""
    try:
        async for _ in ticks:
            happened.set()
    except (Away, SignInNeeded):
        return
    finally:
        happened.set()


def _as_json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def cookie_name(settings: Settings) -> str:
    return "__Host-patchbay" if settings.secure_cookie else "patchbay"


def _visitor(request: Request) -> Page:
    settings: Settings = request.app.state.settings
    token = request.cookies.get(cookie_name(settings))
    return Page(request, Gateway(request.app.state.client, token), tongue_of(request), None)


async def _signed_in(request: Request) -> Page:
    visitor = _visitor(request)
    if visitor.gateway.token is None:
        raise SignInNeeded
    return Page(request, visitor.gateway, visitor.tongue, await visitor.gateway.get("/me"))


Visitor = Annotated[Page, Depends(_visitor)]
SignedIn = Annotated[Page, Depends(_signed_in)]


async def to_sign_in(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the framework hands both over
    """After signing in, the person comes back to the page that was asked for, or to the one the form stood on."""
    asked = request.url if request.method == "GET" else URL(request.headers.get("referer", "/"))
    path = asked.path + (f"?{asked.query}" if asked.query else "")
    response = RedirectResponse(f"/sign-in?next={quote(path, safe='')}", 303)
    response.delete_cookie(cookie_name(request.app.state.settings), path="/")
    return response


async def error_page(request: Request, error: Exception) -> Response:
    """What could not be shown: why, and what to do next."""
    page = await _whoever(request)
    if isinstance(error, Away):
        return page.render("error.html", 503, away=True)
    if isinstance(error, Refused):
        refused = error
    elif isinstance(error, RequestValidationError) or getattr(error, "status_code", 500) == HTTPStatus.NOT_FOUND:
        refused = Refused(404, "page_missing", "", {"code": "page_missing"})
    else:
        refused = Refused(getattr(error, "status_code", 500), "unexpected", str(error), {"code": "unexpected"})
    # A fault of ours is answered outside of everything that would add the headers.
    return harden(page.render("error.html", refused.status, refused=refused, away=False))


async def _whoever(request: Request) -> Page:
    """The person, where the gateway still says who it is: the menu stays on the page then."""
    try:
        return await _signed_in(request)
    except (SignInNeeded, Away, Refused):
        return _visitor(request)
