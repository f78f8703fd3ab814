"""The built files: each is served under the hash of its content, so that it may be cached for ever."""

from functools import cache
from pathlib import Path

import orjson
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

DIST = Path(__file__).parent / "assets" / "dist"


class AssetsMissing(Exception):
    """The bundle has not been built; `make console-assets` builds it."""


class _Immutable(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def files() -> StaticFiles:
    """Raises AssetsMissing."""
    _manifest()
    return _Immutable(directory=DIST)


def url(name: str) -> str:
    """The address of one built file."""
    return f"/static/{_manifest()[name]}"


@cache
def _manifest() -> dict[str, str]:
    path = DIST / "manifest.json"
    if not path.exists():
        raise AssetsMissing(f"{path} is missing; run `make console-assets`")
    manifest: dict[str, str] = orjson.loads(path.read_bytes())
    return manifest
