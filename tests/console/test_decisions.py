"""What is not done: a run that is cancelled, a decision about one's own work, a version that is taken back."""

from collections.abc import Callable

import pytest
from playwright.async_api import Browser, expect

from tests.console.browsing import at_a_desk
from tests.pipeline import acts
from tests.pipeline.running import Patchbay, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_run_is_watched_and_cancelled(
    browser: Browser, patchbay: Patchbay, unique: Callable[[str], str]
) -> None:
    async with signed_in(patchbay) as people, at_a_desk(browser, patchbay, "developer") as desk:
        # Two before it keep the only sandbox busy for as long as somebody needs to find the button.
        busy = [await people.developer.import_module(acts.adding_a_field(unique("b"), unique("b"))) for _ in range(2)]
        module = await people.developer.import_module(acts.adding_a_field(unique("c"), unique("c")))
        await desk.open(f"/admin/ai-modules/test?module={module['id']}")
        await desk.page.locator("main tbody a").first.click()
        await desk.press("Cancel the run")
        await desk.badge("cancelled")
        await desk.sees("It was cancelled, so it proves nothing.")
        await desk.press("Run the whole suite again")
        await desk.badge("passed")
        await desk.sees("Everything passed. Next, another person decides.")
        for one in busy:
            await acts.passed(people.developer, one["id"], 1)


async def test_nobody_decides_about_what_they_wrote(
    browser: Browser, patchbay: Patchbay, unique: Callable[[str], str]
) -> None:
    name = unique("own")
    async with signed_in(patchbay) as people, at_a_desk(browser, patchbay, None) as desk:
        both = await people.another(name, "developer", "reviewer")
        review = await acts.submitted(both, await acts.ready_for_review(both, acts.adding_a_field(name, name)))
        await desk.page.context.add_cookies([{"name": "patchbay", "value": both.token or "", "url": desk.url}])
        await desk.open(f"/admin/ai-modules/review/{review['id']}")
        await desk.sees("You wrote a part of this version, so somebody else must decide about it.")
        await expect(desk.page.get_by_role("button", name="Start the review")).to_have_count(0)
        await desk.press("Take the submission back")
        await desk.badge("taken back")


async def test_an_administrator_rolls_back_to_what_was_live_before(
    browser: Browser, patchbay: Patchbay, unique: Callable[[str], str]
) -> None:
    name, first, second = unique("back"), unique("first"), unique("second")
    async with signed_in(patchbay) as people, at_a_desk(browser, patchbay, "administrator") as desk:
        version = await acts.approved(people.developer, people.reviewer, acts.adding_a_field(name, first))
        await acts.published(people.administrator, version)
        await people.developer.save_version(version["module_id"], acts.adding_a_field(name, second))
        newer = await acts.passed(people.developer, version["module_id"], 2)
        await acts.reviewed(people.developer, people.reviewer, newer)
        await acts.published(people.administrator, newer)
        await desk.open(f"/admin/ai-modules/publish?module={version['module_id']}")
        await desk.press("Back to version {number} …", number=1)
        await desk.sees("It replaces version {number}, which is live now.", number=2)
        await desk.press("Roll back now")
        row = desk.page.locator("main table").first.locator("tbody tr").first
        await expect(row.locator("td").nth(2)).to_have_text("1", timeout=30_000)
        await desk.open("/crm/Customer/new")
        await expect(desk.page.locator(f"[name={first}]")).to_be_visible()
        await expect(desk.page.locator(f"[name={second}]")).to_have_count(0)
