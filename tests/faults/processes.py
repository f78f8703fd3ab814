"""The processes of a Patchbay, as the kernel knows them: for whoever kills one of them, or looks for what is left."""

import os
import signal
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path


def kill(pid: int) -> None:
    """As a crash, or the kernel when memory is short."""
    os.kill(pid, signal.SIGKILL)


def process_of(parent: int, words: str) -> int:
    """The one process below `parent` whose command line ends with these words."""
    found = [pid for pid in below(parent) if command_of(pid).endswith(words)]
    (pid,) = [pid for pid in found if "leash.py" not in command_of(pid)]
    return pid


def postmaster_of(parent: int) -> int:
    """The first process of the PostgreSQL below `parent`."""
    (pid,) = [pid for pid in below(parent) if Path(command_of(pid).split(" ")[0]).name == "postgres"]
    return pid


def below(parent: int) -> list[int]:
    """All processes that `parent` has started, and those that they have."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for pid in _all():
        children[_parent_of(pid)].append(pid)
    found: list[int] = []
    waiting = [parent]
    while waiting:
        found += children[waiting[-1]]
        waiting += children[waiting.pop()]
    return found


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").replace(b"\0", b" ").decode()
    except OSError:
        return ""


def left_of(pids: Iterable[int], seconds: float) -> list[str]:
    """The command lines of those that are still there after so long."""
    commands = {pid: command_of(pid) for pid in pids}
    deadline = time.monotonic() + seconds
    while left := [command for pid, command in commands.items() if command and command_of(pid) == command]:
        if time.monotonic() > deadline:
            return left
        time.sleep(0.05)
    return []


def _all() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
