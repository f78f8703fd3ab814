"""A whole Patchbay, started as a person starts it, and the people who sign in to it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from patchbay.client import Client
from patchbay.local.ports import free_port
from patchbay.plan import demo_email

_READY_SECONDS = 120
_STOP_SECONDS = 60


@dataclass
class Patchbay:
    """`patchbay up` in a process of its own, which a test may kill and start again on the same data and ports."""

    folder: Path
    rabbit_url: str | None = None
    environment: dict[str, str] = field(default_factory=dict[str, str])
    gateway_port: int = field(default_factory=free_port)
    console_port: int = field(default_factory=free_port)
    # A password is slow to verify on purpose: people sign in once, and their sessions outlive every restart.
    tokens: dict[str, str] = field(default_factory=dict[str, str])
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def gateway_url(self) -> str:
        return f"http://127.0.0.1:{self.gateway_port}"

    @property
    def passwords(self) -> dict[str, str]:
        return json.loads((self.folder / "keys.json").read_text())["people"]

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "patchbay", "up", "--data", str(self.folder)]
        command += ["--gateway-port", str(self.gateway_port), "--console-port", str(self.console_port)]
        command += ["--rabbitmq", self.rabbit_url] if self.rabbit_url else []
        log = self.folder / "up.log"
        with log.open("wb") as output:
            environment = os.environ | self.environment
            self._process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
        deadline = time.monotonic() + _READY_SECONDS
        while "Sign in as" not in log.read_text():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                pytest.fail(f"`patchbay up` did not get ready:\n{log.read_text()}")
            time.sleep(0.05)

    def stop(self) -> int:
        """As Ctrl-C does; the exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(_STOP_SECONDS)

    def kill(self) -> None:
        """As the kernel does when memory is short."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(_STOP_SECONDS)

    async def demo_person(self, role: str) -> Client:
        """Signed in."""
        client = Client(self.gateway_url, token=self.tokens.get(role))
        if role not in self.tokens:
            self.tokens[role] = (await client.sign_in(demo_email(role), self.passwords[role]))["token"]
        return client


@contextmanager
def running(folder: Path, rabbit_url: str | None = None, **environment: str) -> Generator[Patchbay]:
    patchbay = Patchbay(folder, rabbit_url, environment)
    patchbay.start()
    try:
        yield patchbay
    finally:
        patchbay.stop()


@dataclass
class People:
    """The demo people, signed in, and more on demand."""

    patchbay: Patchbay
    developer: Client
    reviewer: Client
    administrator: Client
    _leaving: AsyncExitStack

    async def another(self, name: str, *roles: str) -> Client:
        """Somebody new with these roles, signed in."""
        email, password = f"{name}@example.com", f"a long password for {name}"
        person: dict[str, Any] = {"email": email, "name": name, "password": password, "roles": list(roles)}
        await self.administrator.add_person(**person, crm_roles=["sales", "admin"])
        client = await self._leaving.enter_async_context(Client(self.patchbay.gateway_url))
        await client.sign_in(email, password)
        return client


@asynccontextmanager
async def signed_in(patchbay: Patchbay) -> AsyncGenerator[People]:
    """The demo people at their desks."""
    async with AsyncExitStack() as leaving:
        clients: dict[str, Client] = {}
        for role in ("developer", "reviewer", "administrator"):
            clients[role] = await leaving.enter_async_context(await patchbay.demo_person(role))
        yield People(patchbay, **clients, _leaving=leaving)
