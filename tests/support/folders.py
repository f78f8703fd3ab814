"""Folders for what servers keep while a test session lasts."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of a random name is made inside it
_ROOM_BYTES = 2 * 1024**3


@contextmanager
def scratch_folder(name: str) -> Generator[Path]:
    """A folder for a server's data, removed at the end; others may pass through it to what they own inside."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES
    folder = Path(tempfile.mkdtemp(prefix=f"patchbay-{name}-", dir=_MEMORY if roomy else None))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
