import httpx
import pytest

from services.console.app import create_app
from services.console.settings import Settings
from tests.console.gateway import Gateway

FOREIGN = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "", "origin": "http://console"},
]
PATHS = ["/sign-in", "/sign-out", "/language", "/admin/ai-modules/develop", "/admin/ai-modules/publish/confirm"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("headers", FOREIGN)
async def test_a_command_from_another_site_is_not_carried_out(
    signed_in: httpx.AsyncClient, gateway: Gateway, path: str, headers: dict[str, str]
) -> None:
    answer = await signed_in.post(path, headers=headers)
    assert answer.status_code == 403
    assert gateway.asked == []


@pytest.mark.parametrize(("origin", "status"), [("http://console", 303), ("http://evil.example", 403), (None, 403)])
async def test_without_fetch_metadata_the_origin_decides(
    visitor: httpx.AsyncClient, origin: str | None, status: int
) -> None:
    del visitor.headers["sec-fetch-site"]
    headers = {"origin": origin} if origin else {}
    answer = await visitor.post("/language", data={"language": "zh"}, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/sign-in", "/no/such/page", "/admin/ai-modules"])
async def test_every_answer_has_the_strict_policy_and_stays_out_of_caches(
    visitor: httpx.AsyncClient, path: str
) -> None:
    answer = await visitor.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


async def test_what_is_built_is_cached_for_ever(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get("/sign-in")).text
    style = next(part for part in page.split('"') if part.endswith(".css"))
    answer = await visitor.get(style)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


async def test_over_https_the_cookie_is_bound_to_this_very_host(gateway: Gateway) -> None:
    gateway.says("POST /session", {"token": "t0ken"}, 201)
    app = create_app(Settings(gateway_url=gateway.url, secure_cookie=True))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="https://console") as client,
    ):
        form = {"email": "dana@patchbay.local", "password": "right"}
        answer = await client.post("/sign-in", data=form, headers={"sec-fetch-site": "same-origin"})
    assert answer.headers["set-cookie"].startswith("__Host-patchbay=t0ken;")
    assert "secure" in answer.headers["set-cookie"].lower()
