"""Where things may happen: commits, catches, statements, and the parts of FastStream that lose messages."""

import ast
import re
from importlib.metadata import packages_distributions

from tests.support.sources import calls, named, tree, under, words

_PRODUCT = ("bench", "patchbay", "services", "shared")
# Process edges, each with a loop that must outlive whatever it meets; STYLE allows four.
_EDGES = {
    "shared/runtime/relay.py",
    "shared/runtime/messaging.py",
    "services/tester/sandbox.py",
    "services/crm/activation.py",
}
_LOSE_MESSAGES = {"RabbitRouter", "TestRabbitBroker"}


def test_only_the_edge_commits() -> None:
    assert [
        named(path, call)
        for path in under("patchbay", "services", "shared")
        if not named(path).startswith("shared/runtime/")
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    ] == []


def _catches_everything(node: ast.AST) -> bool:
    """Whether it keeps what it catches: who cleans up and raises again hides nothing."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    if isinstance(last := node.body[-1], ast.Raise) and last.exc is None:
        return False
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    everything = {"Exception", "BaseException"}
    return any(one is None or (isinstance(one, ast.Name) and one.id in everything) for one in caught)


def test_only_four_edges_catch_everything() -> None:
    assert {
        named(path) for path in under(*_PRODUCT) for node in ast.walk(tree(path)) if _catches_everything(node)
    } <= _EDGES


def test_no_statement_selects_a_star() -> None:
    star = re.compile(r"\bSELECT\s+(\w+\.)?\*", re.IGNORECASE)
    assert [
        named(path, node)
        for path in under(*_PRODUCT, "tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and star.search(node.value)
    ] == []


def test_the_parts_of_faststream_that_lose_messages_are_not_used() -> None:
    assert [named(path) for path in under(*_PRODUCT, "tests") if words(path) & _LOSE_MESSAGES] == []
    plugin = re.compile(r"faststream\.\w+\.fastapi")
    own = "tests/house/test_boundaries.py"
    assert [
        named(path)
        for path in under(*_PRODUCT, "tests")
        if plugin.search(path.read_text("utf-8")) and named(path) != own
    ] == []


def test_no_installed_package_takes_our_names() -> None:
    taken = packages_distributions()
    assert {
        name: taken[name] for name in ("services", "shared", "tests") if set(taken.get(name, ())) - {"patchbay"}
    } == {}
