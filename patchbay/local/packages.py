"""What only the machine's own package manager has: RabbitMQ, and a browser for the console's tests.

`python -m patchbay.local.packages [NAME…]` installs what is missing, or says what somebody else must install.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

# Debian's rabbitmq-server in the PATH insists on the account and the folders of the system's own node; this does not.
_DEBIAN_RABBIT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = ("--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120")
# A package's installation asks this program before it starts a service; 101 means: do not.
_DENIAL = Path("/usr/sbin/policy-rc.d")
NAMES = ("rabbitmq-server", "chromium")


class NotInstalled(Exception):
    """Something is missing and cannot be installed from here; the message says how to."""


def rabbit_server() -> Path | None:
    """The program that starts a node for whoever runs it."""
    found = shutil.which("rabbitmq-server")
    return _DEBIAN_RABBIT if _DEBIAN_RABBIT.exists() else Path(found) if found else None


def browser() -> Path | None:
    """A Chromium that tests may drive."""
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    return Path(found) if found else None


def missing(names: Iterable[str] = NAMES) -> list[str]:
    there = {"rabbitmq-server": rabbit_server, "chromium": browser}
    return [name for name in names if there[name]() is None]


def ensure(*names: str) -> None:
    """Install what is missing, with the start of system services denied; raises NotInstalled. Takes about 15 s."""
    wanted = missing(names)
    if not wanted:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        what = " ".join(wanted)
        raise NotInstalled(f"Not installed: {what}. On Debian or Ubuntu: sudo apt-get install {what}")
    denied_by_us = not _DENIAL.exists()
    if denied_by_us:
        _DENIAL.write_text("#!/bin/sh\nexit 101\n")
        _DENIAL.chmod(0o755)
    try:
        _apt_get("update")
        _apt_get("install", *_OPTIONS, *wanted)
    finally:
        if denied_by_us:
            _DENIAL.unlink()


def _apt_get(*words: str) -> None:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", *words]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=quiet)  # noqa: S603 - our own words
    if done.returncode:
        raise NotInstalled(f"{' '.join(command)} failed:\n{done.stderr}")


def main() -> None:
    """Never fails: who needs what is still missing says so when it comes to that."""
    names = sys.argv[1:] or NAMES
    if wanted := missing(names):
        print(f"Installing {', '.join(wanted)} …", file=sys.stderr)
    try:
        ensure(*names)
    except NotInstalled as failure:
        print(failure, file=sys.stderr)


if __name__ == "__main__":
    main()
