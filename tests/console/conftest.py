"""The console with a gateway that says what the test wants, and with a whole Patchbay behind it."""

import os
import secrets
from collections.abc import AsyncGenerator, Callable, Generator

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from patchbay.local.packages import NotInstalled, ensure
from patchbay.local.packages import browser as program
from services.console.app import create_app
from services.console.settings import Settings
from tests.console.gateway import Gateway, standing
from tests.pipeline.running import Patchbay, running
from tests.support.folders import scratch_folder

# Without these Chromium calls home at every start, and as root it does not start at all.
QUIET = "background-networking component-update sync quic gpu"
FLAGS = ["--no-sandbox", "--no-first-run", *(f"--disable-{one}" for one in QUIET.split())]
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def gateway() -> Generator[Gateway]:
    with standing() as gateway:
        gateway.knows("developer")
        yield gateway


@pytest.fixture
async def visitor(gateway: Gateway) -> AsyncGenerator[httpx.AsyncClient]:
    """A browser without a session; its commands come from the console's own pages."""
    app = create_app(Settings(gateway_url=gateway.url, demo_people=("dana@patchbay.local",)))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://console", headers=SAME_ORIGIN) as client,
    ):
        yield client


@pytest.fixture
def signed_in(visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    visitor.cookies.set("patchbay", "a-token")
    return visitor


@pytest.fixture(scope="session")
def patchbay() -> Generator[Patchbay]:
    """One Patchbay for all journeys; each uses modules and fields of its own on it."""
    with scratch_folder("console") as folder, running(folder) as started:
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncGenerator[Browser]:
    """Chromium without a window. Where it is missing and cannot be installed, that is a failure on CI."""
    try:
        ensure("chromium")
    except NotInstalled as missing:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(str(missing))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program(), args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
def unique() -> Callable[[str], str]:
    """A name that no other test on the same Patchbay uses."""
    return lambda name: f"{name}_{secrets.token_hex(3)}"
