"""What people do besides the journey: edit, import, look at failures, configure models, use the CRM."""

import json
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, expect

from services.console.i18n import Language
from tests.console.browsing import at_a_desk, sign_in
from tests.pipeline import acts
from tests.pipeline.running import Patchbay, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
DEVELOP = "/admin/ai-modules/develop"


async def test_a_patch_is_imported_checked_while_typing_saved_and_restored(
    browser: Browser, patchbay: Patchbay, unique: Callable[[str], str]
) -> None:
    patch = acts.adding_a_field(unique("edited"), unique("first"))
    async with at_a_desk(browser, patchbay, "developer") as desk:
        await desk.open(DEVELOP + "/import")
        await desk.fill("The document (JSON)", json.dumps(patch))
        await desk.press("Import as a new module")
        await desk.sees("What it changes")
        box = desk.page.locator("#patch")
        await box.fill(json.dumps(patch).replace("add_field", "ad_field"))
        await expect(desk.page.locator("#check")).to_contain_text("There is no operation `ad_field`")
        await desk.press("Save as a new version")
        await desk.reads("There is no operation `ad_field`")
        await expect(box).to_contain_text("ad_field")
        await box.fill(json.dumps(patch).replace('"text"', '"date"'))
        await expect(desk.page.locator("#check")).to_contain_text("This patch is valid.")
        await desk.fill("What you changed (optional)", "A date after all.")
        await desk.press("Save as a new version")
        await desk.sees("Saved as a new version.")
        await desk.sees("Changed since version {number}", number=1)
        await desk.press("Restore as a new version")
        await desk.sees("Restored as a new version.")
        await desk.sees("version {number}", number=3)


async def test_a_failed_run_says_what_to_look_at_and_leads_back(
    browser: Browser, patchbay: Patchbay, unique: Callable[[str], str]
) -> None:
    rule = {"name": unique("never"), "expression": "tax > 900000", "message": {"en": "Too little.", "zh": "太少。"}}
    patch = acts.adding_a_field(unique("failing"), "none") | {
        "operations": [{"op": "add_rule", "entity": "Order", "rule": rule}]
    }
    async with signed_in(patchbay) as people, at_a_desk(browser, patchbay, "developer", "zh") as desk:
        module = await people.developer.import_module(patch)
        await desk.open(f"/admin/ai-modules/test?module={module['id']}")
        await desk.badge("failed")
        await desk.page.locator("main tbody a").first.click()
        await desk.reads("太少。")
        await desk.reads("/operations/0")
        await desk.press("Revise the patch")
        await expect(desk.page.locator("#patch")).to_be_visible()


async def test_a_model_is_tried_added_given_a_key_and_removed(
    browser: Browser, patchbay: Patchbay, unique: Callable[[str], str]
) -> None:
    name = unique("Other")
    async with at_a_desk(browser, patchbay, "administrator") as desk:
        await desk.open("/admin/ai-models")
        await desk.page.locator("#name").fill(name)
        await desk.page.locator("#base_url").fill("https://127.0.0.1:9/")
        await desk.press("Test these values first")
        await expect(desk.page.locator("#name")).to_have_value(name)
        await desk.reads("may not be called from here")
        await desk.page.locator("#base_url").fill("https://model.example/")
        await desk.page.locator("#key").fill("a-secret-key-1234")
        await desk.page.locator("form[action='/admin/ai-models'] button[value=save]").click()
        await desk.sees("The model is configured.")
        card = desk.page.locator("section", has=desk.page.get_by_role("heading", name=name))
        await expect(card).to_contain_text("••••1234")
        await card.locator("summary").click()
        await card.get_by_role("button", name=f"Remove {name}").click()
        await desk.sees("The model is removed.")
        await expect(card).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "pending", "confirmed"), [("en", "Pending", "Confirmed"), ("zh", "待确认", "已确认")]
)
async def test_an_order_is_written_refused_beside_its_fields_and_moved_on(
    browser: Browser, patchbay: Patchbay, language: Language, pending: str, confirmed: str
) -> None:
    async with at_a_desk(browser, patchbay, "developer", language) as desk:
        await desk.open("/crm/Order/new")
        await desk.page.locator("[name='items.0.product']").fill("Chair")
        await desk.page.locator("[name='items.0.quantity']").fill("0")
        await desk.press("Save")
        await expect(desk.page.locator("[id='wrong-items.0.quantity']")).to_be_visible()
        await expect(desk.page.locator("#wrong-customer")).to_be_visible()
        await desk.page.locator("#customer").select_option(index=1)
        await desk.page.locator("[name='items.0.quantity']").fill("3")
        await desk.page.locator("[name='items.0.unitPrice']").fill("12.50")
        await desk.press("Save")
        await desk.sees("Saved.")
        await desk.reads("37.50")
        await desk.reads(pending)
        await desk.page.get_by_role("button", name=confirmed).click()
        await expect(desk.page.locator(".timeline li")).to_have_count(2)
        await expect(desk.page.locator(".timeline li").last).to_contain_text(confirmed)


async def test_a_session_that_ended_costs_no_text(browser: Browser, patchbay: Patchbay) -> None:
    async with at_a_desk(browser, patchbay, None) as desk:
        await desk.open(DEVELOP)
        await sign_in(desk, patchbay, "developer")
        await desk.page.locator("#sentence").fill("Add a middle name to customers.")
        await desk.page.context.clear_cookies(name="patchbay")
        await desk.page.keyboard.press("Control+Enter")
        await desk.page.wait_for_url("**/sign-in**")
        await sign_in(desk, patchbay, "developer")
        await expect(desk.page.locator("#sentence")).to_have_value("Add a middle name to customers.")
