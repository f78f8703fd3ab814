"""A server process of ours that never outlives us, even when we are killed with SIGKILL."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LEASH = Path(__file__).with_name("leash.py")
_LOG_LINES = 12


class StartFailed(Exception):
    """A local server did not come up; the message says which, why, and where its log is."""


@dataclass(frozen=True)
class Terms:
    """How a program is run and ended."""

    log: Path
    environment: Mapping[str, str] | None = None
    user: str = ""
    stop_signal: signal.Signals = signal.SIGTERM
    grace_seconds: float = 10.0
    remove_if_lost: Path | None = None
    # A program that is started again goes on in the log of the one before.
    append: bool = False


class Program:
    """One started process on its leash (`leash.py`)."""

    def __init__(self, command: Sequence[str | Path], terms: Terms) -> None:
        self._terms = terms
        ending = [str(int(terms.stop_signal)), str(terms.grace_seconds), terms.user, str(terms.remove_if_lost or "")]
        with terms.log.open("ab" if terms.append else "wb") as log:
            self._leash = subprocess.Popen(  # noqa: S603 - the command is ours, word by word, without a shell
                [sys.executable, "-I", "-S", _LEASH, *ending, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=terms.environment,
                start_new_session=True,
            )
        assert self._leash.stdout is not None
        answer = self._leash.stdout.readline()
        if not answer:
            self.stop()
            message = f"{Path(command[0]).name} could not be run. Its log, {terms.log}, ends:\n{self.log_tail()}"
            raise StartFailed(message)
        self.pid = int(answer)

    @property
    def running(self) -> bool:
        return self._leash.poll() is None

    def log_tail(self) -> str:
        return "\n".join(self._terms.log.read_text(errors="replace").splitlines()[-_LOG_LINES:])

    def stop(self) -> None:
        """Let go of the leash, and wait until the program is gone."""
        assert self._leash.stdin is not None
        assert self._leash.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._leash.stdin.write(b".")
            self._leash.stdin.close()
        self._leash.wait(self._terms.grace_seconds + 5)
        self._leash.stdout.close()

    def kill(self) -> None:
        """End it as a crash would: SIGKILL for the program and all that shares its group."""
        if self.running:
            os.killpg(self.pid, signal.SIGKILL)
        self.stop()


def wait_until(ready: Callable[[], bool], seconds: float, pause_seconds: float = 0.01) -> bool:
    """Whether `ready` came true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause_seconds)
    return True
