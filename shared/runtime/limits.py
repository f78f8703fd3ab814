"""What a request may be: its address, and its body's size and depth, checked before anything reads them."""

import re
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.patch.fields import FILE_BYTES_MAX
from shared.runtime.errors import PatchbayError
from shared.runtime.problems import problem

BODY_BYTES = 1024 * 1024
PATCH_BYTES = 4 * 1024 * 1024
JSON_DEPTH = 32
# Where whole patches come in.
PATCH_PATHS = ("/patches", "/modules", "/api/v1/patches", "/api/v1/modules")
# Where files come in, whatever is in them: not read here, only counted on their way.
FILE_PATHS = ("/crm/files", "/api/v1/crm/files")

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")


class BodyTooLarge(PatchbayError):
    """413: more came than was announced, or was announced."""

    status = 413
    default_code = "body_too_large"

    def __init__(self, most: int) -> None:
        super().__init__(f"The body is larger than {most} bytes. Send less at once.", params={"most": most})


class BodyLimits:
    """Refuses a body that is too large (413) or, being JSON, too deep (422); and NUL in an address (422)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            # PostgreSQL's text cannot hold it, so nothing that is looked for has it.
            sentence = "The address holds the character NUL (%00), which no name and no value has. Leave it out."
            await problem(422, "character_refused", sentence)(scope, receive, send)
            return
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        most = _most(scope["path"])
        if scope["path"] in FILE_PATHS and not _announces_more(headers, most):
            await self._app(scope, _counted(receive, most), send)
            return
        body = await _read(receive, headers, most)
        if body is None:
            large = BodyTooLarge(most)
            await problem(large.status, large.code, large.detail, params=large.params)(scope, receive, send)
            return
        if b"json" in headers.get(b"content-type", b"json") and json_depth(body) > JSON_DEPTH:
            sentence = f"The JSON is nested deeper than {JSON_DEPTH} levels. Flatten it."
            await problem(422, "body_too_deep", sentence, params={"most": JSON_DEPTH})(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


def json_depth(body: bytes) -> int:
    """How deep objects and arrays nest, without parsing: strings are cut out, brackets counted."""
    depth = deepest = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub(b"", body)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _most(path: str) -> int:
    if path in FILE_PATHS:
        return FILE_BYTES_MAX
    return PATCH_BYTES if path.startswith(PATCH_PATHS) else BODY_BYTES


def _announces_more(headers: Mapping[bytes, bytes], most: int) -> bool:
    declared = headers.get(b"content-length", b"0")
    return not declared.isdigit() or int(declared) > most


async def _read(receive: Receive, headers: Mapping[bytes, bytes], most: int) -> bytes | None:
    """The whole body, or None when it says or turns out to be too large."""
    if _announces_more(headers, most):
        return None
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        more = message.get("more_body", False)
        if size > most:
            return None
    return b"".join(chunks)


def _counted(receive: Receive, most: int) -> Receive:
    """The body as it comes. Raises BodyTooLarge where it goes on for too long, for the app to answer."""
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > most:
            raise BodyTooLarge(most)
        return message

    return counted


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body once more for the app, then whatever comes (a disconnect)."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
