"""The model's client against a provider that speaks the protocol."""

from pathlib import Path
from typing import Any

import pytest

from services.generator.endpoint import Endpoint
from services.generator.writer import Outcome, ProviderFailed, Request
from services.generator.writers import writer_of
from shared.crm import base_manifest
from tests.services.generator.provider import (
    Provider,
    Reply,
    chat_call,
    prose,
    provider,
    refusal,
    self_signed,
    tool_use,
)

KEY = "sk-kimi-0123456789"
REQUEST = Request("Add a nickname to customers.", "nickname", base_manifest(), base_manifest())
DOCUMENT: dict[str, Any] = {"patch": "1", "module": {"name": "nickname"}, "operations": []}


def endpoint(told: Provider | str, **changes: Any) -> Endpoint:
    url = told if isinstance(told, str) else f"{told.url}/coding/"
    given: dict[str, Any] = {
        "name": "Kimi",
        "kind": "anthropic",
        "base_url": url,
        "model": "kimi-for-coding",
        "api_key": KEY,
        "timeout_seconds": 10,
        "allowed_hosts": ("127.0.0.1",),
    }
    return Endpoint(**(given | changes))


async def test_a_good_answer_comes_back_with_tokens_and_the_served_model() -> None:
    async with provider(tool_use("write_patch", DOCUMENT)) as told:
        answer = await (await writer_of(endpoint(told))).write(REQUEST)
    assert answer.document == DOCUMENT
    assert (answer.input_tokens, answer.output_tokens, answer.served_model) == (1200, 340, "kimi-for-coding-0905")


async def test_the_request_is_what_kimi_wants_and_nothing_else() -> None:
    async with provider(tool_use("write_patch", DOCUMENT)) as told:
        await (await writer_of(endpoint(told))).write(REQUEST)
    (heard,) = told.heard
    assert (heard.method, heard.path.partition("?")[0]) == ("POST", "/coding/v1/messages")
    assert heard.headers["x-api-key"] == KEY
    assert heard.headers["authorization"] == f"Bearer {KEY}"
    assert heard.headers["anthropic-version"] == "2023-06-01"
    assert heard.headers["user-agent"].startswith("patchbay/")
    assert heard.headers["host"] == told.url.removeprefix("http://")
    assert "anthropic-beta" not in heard.headers
    assert set(heard.body) == {"model", "max_tokens", "system", "messages", "tools", "tool_choice", "stream"}
    assert (heard.body["model"], heard.body["stream"]) == ("kimi-for-coding", False)
    assert heard.body["tool_choice"] == {"type": "any"}
    (tool,) = heard.body["tools"]
    assert tool["name"] == "write_patch"
    assert "operations" in tool["input_schema"]["properties"]
    (message,) = heard.body["messages"]
    assert "Add a nickname to customers." in str(message["content"])


async def test_a_model_that_cannot_be_forced_is_asked_once_more() -> None:
    forbids = refusal(400, "invalid_request_error", "tool_choice 'any' is not supported with thinking enabled")
    async with provider(forbids, tool_use("write_patch", DOCUMENT)) as told:
        answer = await (await writer_of(endpoint(told))).write(REQUEST)
    assert answer.document == DOCUMENT
    assert [heard.body["tool_choice"]["type"] for heard in told.heard] == ["any", "auto"]


async def test_prose_is_an_answer_without_a_document() -> None:
    async with provider(prose("I would add a nickname field.")) as told:
        answer = await (await writer_of(endpoint(told))).write(REQUEST)
    assert (answer.document, answer.raw) == (None, "I would add a nickname field.")


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (refusal(401, "authentication_error", "invalid x-api-key"), "key_refused"),
        (refusal(403, "permission_error", "not allowed"), "key_refused"),
        (refusal(404, "not_found_error", "model: kimi-for-coding"), "model_unknown"),
        (refusal(429, "exceeded_current_quota_error", "You exceeded your current quota"), "quota"),
        (refusal(402, "billing_error", "no credit"), "quota"),
        (refusal(429, "rate_limit_error", "slow down", **{"retry-after": "7"}), "overloaded"),
        (refusal(529, "overloaded_error", "Overloaded"), "overloaded"),
        (refusal(400, "invalid_request_error", "messages: too long"), "request_refused"),
        (refusal(500, "api_error", "oops"), "failed"),
        (prose("Ready!"), "no_tools"),
    ],
)
async def test_what_goes_wrong_is_classified_and_asked_once(reply: Reply, outcome: Outcome) -> None:
    async with provider(reply) as told:
        with pytest.raises(ProviderFailed) as failed:
            await (await writer_of(endpoint(told))).check()
    assert (failed.value.outcome, len(told.heard)) == (outcome, 1)
    assert KEY not in failed.value.detail
    assert failed.value.retry_after == (7 if "retry-after" in reply.headers else None)


async def test_a_provider_that_never_answers_ends_at_the_wall_clock() -> None:
    async with provider(Reply(hangs=True)) as told:
        with pytest.raises(ProviderFailed) as failed:
            await (await writer_of(endpoint(told, timeout_seconds=1))).write(REQUEST)
    assert failed.value.outcome == "timeout"


async def test_a_redirect_is_not_followed_and_the_key_goes_nowhere() -> None:
    async with provider(tool_use("write_patch", DOCUMENT)) as thief:
        async with provider(Reply(307, headers={"location": f"{thief.url}/v1/messages"})) as told:
            with pytest.raises(ProviderFailed) as failed:
                await (await writer_of(endpoint(told))).write(REQUEST)
        assert thief.heard == []
    assert failed.value.outcome == "redirected"


async def test_nobody_at_the_address_is_unreachable() -> None:
    async with provider(Reply()) as told:
        gone = told.url
    with pytest.raises(ProviderFailed) as failed:
        await (await writer_of(endpoint(f"{gone}/"))).check()
    assert failed.value.outcome == "unreachable"


async def test_a_certificate_that_does_not_hold_is_told_apart(tmp_path: Path) -> None:
    async with provider(Reply(), tls=self_signed(tmp_path)) as told:
        with pytest.raises(ProviderFailed) as failed:
            await (await writer_of(endpoint(told))).check()
    assert failed.value.outcome == "tls"


@pytest.mark.parametrize("url", ["https://127.0.0.1:1/", "https://localhost:1/", "https://[::ffff:127.0.0.1]:1/"])
async def test_a_private_address_is_refused_when_it_is_spoken_to(url: str) -> None:
    with pytest.raises(ProviderFailed) as failed:
        await (await writer_of(endpoint(url, allowed_hosts=()))).check()
    assert failed.value.outcome == "address_refused"


async def test_an_openai_compatible_model_writes_too() -> None:
    async with provider(chat_call("write_patch", DOCUMENT)) as told:
        answer = await (await writer_of(endpoint(f"{told.url}/v1", kind="openai", model="gpt-next"))).write(REQUEST)
    (heard,) = told.heard
    assert answer.document == DOCUMENT
    assert heard.path == "/v1/chat/completions"
    assert heard.headers["authorization"] == f"Bearer {KEY}"
    assert heard.headers["user-agent"].startswith("patchbay/")
    assert (heard.body["tool_choice"], "temperature" in heard.body) == ("required", False)
