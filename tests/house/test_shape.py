"""The tail is where quality is lost, so the tail is cut: no function, file or name is special."""

import ast
import re
import sys
from collections.abc import Iterator

from tests.support.sources import ROOT, SERVICES, files, named, tree, under

_FUNCTION_LINES = 40
_FILE_LINES = 300
_OURS = ("bench", "make", "patchbay", "services", "shared", "tests")
_PRODUCT = ("bench", "patchbay", "services", "shared")
_ROLES = {"__init__", "__main__", "app", "settings"}
_SAY_NOTHING = frozenset(
    {"base", "common", "core", "exceptions", "helper", "helpers", "interfaces", "lib", "manager", "managers", "misc"}
    | {"models", "repositories", "repository", "schemas", "service", "util", "utils"}
)
_REASON = re.compile(r"# noqa: [A-Z]+\d+(, ?[A-Z]+\d+)* \S+ ?\S")
_FORBIDDEN = re.compile(r"# noqa(?!: [A-Z])|#\s*(type|pyright):\s*ignore")
# Inside a folder that somebody starts a script in, these shadow the standard library.
_SHADOWS = frozenset(sys.stdlib_module_names)


def test_no_function_is_longer_than_forty_lines() -> None:
    assert [
        f"{named(path, node)} {node.name}"
        for path in under(*_OURS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > _FUNCTION_LINES
    ] == []


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    assert [named(path) for path in under(*_OURS) if len(path.read_text("utf-8").splitlines()) > _FILE_LINES] == []


def test_every_module_is_named_by_a_noun_of_its_own() -> None:
    assert [
        named(path) for path in under(*_PRODUCT) if path.stem in _SAY_NOTHING or path.parent.name in _SAY_NOTHING
    ] == []


def test_no_module_at_the_top_of_a_package_shadows_the_standard_library() -> None:
    tops = [path for path in under("services", "shared") if len(path.relative_to(ROOT).parts) == 3]
    folders = {path.parents[0].name for path in tops} | {path.stem for path in tops if path.stem != "__init__"}
    assert folders & (_SHADOWS - {"__main__"}) == set()


def test_every_service_has_the_same_roles() -> None:
    modules = {service: {path.stem for path in under(f"services/{service}")} for service in SERVICES}
    assert {service: _ROLES - found for service, found in modules.items() if not found >= _ROLES} == {}
    assert {path.relative_to(ROOT).parts[1] for path in under("services") if len(path.parts) > len(ROOT.parts) + 2} == (
        set(SERVICES)
    )


def test_nothing_outside_the_tests_is_named_like_a_test() -> None:
    assert [
        f"{named(path, node)} {node.name}"
        for path in under(*_PRODUCT)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and re.match(r"Test[A-Z_]|test_", node.name)
    ] == []


def test_what_is_left_to_do_names_its_issue() -> None:
    left = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b(?!\(#\d+\))")
    texts = [path for path in files() if path.suffix in {".py", ".md", ".js", ".mjs", ".css", ".html", ".toml"}]
    assert [named(path) for path in texts if left.search(path.read_text("utf-8"))] == []


def _unexplained(lines: list[str]) -> Iterator[int]:
    """Lines that switch a rule off and say why neither there nor in the comment above."""
    explained = False
    for number, line in enumerate(lines, 1):
        if _FORBIDDEN.search(line) or ("# noqa" in line and not (explained or _REASON.search(line))):
            yield number
        explained = line.lstrip().startswith("#") or (explained and "# noqa" in line)


def test_every_lint_opt_out_has_a_reason() -> None:
    assert [
        f"{named(path)}:{number}"
        for path in under(*_OURS)
        if path.name != "test_shape.py"
        for number in _unexplained(path.read_text("utf-8").splitlines())
    ] == []
