"""The RabbitMQ of a test session: a container when a Docker engine answers, else a private node of Debian's package."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, Self

import pytest

from patchbay.local import packages
from patchbay.local.rabbit import LocalRabbit
from tests.support.folders import scratch_folder


class Broker(Protocol):
    """What a test may do to the broker; whoever stops or kills it starts it again."""

    @property
    def url(self) -> str: ...
    def start(self) -> Self: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...
    def control(self, *words: str) -> str:
        """What `rabbitmqctl WORDS` answers."""
        ...


@contextmanager
def any_broker() -> Generator[Broker]:
    """A started broker of this session's own."""
    if os.environ.get("DOCKER_HOST") or Path("/var/run/docker.sock").exists():
        from tests.support.containers import ContainerBroker, engine_answers  # noqa: PLC0415 - see that module

        if engine_answers():
            container = ContainerBroker().start()
            try:
                yield container
            finally:
                container.remove()
            return
    with scratch_folder("rabbit") as folder:
        node = _private_node(folder)
        try:
            yield node
        finally:
            node.stop()


def _private_node(folder: Path) -> LocalRabbit:
    """A started private node; what cannot be had says so, and fails where CI counts on it."""
    try:
        packages.ensure("rabbitmq-server")
    except packages.NotInstalled as failure:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"NOT TESTED: {failure}")
    return LocalRabbit(folder, temporary=True).start()
