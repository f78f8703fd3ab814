"""An image holds the common lock and its service's own: what the code imports must be in one of them."""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.support.sources import ROOT, SERVICES, tree, under

_OURS = {"services", "shared"}
_DISTRIBUTIONS = packages_distributions()


def _imported(paths: Iterable[Path]) -> Iterator[str]:
    """The top-level packages that this code asks for, now or later."""
    for path in paths:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def _locked(*names: str) -> set[str]:
    text = "".join((ROOT / name).read_text("utf-8") for name in names if (ROOT / name).exists())
    return set(re.findall(r"^([a-z0-9.-]+)(?:\[[^]]*\])?==", text, re.MULTILINE))


@pytest.mark.parametrize("service", SERVICES)
def test_the_image_of_a_service_holds_what_the_service_imports(service: str) -> None:
    held = _locked("requirements.lock", f"requirements-{service}.lock")
    wanted = set(_imported((*under(f"services/{service}"), *under("shared")))) - sys.stdlib_module_names - _OURS
    assert {
        name for name in wanted if not any(canonicalize_name(one) in held for one in _DISTRIBUTIONS.get(name, ()))
    } == set()
