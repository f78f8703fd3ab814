"""A person at a browser: signed in, in a language, and nothing may go wrong unseen."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, ConsoleMessage, Page, Response, ViewportSize, expect

from patchbay.plan import demo_email
from services.console.i18n import Language, Tongue
from tests.pipeline.running import Patchbay

AXE = Path(__file__).parents[2] / "services/console/assets/node_modules/axe-core/axe.min.js"
SCREEN: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 800}
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

    async def looked_at(self) -> list[str]:
        """What axe finds on the page as it is, in both themes, and whether the page is too wide, also on a phone."""
        # Evaluated, not inserted: the page's own policy would rightly refuse a script that is not the console's.
        await self.page.evaluate(AXE.read_text("utf-8"))
        found = [*await self._violations("{}"), *await self._too_wide()]
        await self.page.emulate_media(color_scheme="dark")
        found += await self._violations("{runOnly: ['color-contrast']}")
        await self.page.set_viewport_size(PHONE)
        found += await self._too_wide()
        await self.page.emulate_media(color_scheme="light")
        await self.page.set_viewport_size(SCREEN)
        return [f"{self.page.url} {one}" for one in found]

    async def _violations(self, options: str) -> list[str]:
        told = "all => all.violations.map(one => one.id + ': ' + one.nodes[0].html)"
        found: list[str] = await self.page.evaluate(f"() => axe.run({options}).then({told})")
        return found

    async def _too_wide(self) -> list[str]:
        """Wide tables scroll by themselves."""
        over = await self.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        return [f"is {over} px too wide"] if over > 0 else []


@asynccontextmanager
async def at_a_desk(
    browser: Browser, patchbay: Patchbay, role: str | None, language: Language = "en"
) -> AsyncGenerator[Desk]:
    """Signed in as the demo person of the role, or nobody yet; at the end nothing may have been complained of."""
    url = f"http://127.0.0.1:{patchbay.console_port}"
    locale = "zh-CN" if language == "zh" else "en-GB"
    context = await browser.new_context(locale=locale, color_scheme="light", reduced_motion="reduce", viewport=SCREEN)
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
