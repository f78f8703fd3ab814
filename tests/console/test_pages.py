"""States of the pages that are hard to bring about for real."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from services.console.app import create_app
from services.console.settings import Settings
from tests.console.gateway import Gateway

MODULE = str(UUID(int=1))
OTHER = str(UUID(int=2))
DEVELOP = "/admin/ai-modules/develop"
EARLY = "2026-03-31T09:30:00Z"
PERSON = {"id": "2", "name": "Dana"}
TITLE = {"en": "Nickname", "zh": "昵称"}
A_MODULE = {"id": MODULE, "name": "nickname", "title": TITLE, "state": "draft", "version": 1, "updated_at": EARLY}
A_VERSION: dict[str, Any] = {
    "version": 1,
    "title": TITLE,
    "state": "draft",
    "risk": "L1",
    "prompt": None,
    "source": "saved",
    "model": None,
    "note": None,
    "author": PERSON,
    "created_at": EARLY,
    "explanation": [{"pointer": "/operations/0", "en": "Adds <b>it</b>.", "zh": "增加它。", "risk": "L1"}],
    "patch": {"patch": "1"},
}
A_GENERATION: dict[str, Any] = {
    "id": OTHER,
    "module_id": MODULE,
    "sentence": "Make it nicer.",
    "state": "refused",
    "model": {"id": MODULE, "name": "Rules"},
    "code": "words_not_understood",
    "message": {"en": "Not understood: nicer.", "zh": "不理解：nicer。"},
    "understood": [],
    "attempts": [],
}
A_REVIEW: dict[str, Any] = {
    "id": OTHER,
    "module_id": MODULE,
    "version": 1,
    "state": "pending",
    "risk": "L1",
    "submitted_by": PERSON,
    "submitted_at": EARLY,
    "author": PERSON,
    "editors": [],
    "acknowledge": [],
    "content_hash": "sha256:0",
    "decision": None,
    "run": {"id": OTHER, "tally": {"passed": 60, "total": 60}, "base_fingerprint": "sha256:0"},
}
EMPTY: dict[str, Any] = {"items": [], "next": None}


def overview(**parts: Any) -> dict[str, Any]:
    nothing = {"versions": [A_VERSION], "runs": [], "reviews": [], "releases": [], "published": None, "gaps": []}
    return {"module": A_MODULE, **nothing, **parts}


@pytest.fixture
def module(gateway: Gateway) -> None:
    gateway.says(f"GET /modules/{MODULE}/overview", overview())
    gateway.says(f"GET /modules/{MODULE}/versions/1", A_VERSION)


async def test_a_module_without_a_version_shows_its_sentence(signed_in: httpx.AsyncClient, gateway: Gateway) -> None:
    gateway.says(f"GET /modules/{MODULE}/overview", overview(module=A_MODULE | {"version": None, "state": None}))
    gateway.says("GET /generations", {"items": [A_GENERATION], "next": None})
    answer = await signed_in.get(f"{DEVELOP}?module={MODULE}")
    assert answer.headers["location"] == f"{DEVELOP}?generation={OTHER}"


async def test_a_refused_sentence_says_why_and_can_be_said_again(
    signed_in: httpx.AsyncClient, gateway: Gateway
) -> None:
    gateway.says(f"GET /generations/{OTHER}", A_GENERATION)
    text = (await signed_in.get(f"{DEVELOP}?generation={OTHER}")).text
    assert "Not understood: nicer." in text
    assert f'name="module" value="{MODULE}"' in text
    assert ">Make it nicer.</textarea>" in text


async def test_a_part_that_is_away_is_named_and_the_rest_is_shown(
    signed_in: httpx.AsyncClient, gateway: Gateway, module: None
) -> None:
    gaps = [{"part": "runs", "service": "tester", "code": "service_unavailable"}]
    gateway.says(f"GET /modules/{MODULE}/overview", overview(runs=None, gaps=gaps))
    text = (await signed_in.get(f"{DEVELOP}?module={MODULE}")).text
    assert "tester does not answer at the moment" in text
    assert "What it changes" in text


async def test_what_others_wrote_is_text_and_never_markup(signed_in: httpx.AsyncClient, module: None) -> None:
    text = (await signed_in.get(f"{DEVELOP}?module={MODULE}")).text
    assert "Adds &lt;b&gt;it&lt;/b&gt;." in text


async def test_a_refused_edit_stays_in_the_box(signed_in: httpx.AsyncClient, gateway: Gateway, module: None) -> None:
    problems = [{"code": "key_missing", "params": {"key": "op"}, "pointer": "/operations/0/op"}]
    gateway.refuses(f"POST /modules/{MODULE}/versions", 422, "key_missing", problems=problems)
    form = {"number": "1", "patch": '{"patch": "1", "operations": [{}]}', "note": "my note"}
    answer = await signed_in.post(f"{DEVELOP}/{MODULE}/save", data=form)
    assert answer.status_code == 422
    assert "/operations/0/op" in answer.text
    assert "&#34;operations&#34;: [{}]" in answer.text
    assert 'value="my note"' in answer.text


async def test_text_that_is_no_json_is_refused_here_with_its_place(
    signed_in: httpx.AsyncClient, gateway: Gateway
) -> None:
    answer = await signed_in.post(f"{DEVELOP}/check", data={"patch": '{\n "a": }'})
    assert "look at line 2, column 7" in answer.text
    assert "<html" not in answer.text
    assert "POST /patches/validate" not in [request for request, _ in gateway.asked]


async def test_the_check_of_an_edit_is_a_fragment_in_the_language(
    signed_in: httpx.AsyncClient, gateway: Gateway
) -> None:
    signed_in.cookies.set("patchbay-language", "zh")
    problem = {"code": "op_unknown", "pointer": "/operations/0/op", "message": {"en": "No.", "zh": "没有这种操作。"}}
    gateway.says("POST /patches/validate", {"valid": False, "problems": [problem], "explanation": []})
    answer = await signed_in.post(f"{DEVELOP}/check", data={"patch": "{}"})
    assert answer.text.strip().startswith('<div class="problem">')
    assert "没有这种操作。" in answer.text


@pytest.mark.parametrize(
    ("role", "path", "closed"),
    [
        ("reviewer", DEVELOP, "You need the role developer"),
        ("reviewer", f"{DEVELOP}/import", "You need the role developer"),
        ("developer", "/admin/ai-modules/publish", "Publishing is for: administrator"),
        ("developer", "/admin/ai-models", "Configuring them is for: administrator"),
        ("reviewer", "/admin/ai-modules/test", "Running the suite is for: developer"),
    ],
)
async def test_a_page_that_a_role_may_only_look_at_says_so(
    signed_in: httpx.AsyncClient, gateway: Gateway, role: str, path: str, closed: str
) -> None:
    gateway.knows(role)
    for request in ("modules", "models", "generations", "runs", "published", "releases"):
        gateway.says(f"GET /{request}", EMPTY)
    gateway.says("GET /suite", {"scenarios": [], "entities": []})
    answer = await signed_in.get(path)
    assert answer.status_code == 200
    assert closed in answer.text


@pytest.mark.parametrize("role", ["developer", "reviewer", "administrator"])
async def test_the_menu_shows_what_the_role_permits_and_nothing_else(
    signed_in: httpx.AsyncClient, gateway: Gateway, role: str
) -> None:
    gateway.knows(role)
    gateway.says("GET /modules", EMPTY)
    text = (await signed_in.get("/admin/ai-modules")).text
    assert ('href="/admin/ai-models"' in text) == (role == "administrator")
    assert ('href="/admin/ai-modules/develop"' in text) == (role == "developer")
    assert "No module yet" in text


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Alters 1 of the CRM&#39;s own scenarios"), ("zh", "修改了 CRM 自带场景中的 1 个")]
)
async def test_the_reviewer_sees_which_scenarios_of_the_crm_are_altered(
    signed_in: httpx.AsyncClient, gateway: Gateway, language: str, said: str
) -> None:
    signed_in.cookies.set("patchbay-language", language)
    gateway.knows("reviewer")
    title = {"en": "A customer is created", "zh": "新建客户"}
    amends = [{"scenario": "customer_is_created", "with": {"name": "customer_is_created", "title": title}}]
    gateway.says(f"GET /reviews/{OTHER}", A_REVIEW)
    gateway.says(f"GET /modules/{MODULE}/versions/1", A_VERSION | {"patch": {"patch": "1", "amends": amends}})
    text = (await signed_in.get(f"/admin/ai-modules/review/{OTHER}")).text
    assert said in text
    assert title[language] in text
    gateway.says(f"GET /modules/{MODULE}/versions/1", A_VERSION)
    assert said not in (await signed_in.get(f"/admin/ai-modules/review/{OTHER}")).text


async def test_a_refused_cancellation_leaves_the_run_on_the_page(
    signed_in: httpx.AsyncClient, gateway: Gateway
) -> None:
    run: dict[str, Any] = {"id": OTHER, "module_id": MODULE, "version": 1, "state": "failed", "full": True}
    run |= {"requested_by": PERSON, "requested_at": EARLY, "tally": None, "problems": [], "cases": [], "rehearsal": []}
    run |= {"content_hash": "sha256:0", "base_fingerprint": None, "suite_version": None, "engine_version": None}
    gateway.says(f"GET /runs/{OTHER}", run)
    gateway.says(f"GET /modules/{MODULE}", A_MODULE)
    gateway.refuses(f"POST /runs/{OTHER}/cancel", 409, "run_ended")
    answer = await signed_in.post(f"/admin/ai-modules/test/{OTHER}/cancel")
    assert answer.status_code == 409
    assert "The run had ended already." in answer.text
    assert "Nickname" in answer.text


async def test_when_the_gateway_is_away_the_page_says_so_and_offers_to_try_again() -> None:
    app = create_app(Settings(gateway_url="http://127.0.0.1:9"))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://console", cookies={"patchbay": "x"}) as client,
    ):
        answer = await client.get("/admin/audit")
    assert answer.status_code == 503
    assert 'href="/admin/audit"' in answer.text


@pytest.mark.parametrize(
    "path", ["/no/such", "/admin/ai-modules/test/not-an-id", "/admin/ai-modules/develop?version=x"]
)
async def test_an_address_without_a_page_keeps_the_menu(signed_in: httpx.AsyncClient, path: str) -> None:
    answer = await signed_in.get(path)
    assert answer.status_code == 404
    assert "There is no page at this address." in answer.text
    assert 'href="/admin/audit"' in answer.text


async def test_a_fault_of_ours_is_a_page_too(signed_in: httpx.AsyncClient, gateway: Gateway) -> None:
    gateway.says("GET /modules", {"unheard": "of"})
    answer = await signed_in.get("/admin/ai-modules")
    assert answer.status_code == 500
    assert "Something went wrong on our side." in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


async def test_a_stale_record_is_sent_with_its_tag(signed_in: httpx.AsyncClient, gateway: Gateway) -> None:
    field = {"name": "name", "label": "Name", "help": None, "type": "text", "required": True, "read_only": False}
    view: dict[str, Any] = {"title": "Customer", "plural": "Customers", "title_field": "name", "moves": []}
    view |= {"state_field": None, "can": {"create": True, "edit": True, "delete": False}}
    gateway.says("GET /views/Customer/form", view | {"fields": [field | {"hidden": False, "default": None}]})
    gateway.says(f"GET /crm/Customer/{OTHER}", {"id": OTHER, "name": "Theirs", "updatedAt": EARLY})
    gateway.says("GET /manifest", {"manifest": {"entities": []}})
    gateway.refuses(f"PATCH /crm/Customer/{OTHER}", 409, "record_changed")
    answer = await signed_in.post(f"/crm/Customer/{OTHER}", data={"name": "Mine", "read_at": "then"})
    assert answer.status_code == 409
    assert "Somebody changed this record meanwhile." in answer.text
    assert 'value="Mine"' in answer.text
    tags = [headers["if-match"] for headers in gateway.headers if "if-match" in headers]
    assert tags == ['"then"']
