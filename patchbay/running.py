"""`patchbay up` and `patchbay demo`: start, tell where and how to sign in, stay, and stop in order."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import httpx
from rich.console import Console

from patchbay.client import Client
from patchbay.demo import SENTENCE, DemoEnded, play
from patchbay.errors import ClientError, Refused
from patchbay.keys import DEMO_ROLES, Keys
from patchbay.plan import Options, demo_email
from patchbay.story import Story

FAILED, NEGATIVE, UNREACHABLE = 1, 3, 7
_CRM_SECONDS = 30
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


async def up(options: Options) -> int:
    """Exit code 0 after Ctrl-C or SIGTERM, 1 when it could not start."""
    stop = _stop_signal()
    async with _started(options, stop) as ready:
        if ready is None:
            return FAILED
        _tell_how_to_sign_in(options, ready.keys)
        await stop.wait()
        err.print("Stopping …")
    return 0


async def demo(options: Options, sentence: str | None, *, stay: bool) -> int:
    """Play on the Patchbay that runs already, else on one of our own, which stays up when asked to.

    Without a sentence of the person's own it plays only where no module exists yet.
    """
    if await _answers(options):
        return await _demo_here(options, sentence)
    stop = _stop_signal()
    async with _started(options, stop) as ready:
        if ready is None:
            return FAILED
        code = 0
        if sentence is not None or not ready.has_modules:
            code = await _play(options, ready.keys, sentence or SENTENCE)
        if stay:
            _tell_how_to_sign_in(options, ready.keys)
            await stop.wait()
            err.print("Stopping …")
            return 0
    return code


async def _demo_here(options: Options, sentence: str | None) -> int:
    """The demo on the Patchbay that runs already."""
    keys = Keys.kept_in(options.folder, ())
    if sentence is None and await _until_the_crm_reports(options, keys):
        err.print("Patchbay runs here already, and has modules. Give a sentence of your own to see the demo again.")
        _tell_how_to_sign_in(options, keys)
        return 0
    return await _play(options, keys, sentence or SENTENCE)


@dataclass(frozen=True)
class Ready:
    """A Patchbay that answers; the demo begins by itself only where nobody has made a module yet."""

    keys: Keys
    has_modules: bool


@asynccontextmanager
async def _started(options: Options, stop: asyncio.Event) -> AsyncGenerator[Ready | None]:
    """Ready, in the mode that the options name; None when it could not start or had to stop, which has been told."""
    # Here, because `demo` on a Patchbay that runs already needs none of it.
    from patchbay.local.program import StartFailed  # noqa: PLC0415
    from patchbay.starting import FolderUnusable, PortTaken, ServiceFailed  # noqa: PLC0415

    began = time.monotonic()
    try:
        async with _unless(stop) as under_way, _way(options) as keys:
            has_modules = await _until_the_crm_reports(options, keys)
            under_way.cancel()
            err.print(f"Patchbay is ready ({time.monotonic() - began:.1f} s).", style="green")
            yield Ready(keys, has_modules)
    except _Interrupted:
        err.print("Stopped before it was ready.")
        yield None
    except (FolderUnusable, PortTaken) as failed:
        err.print(f"Patchbay could not start. {failed}", style="red", markup=False)
        yield None
    except (StartFailed, ServiceFailed) as failed:
        err.print(f"Patchbay could not start. {failed}", style="red", markup=False)
        err.print(f"The log is {options.folder / 'patchbay.log'}.", markup=False)
        yield None


class _Interrupted(Exception):
    """Somebody wants us to stop while we are still starting."""


@asynccontextmanager
async def _unless(stop: asyncio.Event) -> AsyncGenerator[asyncio.Task[None]]:
    """Break the block off, with `_Interrupted`, once `stop` is set; until the task that it gives is cancelled."""
    main = asyncio.current_task()
    assert main is not None

    async def watch() -> None:
        await stop.wait()
        main.cancel()

    task = asyncio.create_task(watch())
    try:
        yield task
    except asyncio.CancelledError as cancelled:
        if task.cancelled() or not stop.is_set():
            raise
        main.uncancel()
        raise _Interrupted from cancelled
    finally:
        task.cancel()


def _way(options: Options) -> AbstractAsyncContextManager[Keys]:
    if options.rabbit_url:
        from patchbay.stack import stack  # noqa: PLC0415 - each way imports what the other does without

        return stack(options)
    from patchbay.embedded import embedded  # noqa: PLC0415 - see above

    return embedded(options)


async def _play(options: Options, keys: Keys, sentence: str) -> int:
    story = Story(sentence, out)
    try:
        await play(options.gateway_url, keys, sentence, story)
    except DemoEnded:
        return NEGATIVE
    except ClientError as error:
        err.print(str(error), style="red", markup=False)
        return UNREACHABLE
    out.print()
    return 0


async def _until_the_crm_reports(options: Options, keys: Keys) -> bool:
    """Whether there are modules. Before its first report the others answer 503: they do not know what is live."""
    async with Client(options.gateway_url) as client, asyncio.timeout(_CRM_SECONDS):
        await client.sign_in(demo_email("developer"), keys.people["developer"])
        while True:
            try:
                await client.validate_patch({})
            except Refused as refused:
                if refused.code not in {"base_unknown", "service_unavailable"}:
                    raise
                await asyncio.sleep(0.02)
            else:
                return bool((await client.modules(limit=1))["items"])


async def _answers(options: Options) -> bool:
    if not (options.folder / "keys.json").exists():
        return False
    async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
        try:
            return (await client.get(f"{options.gateway_url}/livez")).is_success
        except httpx.TransportError:
            return False


def _tell_how_to_sign_in(options: Options, keys: Keys) -> None:
    out.print(f"\n[bold]Console[/]   {options.console_url}")
    out.print(f"[bold]REST API[/]  {options.gateway_url}/api/v1/openapi.json")
    out.print("[bold]Sign in as[/]")
    for role in DEMO_ROLES:
        out.print(f"  {demo_email(role):30} {keys.people[role]}", markup=False)
    out.print(f"\nData, keys and the log are in {options.folder}/. Stop with Ctrl-C.", style="dim", markup=False)
    sys.stdout.flush()


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop
