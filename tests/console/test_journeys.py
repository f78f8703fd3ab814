"""One journey per person, in both languages, in a real browser on a whole Patchbay."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, FilePayload, expect

from patchbay.client import Json
from services.console.i18n import Language
from tests.console.browsing import at_a_desk, sign_in
from tests.pipeline import acts
from tests.pipeline.running import Patchbay, signed_in

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("language", ["en", "zh"]),
]
SENTENCES = {"en": "Add a nickname to customers.", "zh": "给客户增加生日（日期）。"}
UNCLEAR = {"en": "Make it nicer.", "zh": "让它更好看。"}


def needing_confirmation(module: str, rule: str) -> Json:
    """A patch of risk L2 that stands in nobody's way."""
    message = {"en": "The tax is too high.", "zh": "税额过高。"}
    added = {"name": rule, "expression": "tax <= 900000", "message": message}
    patch: dict[str, Any] = acts.adding_a_field(module, rule)
    return patch | {"operations": [{"op": "add_rule", "entity": "Order", "rule": added}]}


async def test_a_developer_goes_from_a_sentence_to_the_review_by_keyboard(
    browser: Browser, patchbay: Patchbay, language: Language
) -> None:
    async with at_a_desk(browser, patchbay, None, language) as desk:
        await desk.open("/admin/ai-modules/develop")
        await sign_in(desk, patchbay, "developer")
        await expect(desk.page.locator("#sentence")).to_be_focused()
        await desk.page.keyboard.type(UNCLEAR[language])
        await desk.page.keyboard.press("Control+Enter")
        await desk.sees("Say it another way")
        await desk.page.locator("#sentence").fill(SENTENCES[language])
        await desk.page.keyboard.press("Control+Enter")
        await desk.sees("What it changes")
        assert "?module=" in desk.page.url
        await desk.page.locator("main").get_by_role("link", name=desk.say("Tests"), exact=True).press("Enter")
        await desk.badge("passed")
        await desk.page.locator("main tbody a").first.press("Enter")
        await desk.sees("Everything passed. Next, another person decides.")
        await desk.page.get_by_role("button", name=desk.say("Submit for review"), exact=True).press("Enter")
        await desk.badge("waiting for review")
        await desk.sees("A reviewer takes this up next.")


async def test_a_reviewer_confirms_what_matters_and_approves(
    browser: Browser, patchbay: Patchbay, language: Language, unique: Callable[[str], str]
) -> None:
    name = unique("confirmed")
    async with signed_in(patchbay) as people, at_a_desk(browser, patchbay, "reviewer", language) as desk:
        await acts.submitted(
            people.developer, await acts.ready_for_review(people.developer, needing_confirmation(name, name))
        )
        await desk.open("/admin/ai-modules/review")
        await desk.page.get_by_role("link", name=name).click()
        await desk.press("Start the review")
        await desk.press("Approve version {number}", number=1)
        await desk.sees("Tick each change that needs your confirmation before you approve.")
        await desk.page.locator("input[name=acknowledged]").check()
        await desk.fill("Note (optional)", "Looks right.")
        await desk.press("Approve version {number}", number=1)
        await desk.badge("approved")
        await desk.reads("Looks right.")


async def test_a_reviewer_rejects_with_a_reason_that_the_developer_reads(
    browser: Browser, patchbay: Patchbay, language: Language, unique: Callable[[str], str]
) -> None:
    name = unique("rejected")
    async with signed_in(patchbay) as people, at_a_desk(browser, patchbay, "reviewer", language) as desk:
        version = await acts.ready_for_review(people.developer, acts.adding_a_field(name, name))
        review = await acts.submitted(people.developer, version)
        await desk.open(f"/admin/ai-modules/review/{review['id']}")
        await desk.press("Start the review")
        await desk.fill("Why, and what to change", "Name it differently.")
        await desk.press("Reject version {number}", number=1)
        await desk.badge("rejected")
    async with at_a_desk(browser, patchbay, "developer", language) as desk:
        await desk.open(f"/admin/ai-modules/develop?module={version['module_id']}")
        await desk.reads("Name it differently.")


async def test_an_administrator_publishes_sees_it_in_the_crm_and_withdraws_it(
    browser: Browser, patchbay: Patchbay, language: Language, unique: Callable[[str], str]
) -> None:
    name = unique("published")
    async with signed_in(patchbay) as people, at_a_desk(browser, patchbay, None, language) as desk:
        version = await acts.approved(people.developer, people.reviewer, acts.adding_a_field(name, name))
        page = f"/admin/ai-modules/publish?module={version['module_id']}"
        await desk.open(page)
        await sign_in(desk, patchbay, "administrator")
        await desk.press("Publish …")
        await desk.fill("Note for the record (optional)", "For the sales team.")
        await desk.press("Publish now")
        await desk.badge("published")
        await desk.reads("For the sales team.")
        await desk.open("/crm/Customer/new")
        await expect(desk.page.locator(f"[name={name}]")).to_be_visible()
        await desk.open(page)
        await desk.press("Withdraw …")
        await desk.press("Withdraw now")
        await desk.badge("withdrawn from the CRM")
        await desk.open("/crm/Customer/new")
        await expect(desk.page.locator(f"[name={name}]")).to_have_count(0)
        await desk.open(f"/admin/audit?module={version['module_id']}")
        await desk.reads("module.unpublished")


async def test_a_colleague_attaches_a_file_and_saves_it_again(
    browser: Browser, patchbay: Patchbay, language: Language, unique: Callable[[str], str]
) -> None:
    """Over every stretch of the way: browser, console, gateway and CRM; three mebibytes, and a page."""
    name, content = unique("scan"), b"<script>alert(1)</script>" + b"x" * 3_000_000
    patch = acts.adding_a_field(name, name)
    patch["operations"][0]["field"] |= {"type": "file", "max_bytes": 4_000_000}
    async with signed_in(patchbay) as people, at_a_desk(browser, patchbay, "administrator", language) as desk:
        await acts.published(people.administrator, await acts.approved(people.developer, people.reviewer, patch))
        await desk.open("/crm/Customer")
        await desk.page.locator("main tbody a").first.click()
        chosen: FilePayload = {"name": "报价.html", "mimeType": "text/html", "buffer": content + b"x" * 2_000_000}
        await desk.page.locator(f"[name={name}]").set_input_files(chosen)
        await desk.press("Save")
        await desk.reads(str(len(content) + 2_000_000))
        await desk.page.locator(f"[name={name}]").set_input_files({**chosen, "buffer": content})
        await desk.press("Save")
        await desk.sees("Saved.")
        assert await desk.looked_at() == []
        async with desk.page.expect_download() as saving:
            await desk.page.get_by_role("link", name="报价.html").click()
        saved = await saving.value
        assert saved.suggested_filename == "报价.html"
        assert await asyncio.to_thread(Path(await saved.path()).read_bytes) == content
        await desk.page.locator(f"[name='{name}.remove']").check()
        await desk.press("Save")
        await desk.sees("Saved.")
        await expect(desk.page.get_by_role("link", name="报价.html")).to_have_count(0)
