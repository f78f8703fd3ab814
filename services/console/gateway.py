"""The gateway, as one signed-in person sees it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx
import orjson

API = "/api/v1"
# Three of the gateway's heartbeats: a stream that is silent for longer has nobody at its other end.
_SILENCE_SECONDS = 45


@dataclass
class Refused(Exception):
    """The gateway's problem document (RFC 9457): what was refused, where, and a stable code for the text."""

    status: int
    code: str
    detail: str
    problem: dict[str, Any]

    @property
    def problems(self) -> list[dict[str, Any]]:
        """Its parts (of the publisher: everything that lacks), or itself when it has none."""
        params: dict[str, Any] = self.problem.get("params") or {}
        lacks = [{"code": lack["code"], "params": lack} for lack in params.get("lacks", [])]
        parts: list[dict[str, Any]] = self.problem.get("problems") or []
        return parts or (lacks if len(lacks) > 1 else [self.problem])


class SignInNeeded(Exception):
    """No session, or one that ended."""


class Away(Exception):
    """The gateway did not answer."""


@dataclass(frozen=True)
class Gateway:
    """Reads and commands. Each raises `Refused`, `SignInNeeded` or `Away`."""

    client: httpx.AsyncClient
    token: str | None

    async def get(self, path: str, **query: object) -> Any:
        return await self._ask("GET", path, query=query)

    async def post(self, path: str, body: object = None) -> Any:
        return await self._ask("POST", path, body=body)

    async def put(self, path: str, body: object) -> Any:
        return await self._ask("PUT", path, body=body)

    async def patch(self, path: str, body: object, unchanged_since: str | None = None) -> Any:
        """With the entity tag that was read; a change by somebody else meanwhile is refused then."""
        return await self._ask("PATCH", path, body=body, tag=unchanged_since)

    async def delete(self, path: str) -> Any:
        return await self._ask("DELETE", path)

    async def send(self, path: str, content: AsyncIterator[bytes], size: int, media_type: str) -> Any:
        """A file as it is."""
        headers = self._headers() | {"content-type": media_type, "content-length": str(size)}
        try:
            answer = await self.client.post(API + path, content=content, headers=headers)
        except httpx.TransportError as error:
            raise Away from error
        if answer.is_success:
            return orjson.loads(answer.content)
        raise _refusal(answer)

    async def open(self, path: str) -> httpx.Response:
        """A file, unread: whoever asked closes it."""
        request = self.client.build_request("GET", API + path, headers=self._headers())
        try:
            answer = await self.client.send(request, stream=True)
            if answer.is_success:
                return answer
            await answer.aread()
        except httpx.TransportError as error:
            raise Away from error
        raise _refusal(answer)

    async def events(self, module_id: str | None) -> AsyncIterator[None]:
        """One tick at each event or progress message of the gateway's live stream; the page then asks for the state."""
        query = {"module_id": module_id} if module_id else {}
        patience = httpx.Timeout(15, read=_SILENCE_SECONDS)
        try:
            async with self.client.stream(
                "GET", API + "/stream", params=query, headers=self._headers(), timeout=patience
            ) as answer:
                if answer.status_code == HTTPStatus.UNAUTHORIZED:
                    raise SignInNeeded
                async for line in answer.aiter_lines():
                    if line.startswith("data:"):
                        yield
        except httpx.TransportError as error:
            raise Away from error

    async def _ask(
        self,
        method: str,
        path: str,
        query: dict[str, object] | None = None,
        body: object = None,
        tag: str | None = None,
    ) -> Any:
        given = {name: str(value) for name, value in (query or {}).items() if value is not None and value != ""}
        try:
            answer = await self.client.request(
                method,
                API + path,
                params=given,
                content=None if body is None else orjson.dumps(body),
                headers=self._headers() | ({"if-match": tag} if tag else {}),
            )
        except httpx.TransportError as error:
            raise Away from error
        if answer.is_success:
            return orjson.loads(answer.content) if answer.content else None
        raise _refusal(answer)

    def _headers(self) -> dict[str, str]:
        headers = {"content-type": "application/json"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        return headers


def _refusal(answer: httpx.Response) -> Exception:
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    problem: dict[str, Any] = orjson.loads(answer.content) if is_problem else {}
    code = str(problem.get("code", "unknown"))
    if answer.status_code == HTTPStatus.UNAUTHORIZED and code != "sign_in_refused":
        return SignInNeeded()
    detail = str(problem.get("detail") or problem.get("title") or answer.reason_phrase)
    return Refused(answer.status_code, code, detail, problem)
