"""A person at a browser: signed in, in a language and a theme, and nothing may go wrong unseen."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, ConsoleMessage, Page, Response, expect

from patchbay.plan import demo_email
from services.console.i18n import Language, Tongue
from tests.pipeline.running import Patchbay

AXE = Path(__file__).parents[2] / "services/console/assets/node_modules/axe-core/axe.min.js"
Theme = Literal["light", "dark"]
# What Chromium says of a page that came with 4xx; such pages are meant, and every other answer is watched below.
_REFUSED_PAGE = "Failed to load resource: the server responded with a status of 4"
_FIRST_BAD = 400


@dataclass
class Desk:
    """`say` is the text of a message in the person's language; `complaints` is what the browser complained of."""

    page: Page
    url: str
    tongue: Tongue
    complaints: list[str] = field(default_factory=list[str])

    def say(self, message: str, **params: object) -> str:
        return self.tongue.say(message, **params)

    async def open(self, path: str) -> None:
        await self.page.goto(self.url + path)

    async def press(self, message: str, **params: object) -> None:
        """The button, or the link that looks like one, with this message on it."""
        name = self.say(message, **params)
        main = self.page.locator("main")
        button = main.get_by_role("button", name=name, exact=True)
        await button.or_(main.get_by_role("link", name=name, exact=True)).first.click()

    async def fill(self, label: str, text: str) -> None:
        await self.page.locator("main").get_by_label(self.say(label)).first.fill(text)

    async def sees(self, message: str, **params: object) -> None:
        await self.reads(self.say(message, **params))

    async def reads(self, text: str) -> None:
        """Somewhere on the page, within the time that a run may take."""
        await expect(self.page.locator("main")).to_contain_text(text, timeout=30_000)

    async def badge(self, word: str) -> None:
        """The first badge of the page, which is that of the page's subject."""
        await expect(self.page.locator("main .badge").first).to_have_text(self.say(word), timeout=30_000)

    async def violations(self) -> list[str]:
        """What axe finds on the page as it is."""
        if not await self.page.evaluate("() => 'axe' in window"):
            # Evaluated, not inserted: the page's own policy would rightly refuse a script that is not the console's.
            await self.page.evaluate(AXE.read_text("utf-8"))
        found = await self.page.evaluate(
            "() => axe.run().then(all => all.violations.map(one => one.id + ': ' + one.nodes[0].html))"
        )
        return [f"{self.page.url} {one}" for one in found]


@asynccontextmanager
async def at_a_desk(
    browser: Browser, patchbay: Patchbay, role: str | None, language: Language = "en", theme: Theme = "light"
) -> AsyncGenerator[Desk]:
    """Signed in as the demo person of the role, or nobody yet; at the end nothing may have been complained of."""
    url = f"http://127.0.0.1:{patchbay.console_port}"
    locale = "zh-CN" if language == "zh" else "en-GB"
    context = await browser.new_context(locale=locale, color_scheme=theme, reduced_motion="reduce")
    try:
        if role is not None:
            token = (await patchbay.demo_person(role)).token or ""
            await context.add_cookies([{"name": "patchbay", "value": token, "url": url}])
        page = await context.new_page()
        desk = Desk(page, url, Tongue(language))
        _listen(desk)
        yield desk
        assert desk.complaints == []
    finally:
        await context.close()


async def sign_in(desk: Desk, patchbay: Patchbay, role: str) -> None:
    """By the form, with the keyboard alone."""
    await desk.page.locator("#email").focus()
    await desk.page.keyboard.type(demo_email(role))
    await desk.page.keyboard.press("Tab")
    await desk.page.keyboard.type(patchbay.passwords[role])
    await desk.page.keyboard.press("Enter")
    await desk.page.wait_for_url(lambda url: "/sign-in" not in url)


def _listen(desk: Desk) -> None:
    def on_message(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(_REFUSED_PAGE):
            desk.complaints.append(f"{desk.page.url}: {message.text}")

    def on_error(error: Exception) -> None:
        desk.complaints.append(f"{desk.page.url}: {error}")

    def on_response(response: Response) -> None:
        if response.status >= _FIRST_BAD and response.request.resource_type != "document":
            desk.complaints.append(f"{response.status} {response.url}")

    desk.page.on("console", on_message)
    desk.page.on("pageerror", on_error)
    desk.page.on("response", on_response)
