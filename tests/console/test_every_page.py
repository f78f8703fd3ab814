"""Every page, as each person, in both languages and themes: accessible, and without a word of complaint."""

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from services.console.i18n import Language
from tests.console.browsing import at_a_desk
from tests.pipeline import acts
from tests.pipeline.running import Patchbay, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAGES = (
    "/admin/ai-modules",
    "/admin/ai-models",
    "/admin/ai-modules/develop",
    "/admin/ai-modules/develop/import",
    "/admin/ai-modules/develop?module={module}",
    "/admin/ai-modules/develop?module={module}&version=1",
    "/admin/ai-modules/develop?generation={generation}",
    "/admin/ai-modules/test",
    "/admin/ai-modules/test?module={module}",
    "/admin/ai-modules/test/{passed}",
    "/admin/ai-modules/test/{failed}",
    "/admin/ai-modules/review",
    "/admin/ai-modules/review/{review}",
    "/admin/ai-modules/publish",
    "/admin/ai-modules/publish?state=unpublished",
    "/admin/ai-modules/publish/confirm?kind=publish&module={module}&version=2",
    "/admin/audit",
    "/admin/audit?operation=module.rolled_back&since=2020-01-01",
    "/crm",
    "/crm/Customer",
    "/crm/Order",
    "/crm/Order/new",
    "/crm/Order/{order}",
    "/no/such/page",
)
# Each of these sees everything that the reviewer sees, but for the decision itself.
LOOKS: list[tuple[str, Language, tuple[str, ...]]] = [
    ("developer", "en", PAGES),
    ("administrator", "zh", PAGES),
    ("reviewer", "zh", ("/admin/ai-modules", "/admin/ai-modules/review/{review}", "/admin/ai-modules/develop")),
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def places(patchbay: Patchbay) -> dict[str, str]:
    """One of each thing that has a page."""
    impossible = {"name": "never", "expression": "tax > 900000", "message": {"en": "No.", "zh": "不。"}}
    async with signed_in(patchbay) as people:
        developer = people.developer
        failing = acts.adding_a_field("looked_at", "looked_at") | {
            "operations": [{"op": "add_rule", "entity": "Order", "rule": impossible}]
        }
        module = (await developer.import_module(failing))["id"]
        failed = await acts.until_run_ended(developer, module, 1)
        assert failed["state"] == "failed"
        await developer.save_version(module, acts.adding_a_field("looked_at", "looked_at"))
        passed = await acts.until_run_ended(developer, module, 2)
        review = await acts.submitted(developer, {"module_id": module, "version": 2})
        refused = await developer.generate("Make it nicer.")
        await developer.wait_generation(refused["id"])
        order = (await developer.records("Order", limit=1))["items"][0]
    return {
        "module": module,
        "failed": failed["id"],
        "passed": passed["id"],
        "review": review["id"],
        "generation": refused["id"],
        "order": order["id"],
    }


@pytest.mark.parametrize(("role", "language", "pages"), LOOKS, ids=["developer", "administrator", "reviewer"])
async def test_every_page_is_accessible_in_both_themes_and_fits_a_phone(
    browser: Browser,
    patchbay: Patchbay,
    places: dict[str, str],
    role: str,
    language: Language,
    pages: tuple[str, ...],
) -> None:
    found: list[str] = []
    async with at_a_desk(browser, patchbay, role, language) as desk:
        for path in pages:
            await desk.open(path.format(**places))
            found += await desk.looked_at()
    assert found == []


async def test_signing_in_is_accessible_in_both_themes(browser: Browser, patchbay: Patchbay) -> None:
    async with at_a_desk(browser, patchbay, None, "zh") as desk:
        await desk.open("/sign-in")
        assert await desk.looked_at() == []


async def test_what_these_tests_watch_for_would_be_noticed(browser: Browser, patchbay: Patchbay) -> None:
    async with at_a_desk(browser, patchbay, None) as desk:
        await desk.open("/sign-in")
        await desk.page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
        await desk.page.evaluate("() => document.querySelector('label').remove()")
        await desk.page.evaluate("() => document.querySelector('main').style.setProperty('width', '200vw')")
        found = await desk.looked_at()
        assert any("label: " in one for one in found)
        assert any("too wide" in one for one in found)
        assert any("Content Security Policy" in one for one in desk.complaints)
        desk.complaints.clear()
