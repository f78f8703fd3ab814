import httpx
import pytest

from tests.console.gateway import Gateway

CREDENTIALS = {"email": "dana@patchbay.local", "password": "right"}
ELSEWHERE = ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)"]


async def test_who_signs_in_gets_a_cookie_that_no_script_reads(visitor: httpx.AsyncClient, gateway: Gateway) -> None:
    gateway.says("POST /session", {"token": "t0ken"}, 201)
    answer = await visitor.post("/sign-in", data=CREDENTIALS | {"next": "/admin/audit?operation=run.passed"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/audit?operation=run.passed")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("patchbay=t0ken;")
    assert {"httponly", "samesite=lax", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}


async def test_a_wrong_password_is_told_and_the_address_stays(visitor: httpx.AsyncClient, gateway: Gateway) -> None:
    gateway.refuses("POST /session", 401, "sign_in_refused")
    answer = await visitor.post("/sign-in", data=CREDENTIALS)
    assert answer.status_code == 401
    assert "No account matches this e-mail and password." in answer.text
    assert 'value="dana@patchbay.local"' in answer.text


@pytest.mark.parametrize("target", ELSEWHERE)
async def test_signing_in_never_leads_to_another_site(
    visitor: httpx.AsyncClient, gateway: Gateway, target: str
) -> None:
    gateway.says("POST /session", {"token": "t0ken"}, 201)
    answer = await visitor.post("/sign-in", data=CREDENTIALS | {"next": target})
    assert answer.headers["location"] == "/"
    answer = await visitor.post("/language", data={"language": "zh", "back": target})
    assert answer.headers["location"] == "/"


async def test_a_stranger_is_sent_to_sign_in_and_comes_back(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/admin/audit?operation=run.passed")
    assert answer.headers["location"] == "/sign-in?next=%2Fadmin%2Faudit%3Foperation%3Drun.passed"


async def test_a_session_that_ended_leads_back_to_the_page_of_the_form(
    signed_in: httpx.AsyncClient, gateway: Gateway
) -> None:
    gateway.refuses("GET /me", 401, "token_invalid")
    referer = {"referer": "http://console/admin/ai-modules/develop?module=1"}
    answer = await signed_in.post("/admin/ai-modules/develop", data={"sentence": "Hello."}, headers=referer)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fadmin%2Fai-modules%2Fdevelop%3Fmodule%3D1"
    assert 'patchbay=""' in answer.headers["set-cookie"]


async def test_the_language_is_what_was_chosen_else_what_the_browser_prefers(visitor: httpx.AsyncClient) -> None:
    chinese = await visitor.get("/sign-in", headers={"accept-language": "zh-CN,en;q=0.5"})
    assert '<html lang="zh-Hans">' in chinese.text
    assert "登录" in chinese.text
    await visitor.post("/language", data={"language": "en"})
    english = await visitor.get("/sign-in", headers={"accept-language": "zh-CN"})
    assert '<html lang="en">' in english.text


async def test_people_without_a_part_in_modules_go_to_the_crm(signed_in: httpx.AsyncClient, gateway: Gateway) -> None:
    assert (await signed_in.get("/")).headers["location"] == "/admin/ai-modules"
    gateway.knows()
    assert (await signed_in.get("/")).headers["location"] == "/crm"


async def test_signing_out_ends_the_session_at_the_gateway(signed_in: httpx.AsyncClient, gateway: Gateway) -> None:
    gateway.says("DELETE /session", None)
    answer = await signed_in.post("/sign-out")
    assert answer.headers["location"] == "/sign-in"
    assert gateway.asked[-1][0] == "DELETE /session"
    assert gateway.headers[-1]["authorization"] == "Bearer a-token"
