"""The services as the gateway reaches them: one pool of connections, one token per request."""

from collections.abc import AsyncIterator, Iterable
from typing import Any, Self

import httpx
import orjson

from services.gateway.routing import SERVICES
from services.gateway.settings import Settings
from shared.contracts.event import Cause
from shared.runtime.errors import Unavailable
from shared.runtime.identity import mint

# Servers keep an idle connection for five seconds. Ours must be gone before, or a request meets a closing one.
KEEPALIVE_SECONDS = 2.0
RETRY_AFTER_SECONDS = 2


class ServiceUnavailable(Unavailable):
    """503: the service that owns this path does not answer."""

    default_code = "service_unavailable"


class Upstreams:
    """Sends requests to services on behalf of a person."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._timeout = httpx.Timeout(settings.answer_seconds, connect=settings.connect_seconds)
        # Not from the environment: a proxy set for the outer world must not see what services say to each other.
        self._client = httpx.AsyncClient(
            limits=httpx.Limits(max_connections=200, max_keepalive_connections=40, keepalive_expiry=KEEPALIVE_SECONDS),
            trust_env=False,
            follow_redirects=False,
            # Reading the authorities' certificates takes 20 ms, for nothing where there is no TLS.
            verify=any(settings.service_url(service).startswith("https:") for service in SERVICES),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def send(
        self,
        service: str,
        method: str,
        target: str,
        cause: Cause,
        *,
        headers: Iterable[tuple[bytes, bytes]] = (),
        content: AsyncIterator[bytes] | None = None,
    ) -> httpx.Response:
        """The service's answer with its body still unread: the caller closes it. Raises `ServiceUnavailable`."""
        token = mint(self._settings.gateway_private_key, cause, service)
        request = httpx.Request(
            method,
            f"{self._settings.service_url(service)}{target}",
            headers=[*headers, (b"authorization", f"Bearer {token}".encode()), *_trace(cause)],
            content=content,
            extensions={"timeout": self._timeout.as_dict()},
        )
        try:
            return await self._client.send(request, stream=True)
        except httpx.TransportError as error:
            raise away(service, error) from error

    async def read(self, service: str, path: str, cause: Cause) -> tuple[int, Any]:
        """Status and JSON of a GET. Raises `ServiceUnavailable`, also for an answer that is not JSON."""
        response = await self.send(service, "GET", path, cause)
        try:
            return response.status_code, orjson.loads(await response.aread())
        except (httpx.TransportError, orjson.JSONDecodeError) as error:
            raise away(service, error) from error
        finally:
            await response.aclose()


def away(service: str, error: Exception) -> ServiceUnavailable:
    """Say which service is away, and whether it was too slow or not there."""
    reason = "timeout" if isinstance(error, httpx.TimeoutException) else "unreachable"
    return ServiceUnavailable(
        f"The {service} service does not answer just now. Try again in a moment.",
        params={"service": service, "reason": reason},
        retry_after=RETRY_AFTER_SECONDS,
    )


def _trace(cause: Cause) -> list[tuple[bytes, bytes]]:
    return [(b"traceparent", cause.traceparent.encode())] if cause.traceparent else []
