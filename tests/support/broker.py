"""The RabbitMQ of a test session: a container when a Docker engine answers, else a private node of Debian's package."""

import os
import secrets
from pathlib import Path
from typing import Protocol, Self

import pytest
from docker.errors import DockerException
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient

from patchbay.local import rabbit
from patchbay.local.ports import answers, free_port
from patchbay.local.program import StartFailed, wait_until

_IMAGE = "rabbitmq:4"
_AMQP = 5672
_START_SECONDS = 90
_PING_SECONDS = 2


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


class ContainerBroker:
    """RabbitMQ 4 in a container that keeps its port and its data over a restart."""

    def __init__(self) -> None:
        self._port = free_port()
        self._password = secrets.token_hex(24)
        self._container = (
            DockerContainer(_IMAGE)
            .with_env("RABBITMQ_DEFAULT_USER", "patchbay")
            .with_env("RABBITMQ_DEFAULT_PASS", self._password)
            .with_bind_ports(_AMQP, self._port)
        )
        self._made = False

    @property
    def url(self) -> str:
        return f"amqp://patchbay:{self._password}@127.0.0.1:{self._port}/"

    def start(self) -> Self:
        if self._made:
            self._container.get_wrapped_container().start()
        else:
            self._container.start()
            self._made = True
        # The engine's proxy takes connections before the broker does: ask the broker itself.
        if not wait_until(lambda: answers(self._port) and self._is_up(), _START_SECONDS, 0.5):
            message = f"{_IMAGE} did not come up in {_START_SECONDS} s."
            raise StartFailed(message)
        return self

    def stop(self) -> None:
        self._container.get_wrapped_container().stop()

    def kill(self) -> None:
        self._container.get_wrapped_container().kill()

    def control(self, *words: str) -> str:
        answer = self._container.exec(["rabbitmqctl", "--quiet", *words])
        assert answer.exit_code == 0, answer.output
        return answer.output.decode()

    def remove(self) -> None:
        self._container.stop()

    def _is_up(self) -> bool:
        return (
            self._container.exec(["rabbitmq-diagnostics", "--quiet", "check_port_listener", str(_AMQP)]).exit_code == 0
        )


def engine_answers() -> bool:
    """Whether a Docker engine is there, found out in at most two seconds."""
    if not os.environ.get("DOCKER_HOST") and not Path("/var/run/docker.sock").exists():
        return False
    try:
        DockerClient(timeout=_PING_SECONDS).client.close()
    except DockerException:
        return False
    return True


def private_node(folder: Path) -> rabbit.LocalRabbit:
    """A started private node; what cannot be had says so, and fails where CI counts on it."""
    try:
        rabbit.install()
        return rabbit.LocalRabbit(folder, temporary=True).start()
    except StartFailed as failure:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"NOT TESTED: {failure}")
