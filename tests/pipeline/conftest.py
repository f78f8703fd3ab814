"""One Patchbay per transport at a time; tests use modules of their own on it."""

import secrets
import time
from collections.abc import AsyncGenerator, Callable, Generator
from pathlib import Path

import pytest

from tests.faults.processes import below, left_of
from tests.pipeline.running import Patchbay, People, running, signed_in
from tests.support.broker import Broker
from tests.support.folders import scratch_folder

_ENDING_SECONDS = 2


TRANSPORTS = [
    pytest.param(name, marks=pytest.mark.xdist_group(f"pipeline on {name}")) for name in ("postgres", "rabbitmq")
]


@pytest.fixture(scope="package", params=TRANSPORTS)
def patchbay(request: pytest.FixtureRequest) -> Generator[Patchbay]:
    rabbit_url = own_host(request.getfixturevalue("rabbit")) if request.param == "rabbitmq" else None
    # The tests' own provider speaks plain HTTP on loopback.
    with scratch_folder(request.param) as folder:
        with running(folder, rabbit_url, PATCHBAY_ALLOWED_HOSTS='["127.0.0.1"]') as started:
            yield started
            processes = below(started.pid)
        assert left_of(processes, _ENDING_SECONDS) == []
        assert complaints(folder) == []


@pytest.fixture
async def people(patchbay: Patchbay) -> AsyncGenerator[People]:
    async with signed_in(patchbay) as people:
        yield people


@pytest.fixture
def unique() -> Callable[[str], str]:
    """A field name that no other test on the same Patchbay uses: `unique("seen")` is `seen17`."""
    count = iter(range(int(time.time() * 1000) % 10_000_000, 10**9))
    return lambda name: f"{name}{next(count)}"


def complaints(folder: Path) -> list[str]:
    """What the logs hold that nobody wants to read after a day without faults, from the start to the stop."""
    lines = [line for log in sorted(folder.glob("*.log")) for line in log.read_text().splitlines()]
    return [line for line in lines if ('"level": "info"' not in line and line.startswith("{")) or "Traceback" in line]


def own_host(broker: Broker) -> str:
    """The address of a virtual host that nobody else uses."""
    host = f"patchbay_{secrets.token_hex(4)}"
    broker.control("add_vhost", host)
    broker.control("set_permissions", "--vhost", host, "patchbay", ".*", ".*", ".*")
    return f"{broker.url}{host}"
