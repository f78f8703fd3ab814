import asyncio

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from tests.services.gateway.running import Gateway, Service

CALLER_TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def test_a_request_reaches_its_owner_in_the_persons_name(city: Gateway, services: dict[str, Service]) -> None:
    generator = services["generator"]
    generator.says("/modules/7/versions", {"items": [], "next": None})
    headers = await city.sign_in("developer", crm_roles=["sales"])

    answer = await city.client.get(
        "/modules/7/versions?limit=5&a=%2F", headers={**headers, "traceparent": CALLER_TRACE}
    )

    (asked,) = generator.asked
    cause = generator.cause()
    assert answer.json() == {"items": [], "next": None}
    assert asked.url.query == "limit=5&a=%2F"
    assert (cause.actor.kind, cause.actor.name, cause.actor.roles) == ("person", "Developer", ("developer",))
    assert (cause.actor.crm_roles, cause.actor.address) == (("sales",), "127.0.0.1")
    assert asked.headers["traceparent"].split("-")[1] == CALLER_TRACE.split("-")[1]
    assert answer.headers.get_list("x-request-id") == [CALLER_TRACE.split("-")[1]]


async def test_a_token_is_for_one_service_only(city: Gateway, services: dict[str, Service]) -> None:
    services["tester"].says("/runs", {"items": []})
    await city.client.get("/runs", headers=await city.sign_in("developer"))
    assert services["tester"].cause().actor.name == "Developer"
    services["tester"].name = "generator"
    with pytest.raises(Exception, match="token"):
        services["tester"].cause()


async def test_body_status_and_headers_go_through_and_hop_by_hop_stays(
    city: Gateway, services: dict[str, Service]
) -> None:
    async def echo(request: Request) -> Response:
        body = await request.body()
        return Response(body, 418, {"ETag": '"7"', "X-Own": "yes", "Set-Cookie": "a=b"}, "text/plain; charset=utf-8")

    services["generator"].endpoints["/patches/validate"] = echo
    headers = await city.sign_in("developer")
    sent = {
        "Connection": "keep-alive, X-Hop",
        "X-Hop": "1",
        "If-Match": '"6"',
        "Cookie": "c=d",
        "X-Forwarded-For": "6.6.6.6",
    }

    answer = await city.client.post("/patches/validate", content="héllo".encode(), headers={**headers, **sent})

    asked = services["generator"].asked[0].headers
    assert (answer.status_code, answer.text, answer.headers["etag"]) == (418, "héllo", '"7"')
    assert (answer.headers["x-own"], "set-cookie" in answer.headers) == ("yes", False)
    assert asked["if-match"] == '"6"'
    assert not {"x-hop", "cookie", "x-forwarded-for"} & set(asked)
    assert answer.headers["content-length"] == "6"
    assert len(answer.headers.get_list("date")) == 1


async def test_a_long_answer_arrives_piece_by_piece(city: Gateway, services: dict[str, Service]) -> None:
    more = asyncio.Event()

    async def slowly(_request: Request) -> Response:
        async def pieces():  # noqa: ANN202 two pieces of bytes
            yield b"first"
            await more.wait()
            yield b"second"

        return StreamingResponse(pieces())

    services["tester"].endpoints["/runs/1"] = slowly
    headers = await city.sign_in("developer")
    async with asyncio.timeout(5), city.client.stream("GET", "/runs/1", headers=headers) as answer:
        chunks = answer.aiter_raw()
        assert await anext(chunks) == b"first"
        more.set()
        assert await anext(chunks) == b"second"


async def test_a_service_that_is_away_is_named(city: Gateway) -> None:
    headers = await city.sign_in("administrator")
    answer = await city.client.get("/audit", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
    assert answer.json()["params"] == {"service": "audit", "reason": "unreachable"}
    assert answer.headers["retry-after"] == "2"


async def test_a_service_that_does_not_believe_us_is_an_outage_not_the_persons_fault(
    city: Gateway, services: dict[str, Service]
) -> None:
    services["review"].says("/reviews", {"code": "token_invalid"}, 401)
    answer = await city.client.get("/reviews", headers=await city.sign_in("reviewer"))
    assert (answer.status_code, answer.json()["params"]["service"]) == (503, "review")


async def test_a_redirect_names_our_address_only(city: Gateway, services: dict[str, Service]) -> None:
    async def elsewhere(request: Request) -> Response:
        return RedirectResponse(str(request.base_url) + "modules/8")

    services["generator"].endpoints["/modules/7"] = elsewhere
    answer = await city.client.get("/modules/7", headers=await city.sign_in("developer"))
    assert (answer.status_code, answer.headers["location"]) == (307, "/api/v1/modules/8")


@pytest.mark.parametrize("path", ["/models/../livez", "/models/%2e%2e/livez", "/models/."])
async def test_dots_do_not_lead_out_of_the_routing_table(
    city: Gateway, services: dict[str, Service], path: str
) -> None:
    headers = await city.sign_in("administrator")
    host, port = city.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"GET /api/v1{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: {headers['Authorization']}\r\n\r\n".encode()
    )
    status = (await reader.readline()).split()[1]
    writer.close()
    await writer.wait_closed()
    assert (status, services["generator"].asked) == (b"404", [])


async def test_nobody_is_carried_anywhere_without_a_session(city: Gateway, services: dict[str, Service]) -> None:
    answer = await city.client.post("/generations", json={"sentence": "x"})
    assert (answer.status_code, answer.json()["code"], services["generator"].asked) == (401, "not_signed_in", [])


async def test_what_nobody_owns_is_a_problem_document_too(gateway: Gateway) -> None:
    unknown = await gateway.client.get("/nothing")
    wrong = await gateway.client.put("/session")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert {a.headers["content-type"] for a in (unknown, wrong)} == {"application/problem+json"}


async def test_every_answer_carries_the_security_headers(city: Gateway, services: dict[str, Service]) -> None:
    services["generator"].says("/modules", {"items": []})
    headers = await city.sign_in("developer")
    for answer in (await city.client.get("/modules", headers=headers), await city.client.get("/nothing")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_a_body_that_is_too_large_reaches_nobody(city: Gateway, services: dict[str, Service]) -> None:
    headers = await city.sign_in("developer")
    large = b'"' + b"x" * (1024 * 1024) + b'"'

    async def unannounced():  # noqa: ANN202 pieces of bytes
        for _ in range(70):
            yield b" " * 16384

    said = await city.client.post("/runs", content=large, headers={**headers, "Content-Type": "application/json"})
    unsaid = await city.client.post("/runs", content=unannounced(), headers=headers)

    assert [(a.status_code, a.json()["code"]) for a in (said, unsaid)] == [(413, "body_too_large")] * 2
    assert services["tester"].asked == []


async def test_many_requests_at_once_share_a_pool(city: Gateway, services: dict[str, Service]) -> None:
    services["generator"].says("/modules", {"items": []})
    headers = await city.sign_in("developer")
    async with httpx.AsyncClient(base_url=f"{city.url}/api/v1", trust_env=False) as client:
        answers = await asyncio.gather(*(client.get("/modules", headers=headers) for _ in range(60)))
    assert {answer.status_code for answer in answers} == {200}


async def test_a_service_that_is_too_slow_is_unavailable(city: Gateway, services: dict[str, Service]) -> None:
    released = asyncio.Event()

    async def never(_request: Request) -> Response:
        await released.wait()
        return JSONResponse({})

    services["tester"].endpoints["/suite"] = never
    upstreams = city.app.state.upstreams
    upstreams._timeout = httpx.Timeout(0.1)
    answer = await city.client.get("/suite", headers=await city.sign_in("developer"))
    released.set()
    assert (answer.status_code, answer.json()["params"]) == (503, {"service": "tester", "reason": "timeout"})
