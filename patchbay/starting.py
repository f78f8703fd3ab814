"""What both ways of starting Patchbay share: where the log goes, and the two failures that a person can mend."""

import socket
from logging.handlers import RotatingFileHandler
from pathlib import Path

from patchbay.plan import Options
from shared.runtime.logs import configure_logs

_LOG_BYTES = 20_000_000
_LOGS_KEPT = 3


class PortTaken(Exception):
    """Another program, or another Patchbay, listens where we were told to."""


class ServiceFailed(Exception):
    """A service ended while it was starting; the message says which, and where its log is."""


class FolderUnusable(Exception):
    """The data folder cannot be made or written to."""


def prepare(folder: Path) -> None:
    """Make the data folder and send this process's log there. Raises FolderUnusable."""
    try:
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        log_to(folder / "patchbay.log")
    except OSError as error:
        message = f"{folder} cannot be used: {error.strerror}. Choose another folder with --data."
        raise FolderUnusable(message) from error


def log_to(path: Path) -> None:
    """Send this process's log there, as JSON lines; the last few are kept when it grows."""
    path.touch(mode=0o640)
    configure_logs(handler=RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=_LOGS_KEPT, encoding="utf-8"))


def listen(service: str, port: int) -> socket.socket:
    """A socket for this service on loopback, not yet listening; port 0 takes a free one. Raises PortTaken."""
    # The protocol is said: without it asyncio leaves TCP_NODELAY off, and every answer takes 44 ms more.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        message = f"Port {port} is taken, perhaps by another Patchbay: choose another with --{service}-port."
        raise PortTaken(message) from error
    return listener


def refuse_taken_ports(options: Options) -> None:
    """Raises PortTaken while a person can still choose another."""
    for service, port in (("gateway", options.gateway_port), ("console", options.console_port)):
        listen(service, port).close()
