"""Run a program that ends when whoever started it ends, however that happens.

A script, run by `patchbay.local.program` with `python -I -S`, so that it starts in milliseconds and needs nothing
but the standard library. Standard input is the leash: it closes when the starter lets go, crashes or is killed
with SIGKILL. The program then gets its stop signal and, past its grace, SIGKILL for the whole process group.
A starter that lets go on purpose writes a byte first: then the folder to remove stays, since it may start again on it.

    leash.py STOP_SIGNAL GRACE_SECONDS USER REMOVE_FOLDER COMMAND...     (USER and REMOVE_FOLDER may be empty)
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path


def main(stop_signal: str, grace_seconds: str, user: str, remove: str, *command: str) -> int:
    program = subprocess.Popen(  # noqa: S603 - what our own starter gave us, word by word, without a shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=2,
        start_new_session=True,
        user=user or None,
        group=user or None,
        extra_groups=[] if user else None,
    )
    os.write(1, b"%d\n" % program.pid)
    lost = threading.Event()
    holding = (program, int(stop_signal), float(grace_seconds), lost)
    threading.Thread(target=_hold, args=holding, daemon=True).start()
    code = program.wait()
    # What the program started and left behind (RabbitMQ's port mapper, for one) is in its group still.
    _signal_group(program.pid, signal.SIGKILL)
    if remove and lost.is_set():
        _remove(Path(remove))
    return code


def _hold(program: subprocess.Popen[bytes], stop_signal: int, grace_seconds: float, lost: threading.Event) -> None:
    if not os.read(0, 1):
        lost.set()
    with contextlib.suppress(ProcessLookupError):
        program.send_signal(stop_signal)
    try:
        program.wait(grace_seconds)
    except subprocess.TimeoutExpired:
        _signal_group(program.pid, signal.SIGKILL)


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _remove(folder: Path) -> None:
    import shutil  # noqa: PLC0415 - most programs keep their folder, and the start is what must be quick

    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
