"""The language model's side of the port: `pydantic-ai` behind this one file, which nothing imports at the start.

What is ours and not the library's: both key headers, an honest User-Agent, no temperature, no retries, no redirects,
a connection to the very address that was checked, a hard wall clock, and the classification of what went wrong.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import httpx2
from anthropic import AsyncAnthropic
from openai import AsyncOpenAI
from pydantic_ai import exceptions as failures
from pydantic_ai.direct import model_request
from pydantic_ai.messages import ModelRequest, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from services.generator.address import AddressRefused, check_base_url, resolve
from services.generator.endpoint import Endpoint
from services.generator.prompt import INSTRUCTIONS, TOOL, TOOL_DESCRIPTION, render
from services.generator.writer import Answer, Outcome, ProviderFailed, Request
from shared.patch.plain import as_object
from shared.patch.provider import from_provider, provider_schema

USER_AGENT = "patchbay/0.1 (+https://github.com/patchbay/patchbay)"
ANTHROPIC_VERSION = "2023-06-01"
_CONNECT_SECONDS = 10.0
_CHECK_SECONDS = 30.0
_CHECK_TOKENS = 200
_CHECK_TOOL = ToolDefinition(
    name="answer",
    description="Say that you are there.",
    parameters_json_schema={
        "type": "object",
        "properties": {"word": {"type": "string", "description": "The word `ready`."}},
        "required": ["word"],
        "additionalProperties": False,
    },
)
_OUTCOMES: tuple[tuple[type[Exception], Outcome], ...] = (
    (failures.ModelQuotaExceededError, "quota"),
    (failures.ModelAuthenticationError, "key_refused"),
    (failures.ModelNotFoundError, "model_unknown"),
    (failures.ModelRateLimitError, "overloaded"),
    (failures.ModelUnavailableError, "overloaded"),
    (failures.ModelTimeoutError, "timeout"),
    (failures.ModelRequestTimeout, "timeout"),
    (failures.ModelConnectionError, "unreachable"),
    (failures.ModelRequestRejectedError, "request_refused"),
)
# Said by Kimi in a 429 that no waiting ends.
_QUOTA_TYPE = "exceeded_current_quota_error"
_DETAIL_LENGTH = 300


class ModelWriter:
    """One endpoint. Each request is a fresh one: nothing is remembered between them."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def write(self, request: Request) -> Answer:
        tool = ToolDefinition(name=TOOL, description=TOOL_DESCRIPTION, parameters_json_schema=provider_schema())
        response = await self._ask(
            tool, INSTRUCTIONS, render(request), self._endpoint.max_tokens, self._endpoint.timeout_seconds
        )
        document, raw = _document(response, TOOL)
        return Answer(
            raw=raw,
            document=from_provider(document),
            input_tokens=response.usage.input_tokens,
            output_tokens=response.usage.output_tokens,
            served_model=response.model_name,
        )

    async def check(self) -> str | None:
        """Raises `ProviderFailed`, with `no_tools` when the model answers but does not use the tool."""
        seconds = min(_CHECK_SECONDS, self._endpoint.timeout_seconds)
        response = await self._ask(
            _CHECK_TOOL, "Call the tool `answer` once.", "Are you ready?", _CHECK_TOKENS, seconds
        )
        if _document(response, _CHECK_TOOL.name)[0] is None:
            raise ProviderFailed("no_tools", "The model answered, but not by calling the tool.")
        return response.model_name

    async def _ask(
        self, tool: ToolDefinition, instructions: str, message: str, max_tokens: int, seconds: float
    ) -> ModelResponse:
        """One answer; the tool is forced, or offered once more where a model refuses to be forced."""
        try:
            async with asyncio.timeout(seconds), _model(self._endpoint) as model:
                try:
                    return await _request(model, tool, instructions, message, max_tokens, forced=True)
                except failures.ModelHTTPError as error:
                    if error.status_code != HTTPStatus.BAD_REQUEST or "tool_choice" not in str(error.body):
                        raise
                    return await _request(model, tool, instructions, message, max_tokens, forced=False)
        except TimeoutError:
            raise ProviderFailed("timeout", f"No answer within {seconds:g} seconds.") from None
        except AddressRefused as refused:
            raise ProviderFailed("address_refused", refused.detail) from None
        except (failures.AgentRunError, httpx2.HTTPError, ValueError) as error:
            raise _classified(error, self._endpoint.api_key) from error


async def _request(
    model: Model, tool: ToolDefinition, instructions: str, message: str, max_tokens: int, *, forced: bool
) -> ModelResponse:
    settings = ModelSettings(
        max_tokens=max_tokens,
        tool_choice="required" if forced else "auto",
        extra_headers={"User-Agent": USER_AGENT},
    )
    parameters = ModelRequestParameters(function_tools=[tool], allow_text_output=True)
    asked = ModelRequest.user_text_prompt(message, instructions=instructions)
    return await model_request(model, [asked], model_settings=settings, model_request_parameters=parameters)


@asynccontextmanager
async def _model(endpoint: Endpoint) -> AsyncGenerator[Model]:
    """The model on a connection of its own, which no proxy, redirect or second look at the resolver can turn away."""
    check_base_url(endpoint.base_url, endpoint.allowed_hosts)
    timeout = httpx2.Timeout(endpoint.timeout_seconds, connect=_CONNECT_SECONDS)
    transport = PinnedTransport(endpoint.allowed_hosts)
    async with httpx2.AsyncClient(
        transport=transport, timeout=timeout, follow_redirects=False, trust_env=False
    ) as http_client:
        if endpoint.kind == "anthropic":
            yield _anthropic(endpoint, http_client)
        else:
            yield _openai(endpoint, http_client)


def _anthropic(endpoint: Endpoint, http_client: httpx2.AsyncClient) -> Model:
    """The library sends the key as a bearer; Kimi's two surfaces want one header each, so both are sent."""
    client = AsyncAnthropic(
        api_key=endpoint.api_key,
        base_url=endpoint.base_url,
        max_retries=0,
        timeout=http_client.timeout,
        http_client=http_client,
        default_headers={"x-api-key": endpoint.api_key, "anthropic-version": ANTHROPIC_VERSION},
    )
    return AnthropicModel(endpoint.model, provider=AnthropicProvider(anthropic_client=client))


def _openai(endpoint: Endpoint, http_client: httpx2.AsyncClient) -> Model:
    client = AsyncOpenAI(
        api_key=endpoint.api_key,
        base_url=endpoint.base_url,
        max_retries=0,
        timeout=http_client.timeout,
        http_client=http_client,
    )
    return OpenAIChatModel(endpoint.model, provider=OpenAIProvider(openai_client=client))


class PinnedTransport(httpx2.AsyncBaseTransport):
    """Connects to the address that was checked, under the name that the certificate must bear."""

    def __init__(self, allowed_hosts: tuple[str, ...]) -> None:
        self._allowed_hosts = allowed_hosts
        self._inner = httpx2.AsyncHTTPTransport(retries=0)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        try:
            address = await resolve(host, port, self._allowed_hosts)
        except OSError as error:
            raise httpx2.ConnectError(str(error), request=request) from error
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def _document(response: ModelResponse, tool: str) -> tuple[dict[str, Any] | None, str]:
    """The arguments of the tool call, and the answer as it came."""
    for part in response.parts:
        if isinstance(part, ToolCallPart) and part.tool_name == tool:
            raw = part.args if isinstance(part.args, str) else json.dumps(part.args or {}, ensure_ascii=False, indent=2)
            try:
                return as_object(json.loads(raw)), raw
            except json.JSONDecodeError:
                return None, raw
    return None, "\n".join(part.content for part in response.parts if isinstance(part, TextPart))


def _classified(error: Exception, api_key: str) -> ProviderFailed:
    causes = list(_causes(error))
    detail = str(getattr(error, "body", None) or error)
    safe = (detail.replace(api_key, "…") if api_key else detail)[:_DETAIL_LENGTH]
    retry_after: float | None = getattr(error, "retry_after", None)
    for cause in causes:
        if isinstance(cause, AddressRefused):
            return ProviderFailed("address_refused", cause.detail)
        if isinstance(cause, ssl.SSLError) or "CERTIFICATE" in str(cause).upper():
            return ProviderFailed("tls", str(cause)[:_DETAIL_LENGTH])
    if _QUOTA_TYPE in detail:
        return ProviderFailed("quota", safe)
    status = next((found for one in causes if (found := getattr(one, "status_code", None)) is not None), None)
    if isinstance(status, int) and httpx2.codes.is_redirect(status):
        return ProviderFailed("redirected", f"The provider answered {status} with another address.")
    for kind, outcome in _OUTCOMES:
        if isinstance(error, kind):
            return ProviderFailed(outcome, safe, retry_after)
    return ProviderFailed("failed", safe)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
