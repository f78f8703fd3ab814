"""PostgreSQL refuses to run as root; when we are root, it gets an account and folders which that account can reach."""

import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

_ACCOUNT = "pgserver"
_ELSEWHERE = Path("/var/lib/patchbay")


def postgres_user() -> str:
    """The account that PostgreSQL runs under, made when it is missing; empty when we are not root."""
    if os.geteuid() != 0:
        return ""
    try:
        pwd.getpwnam(_ACCOUNT)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", _ACCOUNT]
        # Another Patchbay that starts at this moment may have been quicker, so look again before complaining.
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - the command is ours, word by word
        pwd.getpwnam(_ACCOUNT)
    return _ACCOUNT


def home_for_postgres(folder: Path) -> Path:
    """`folder` itself or, when root's own folders keep the account out, a place elsewhere that `folder` remembers.

    The alternative, opening every parent folder to everybody, would change what other people may see on this machine.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    if not postgres_user() or _reachable(folder):
        return folder
    note = folder / "elsewhere"
    if not note.exists():
        note.write_text(str(_ELSEWHERE / secrets.token_hex(8)))
    home = Path(note.read_text())
    home.mkdir(parents=True, exist_ok=True)
    return home


def reachable_copy(place: Path, parts: Iterable[str], home: Path) -> Path:
    """`place` itself or, when the account cannot reach it, a copy of these parts of it, made once."""
    if not postgres_user() or _reachable(place):
        return place
    copy = home / "installation"
    if not copy.exists():
        draft = home / "installation.new"
        shutil.rmtree(draft, ignore_errors=True)
        for part in parts:
            unneeded = shutil.ignore_patterns("include", "*.a")
            shutil.copytree(place / part, draft / part, symlinks=True, ignore=unneeded)
        draft.rename(copy)
    return copy


def _reachable(folder: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (folder, *folder.parents))
