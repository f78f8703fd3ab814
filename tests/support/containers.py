"""Servers in containers, where a Docker engine answers. Importing this costs most of a second, so it is done late."""

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from typing import Self

from docker.errors import DockerException
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient

from patchbay.local.ports import answers, free_port
from patchbay.local.program import StartFailed, wait_until

_RABBIT = "rabbitmq:4"
_POSTGRES = "postgres:18"
_AMQP = 5672
_START_SECONDS = 90
_PING_SECONDS = 2


def engine_answers() -> bool:
    """Whether the engine is there, found out in two seconds."""
    try:
        DockerClient(timeout=_PING_SECONDS).client.close()
    except DockerException:
        return False
    return True


@contextmanager
def container_postgres() -> Generator[str]:
    """The administrator's address of a PostgreSQL, for asyncpg."""
    with PostgresContainer(_POSTGRES, password=secrets.token_hex(24), driver=None) as container:
        yield container.get_connection_url()


class ContainerBroker:
    """RabbitMQ 4 in a container that keeps its port and its data over a restart."""

    def __init__(self) -> None:
        self._port = free_port()
        self._password = secrets.token_hex(24)
        self._container = (
            DockerContainer(_RABBIT)
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
            message = f"{_RABBIT} did not come up in {_START_SECONDS} s."
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
