"""A Patchbay of the fault tests' own, on each transport: they kill its parts, and those of its neighbours."""

import sys
from collections.abc import Generator

import pytest

from tests.pipeline.conftest import own_host, unique
from tests.pipeline.running import Patchbay, running
from tests.support.broker import Broker
from tests.support.folders import scratch_folder

__all__ = ["unique"]

if not sys.platform.startswith("linux"):
    pytest.skip("NOT TESTED: processes are found through /proc.", allow_module_level=True)


@pytest.fixture(scope="session")
def stack(rabbit: Broker) -> Generator[Patchbay]:
    """Separate processes on the session's broker."""
    with scratch_folder("stack") as folder, running(folder, own_host(rabbit)) as started:
        yield started


@pytest.fixture(scope="session")
def embedded() -> Generator[Patchbay]:
    """One process."""
    with scratch_folder("embedded") as folder, running(folder) as started:
        yield started
