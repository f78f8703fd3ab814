"""A private RabbitMQ node from the machine's own package: own name, cookie, folders and port mapper, loopback only."""

import os
import secrets
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from patchbay.local.packages import rabbit_server
from patchbay.local.ports import answers, free_port
from patchbay.local.program import Program, StartFailed, Terms, wait_until

_START_SECONDS = 60
_STOP_SECONDS = 20
_POLL_SECONDS = 0.05
_PORT_MAPPER = "epmd"

WHAT_TO_INSTALL = (
    "RabbitMQ is not installed. On Debian or Ubuntu: sudo apt-get install rabbitmq-server"
    " (Patchbay starts a node of its own and leaves the system's alone)."
)


@dataclass
class LocalRabbit:
    """A broker that keeps its data in `folder`; `start`, `stop` and `kill` may be called in turn, the port stays."""

    folder: Path
    temporary: bool = False
    port: int = 0
    _password: str = field(default="", repr=False)
    _program: Program | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"amqp://patchbay:{self._password}@127.0.0.1:{self.port}/"

    @property
    def running(self) -> bool:
        return self._program is not None and self._program.running

    def start(self) -> Self:
        """Bring it up and wait until it takes connections; raises StartFailed with the end of the log."""
        server = _server()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = self.port or free_port()
        self._password = _secret(self.folder / "password")
        environment = self._environment()
        self._configure()
        # The port mapper that Erlang would start by itself detaches and stays for ever; this one shares our group.
        script = f'{_PORT_MAPPER} -address 127.0.0.1 -port "$ERL_EPMD_PORT" & exec "$0"'
        terms = Terms(
            log=self.folder / "node.log",
            environment=environment,
            grace_seconds=_STOP_SECONDS,
            remove_if_lost=self.folder if self.temporary else None,
        )
        program = Program(["/bin/sh", "-c", script, server], terms)
        wait_until(lambda: not program.running or answers(self.port), _START_SECONDS, _POLL_SECONDS)
        if not (program.running and answers(self.port)):
            program.kill()
            raise StartFailed(f"RabbitMQ did not start. Its log, {terms.log}, ends:\n{program.log_tail()}")
        self._program = program
        return self

    def stop(self) -> None:
        """Shut it down in order."""
        if self._program is not None:
            self._program.stop()
            self._program = None

    def kill(self) -> None:
        """End it as a crash would."""
        if self._program is not None:
            self._program.kill()
            self._program = None

    def control(self, *words: str) -> str:
        """What `rabbitmqctl WORDS` answers about this node."""
        command = [_server().with_name("rabbitmqctl"), "--quiet", *words]
        done = subprocess.run(  # noqa: S603 - the command is ours, word by word, without a shell
            command, env=self._environment(), check=True, capture_output=True, text=True, timeout=_START_SECONDS
        )
        return done.stdout

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _configure(self) -> None:
        lines = [
            f"listeners.tcp.1 = 127.0.0.1:{self.port}",
            "default_user = patchbay",
            f"default_pass = {self._password}",
            "loopback_users.patchbay = true",
            "disk_free_limit.absolute = 50MB",
            "log.console = true",
            "log.console.level = warning",
            "log.file = false",
        ]
        configuration = self.folder / "rabbitmq.conf"
        configuration.touch(mode=0o600)
        configuration.write_text("\n".join(lines) + "\n")
        (self.folder / "enabled_plugins").write_text("[].\n")

    def _environment(self) -> dict[str, str]:
        """Every place that a node would otherwise share with the system's own."""
        place = self.folder
        distribution = _remembered_port(place / "distribution_port")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
        return inherited | {
            "HOME": str(place),
            "ERL_EPMD_PORT": str(_remembered_port(place / "mapper_port")),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"patchbay_{distribution}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_ERLANG_COOKIE": _secret(place / "cookie"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CTL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CONF_ENV_FILE": str(place / "none"),
            "RABBITMQ_CONFIG_FILE": str(place / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(place / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(place / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(place / "mnesia"),
            "RABBITMQ_LOG_BASE": str(place / "log"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(place / "config"),
            "RABBITMQ_PID_FILE": str(place / "pid"),
        }


def _server() -> Path:
    server = rabbit_server()
    if server is None:
        raise StartFailed(WHAT_TO_INSTALL)
    return server


def _secret(place: Path) -> str:
    """The secret kept in this file, made at first, readable by its owner only."""
    if not place.exists():
        place.touch(mode=0o600)
        place.write_text(secrets.token_hex(24))
    return place.read_text()


def _remembered_port(place: Path) -> int:
    """The node's name holds one of these ports, and its data is bound to its name: so they stay."""
    if not place.exists():
        place.write_text(str(free_port()))
    return int(place.read_text())
