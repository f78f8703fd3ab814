"""What this repository holds, as files and as syntax trees, for the tests that read rather than run."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = ("audit", "console", "crm", "gateway", "generator", "publisher", "review", "tester")


@cache
def files() -> tuple[Path, ...]:
    """Every file that is kept, or will be: not the ignored ones."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    answer = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True)
    return tuple(sorted(path for name in answer.stdout.split("\0") if name and (path := ROOT / name).is_file()))


def under(*folders: str, suffix: str = ".py") -> Iterator[Path]:
    for path in files():
        if path.suffix == suffix and any(path.is_relative_to(ROOT / folder) for folder in folders):
            yield path


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def named(path: Path, node: ast.AST | None = None) -> str:
    """The place as a person looks it up: `services/review/api.py:12`."""
    line = f":{getattr(node, 'lineno', 1)}" if node is not None else ""
    return f"{path.relative_to(ROOT)}{line}"


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def words(path: Path) -> set[str]:
    """Every name that the code of this file uses, after a dot or without."""
    found = {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
    return found | {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
