"""The servers that we start end with us, however we end."""

import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from patchbay.local.program import Program, StartFailed, Terms, wait_until
from tests.support.folders import scratch_folder
from tests.support.postgres import embedded_postgres

_OWNER = """
import sys, time
from pathlib import Path
from patchbay.local.postgres import LocalPostgres
server = LocalPostgres(Path(sys.argv[1]), durable=False, temporary=True).start()
print(server.port, flush=True)
time.sleep(600)
"""


def _alive(pid: int) -> bool:
    """Whether the process runs; one that ended and waits to be collected by the machine's first process does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        # Gone before the file was opened, or before it was read.
        return False


def test_a_server_and_its_folder_are_gone_after_its_owner_was_killed() -> None:
    with scratch_folder("leash") as folder:
        owner = subprocess.Popen([sys.executable, "-c", _OWNER, folder], stdout=subprocess.PIPE, cwd=Path.cwd())
        assert owner.stdout is not None
        assert owner.stdout.readline()
        pid = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        assert _alive(pid)
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        owner.stdout.close()
        assert wait_until(lambda: not _alive(pid) and not folder.exists(), 10)


def test_a_program_that_cannot_be_run_says_so_with_its_log(tmp_path: Path) -> None:
    with pytest.raises(StartFailed, match=r"nothing could not be run(?s:.)*FileNotFoundError"):
        Program([tmp_path / "nothing"], Terms(log=tmp_path / "log"))


def test_a_program_that_ignores_its_stop_signal_is_killed_after_its_grace(tmp_path: Path) -> None:
    deaf = ["/bin/sh", "-c", "trap '' TERM; echo deaf >&2; while :; do sleep 60; done"]
    program = Program(deaf, Terms(log=tmp_path / "log", grace_seconds=0.2))
    assert wait_until(lambda: "deaf" in program.log_tail(), 10)
    program.stop()
    assert not _alive(program.pid)


async def test_postgres_comes_back_on_its_port_with_its_data_after_a_crash() -> None:
    with embedded_postgres() as server:
        before = server.url
        connection = await asyncpg.connect(server.url)
        await connection.execute("CREATE TABLE kept (id integer)")
        await connection.close()
        server.kill()
        server.start()
        assert server.url == before
        connection = await asyncpg.connect(server.url)
        assert await connection.fetchval("SELECT count(id) FROM kept") == 0
        await connection.close()
