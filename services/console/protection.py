"""What every answer and every command must pass: a strict content policy, and no command from another site."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.responses import PlainTextResponse

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


async def protect(request: Request, proceed: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse unsafe methods from elsewhere; send the security headers; let no page be kept in a cache."""
    if request.method not in _SAFE and not _from_here(request):
        return PlainTextResponse("This command came from another site and was not carried out.", status_code=403)
    return harden(await proceed(request))


def harden(response: Response) -> Response:
    """With the security headers, and kept out of caches unless it says otherwise."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("cache-control", "no-store")
    return response


def _from_here(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")
