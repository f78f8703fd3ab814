"""One person's line to the gateway: requests, refusals as errors, and the live stream."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx

from patchbay.errors import NotSignedIn, Refused, Unreachable

# The gateway keeps an idle connection for five seconds; ours is gone before.
KEEPALIVE_SECONDS = 2.0
RECONNECT_SECONDS = 1.0
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# The gateway says something at least every 15 seconds.
SILENCE_SECONDS = 45.0


@dataclass(frozen=True)
class Message:
    """One message of the live stream. Progress has no id: it is gone when it is missed."""

    id: int | None
    event: str
    data: dict[str, Any]


class Connection:
    """Sends the token along, once there is one."""

    def __init__(self, url: str, token: str | None, seconds: float) -> None:
        self.token = token
        self._http = httpx.AsyncClient(
            base_url=f"{url.rstrip('/')}/api/v1",
            timeout=seconds,
            limits=httpx.Limits(keepalive_expiry=KEEPALIVE_SECONDS),
            # Reading the authorities' certificates takes 20 ms, for nothing where there is no TLS.
            verify=httpx.URL(url).scheme == "https",
            # A proxy for the outer world cannot reach this machine's own address.
            trust_env=httpx.URL(url).host not in LOOPBACK,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON of the answer, None without a body. Raises `Refused`, `NotSignedIn` or `Unreachable`."""
        given = {name: str(value) for name, value in (query or {}).items() if value is not None}
        try:
            answer = await self._http.request(
                method,
                path,
                params=given,
                content=None if body is None else json.dumps(body),
                headers={**self._headers(), **(headers or {})},
            )
        except httpx.TransportError as error:
            raise _unreachable(error) from error
        if not answer.is_success:
            raise refusal(answer)
        return answer.json() if answer.content else None

    async def stream(self, query: Mapping[str, str], last_id: int | None) -> AsyncGenerator[Message]:
        """Messages for ever: a line that breaks is mended, and nothing with an id is missed."""
        while True:
            try:
                async for message in self._listen(query, last_id):
                    last_id = message.id or last_id
                    yield message
            except httpx.TransportError:
                pass
            except Refused as refused:
                if refused.status != HTTPStatus.SERVICE_UNAVAILABLE:
                    raise
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self, query: Mapping[str, str], last_id: int | None) -> AsyncGenerator[Message]:
        headers = {**self._headers(), **({} if last_id is None else {"Last-Event-ID": str(last_id)})}
        patience = httpx.Timeout(self._http.timeout.connect, read=SILENCE_SECONDS)
        async with self._http.stream("GET", "/stream", params=query, headers=headers, timeout=patience) as answer:
            if not answer.is_success:
                await answer.aread()
                raise refusal(answer)
            fields: dict[str, str] = {}
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                if line:
                    fields[name] = value
                    continue
                if "data" in fields:
                    number = int(fields["id"]) if "id" in fields else None
                    yield Message(number, fields["event"], json.loads(fields["data"]))
                fields = {}

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        return {**headers, "Authorization": f"Bearer {self.token}"} if self.token else headers


def refusal(answer: httpx.Response) -> Refused:
    """The error that an answer stands for, also when something else than Patchbay has answered."""
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    problem: dict[str, Any] = answer.json() if is_problem else {}
    code = str(problem.get("code", f"http_{answer.status_code}"))
    lost = answer.status_code == HTTPStatus.UNAUTHORIZED and code != "sign_in_refused"
    after = answer.headers.get("retry-after", "")
    return (NotSignedIn if lost else Refused)(
        status=answer.status_code,
        code=code,
        detail=str(problem.get("detail") or answer.reason_phrase),
        params=problem.get("params") or {},
        pointer=problem.get("pointer"),
        suggestion=problem.get("suggestion"),
        problems=tuple(problem.get("problems") or ()),
        request_id=problem.get("request_id") or answer.headers.get("x-request-id"),
        retry_after=int(after) if after.isdecimal() else None,
    )


def _unreachable(error: httpx.TransportError) -> Unreachable:
    too_slow = isinstance(error, httpx.TimeoutException)
    reason = "took too long to answer" if too_slow else "does not answer. Is Patchbay running?"
    return Unreachable(f"The gateway at {error.request.url.netloc.decode()} {reason}")
