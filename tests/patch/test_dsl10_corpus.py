"""Patch DSL 1.0 documents as other systems write them, each with what it comes to or why it is refused."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.patch import Manifest, Refusal, document, import_dsl10, message, validate
from shared.patch.plain import as_list

FOLDER = Path(__file__).parent / "dsl10"
CASES = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
GOOD = [name for name, case in CASES.items() if "operations" in case]


def read(case: dict[str, Any], shop: Manifest) -> Any:
    return import_dsl10(case["document"], manifest=shop if case["against"] == "shop" else None)


@pytest.mark.parametrize("name", GOOD)
def test_a_document_comes_to_these_operations_which_apply(name: str, shop: Manifest) -> None:
    patch = read(CASES[name], shop)
    assert document(patch)["operations"] == CASES[name]["operations"]
    assert validate(patch, shop) == []


@pytest.mark.parametrize("name", sorted(CASES.keys() - GOOD))
def test_a_document_is_refused_for_every_reason_at_its_place(name: str, shop: Manifest) -> None:
    with pytest.raises(Refusal) as refused:
        read(CASES[name], shop)
    expected = CASES[name]["problems"]
    found = [{"code": one.code, "pointer": one.pointer, "suggestion": one.suggestion} for one in refused.value.problems]
    assert [{key: one[key] for key in wanted} for one, wanted in zip(found, expected, strict=True)] == expected
    for problem in refused.value.problems:
        assert "?" not in message(problem.code, problem.params)["en"]


def test_every_scope_and_operation_is_in_the_corpus() -> None:
    documents = [one for case in CASES.values() for one in _each(case["document"]) if "scope" in one]
    seen = {(one["scope"], one["operation"]) for one in documents}
    operations = ("add", "update", "remove", "reorder", "replace")
    for scope, missing in (("object", ()), ("page", ()), ("permission", ()), ("state", ("reorder",)), ("menu", ())):
        assert {operation for operation in operations if (scope, operation) not in seen} <= {*missing, "replace"}


def _each(documents: Any) -> list[dict[str, Any]]:
    several = as_list(documents)
    return [documents] if several is None else [*several]
