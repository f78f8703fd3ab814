"""Which refusals the code of an operation can come to, read from the source: its own, and those of what it calls."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.patch.sentences import SENTENCES

_ROOT = Path(__file__).parents[1]
# Asked of every operation alike, once the last one is through; the page says so.
ASKED_AT_THE_END = "shared.patch.integrity"
_APART = (
    ASKED_AT_THE_END,
    *(f"shared.patch.{name}" for name in ("expression", "legible", "misfits", "sentences", "text", "undoing")),
)


@dataclass(frozen=True)
class _Unit:
    """A function, or another part of a module: the codes that stand in it and the names that it uses."""

    codes: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True)
class _Module:
    units: dict[str, list[_Unit]]
    imported: dict[str, tuple[str, str]]


def refusals_of(module: str) -> list[str]:
    """The codes that operations of this module can be refused with, apart from what is checked at the end."""
    waiting = [(module, name) for name in _module(module).units]
    known, codes = set(waiting), set[str]()
    while waiting:
        here, name = waiting.pop()
        for unit in _module(here).units.get(name, ()):
            codes |= unit.codes
            found = {_origin(here, one) for one in unit.names} - known
            known |= found
            waiting += found
    return sorted(codes)


def codes_in(folder: str) -> list[str]:
    """All the codes that stand in the modules of a folder."""
    sources = (_ROOT / folder.replace(".", "/")).rglob("*.py")
    return sorted(set[str]().union(*(_codes(ast.parse(source.read_text("utf-8"))) for source in sources)))


def _origin(module: str, name: str) -> tuple[str, str]:
    found = _module(module).imported.get(name, (module, name))
    return (module, "") if found[0].startswith(_APART) else found


@cache
def _module(name: str) -> _Module:
    path = _ROOT / name.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    units: dict[str, list[_Unit]] = {}
    imported: dict[str, tuple[str, str]] = {}
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shared.patch"):
            imported |= {one.asname or one.name: (str(node.module), one.name) for one in node.names}
        for named, part in _parts(node):
            units.setdefault(named, []).append(_Unit(_codes(part), _names(part)))
    return _Module(units, imported)


def _parts(node: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    """Functions, methods and tables, by name."""
    if isinstance(node, ast.FunctionDef):
        yield node.name, node
    elif isinstance(node, ast.ClassDef):
        for part in node.body:
            yield (part.name if isinstance(part, ast.FunctionDef) else node.name), part
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if isinstance(target, ast.Name):
                yield target.id, node


def _codes(part: ast.AST) -> frozenset[str]:
    return frozenset(
        node.value
        for node in ast.walk(part)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in SENTENCES
    )


def _names(part: ast.AST) -> frozenset[str]:
    """Functions by name, methods of the same module behind the dot."""
    plain = {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}
    return frozenset(plain | {node.attr for node in ast.walk(part) if isinstance(node, ast.Attribute)})
