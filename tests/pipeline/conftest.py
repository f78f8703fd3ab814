"""A whole Patchbay per transport, started as a person starts it, and people signed in to it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from patchbay.client import Client
from patchbay.local.ports import free_port
from patchbay.plan import demo_email

_READY_SECONDS = 120


@dataclass(frozen=True)
class Stack:
    """Where it answers and who may sign in; `transport` is what carries its events."""

    transport: str
    gateway_url: str
    console_url: str
    passwords: dict[str, str]
    folder: Path

    def client(self) -> Client:
        return Client(self.gateway_url)


@contextmanager
def running(transport: str, folder: Path, rabbit_url: str | None, **environment: str) -> Generator[Stack]:
    """`patchbay up`, in a process of its own, ended in order."""
    gateway, console = free_port(), free_port()
    command = [sys.executable, "-m", "patchbay", "up", "--data", str(folder)]
    command += ["--gateway-port", str(gateway), "--console-port", str(console)]
    command += ["--rabbitmq", rabbit_url] if rabbit_url else []
    log = folder / "up.log"
    folder.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ | environment)
    try:
        _wait_until_ready(process, log)
        passwords = json.loads((folder / "keys.json").read_text())["people"]
        yield Stack(transport, f"http://127.0.0.1:{gateway}", f"http://127.0.0.1:{console}", passwords, folder)
    finally:
        process.terminate()
        process.wait(60)


def _wait_until_ready(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while "Sign in as" not in log.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"`patchbay up` did not get ready:\n{log.read_text()}")
        time.sleep(0.05)


@pytest.fixture(scope="session", params=["postgres", "rabbitmq"])
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack]:
    """One Patchbay for the session and transport; tests use modules of their own on it."""
    rabbit_url = request.getfixturevalue("rabbit_url") if request.param == "rabbitmq" else None
    with running(request.param, tmp_path_factory.mktemp(request.param), rabbit_url) as started:
        yield started


@dataclass
class People:
    """The demo people, signed in, and more on demand."""

    stack: Stack
    developer: Client
    reviewer: Client
    administrator: Client

    async def another(self, name: str, *roles: str) -> Client:
        """Somebody new with these roles, signed in."""
        email, password = f"{name}@example.com", f"a long password for {name}"
        person: dict[str, Any] = {"email": email, "name": name, "password": password, "roles": list(roles)}
        await self.administrator.add_person(**person, crm_roles=["sales", "admin"])
        client = self.stack.client()
        await client.sign_in(email, password)
        return client


@pytest.fixture
async def people(stack: Stack) -> AsyncGenerator[People]:
    async with stack.client() as developer, stack.client() as reviewer, stack.client() as administrator:
        for role, client in (("developer", developer), ("reviewer", reviewer), ("administrator", administrator)):
            await client.sign_in(demo_email(role), stack.passwords[role])
        yield People(stack, developer, reviewer, administrator)


@pytest.fixture
def unique() -> Callable[[str], str]:
    """A field name that no other test on the same stack uses: `unique("seen")` is `seen17`."""
    count = iter(range(int(time.time() * 1000) % 10_000_000, 10**9))
    return lambda name: f"{name}{next(count)}"
