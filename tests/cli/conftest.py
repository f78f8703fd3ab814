"""The command, run as a person runs it, and files for it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

Written = Callable[..., str]


@pytest.fixture
def run() -> CliRunner:
    return CliRunner(env={"LC_ALL": "C.UTF-8"})


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """A file with this content; its path."""

    def write(content: Any, name: str = "document.json") -> str:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=2))
        return str(path)

    return write
