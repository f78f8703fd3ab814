"""The `patchbay` command on files: what goes to standard output, what to standard error, and the exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from patchbay.main import app
from shared.crm import example

VALID, NEGATIVE, USAGE = 0, 3, 2


@pytest.fixture
def run() -> CliRunner:
    return CliRunner()


def written(folder: Path, document: Any) -> str:
    path = folder / "document.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return str(path)


def adding(field: dict[str, Any]) -> dict[str, Any]:
    module = {"name": "trial", "title": {"en": "Trial", "zh": "试用"}}
    return {"patch": "1", "module": module, "operations": [{"op": "add_field", "entity": "Customer", "field": field}]}


def test_a_valid_patch_is_explained(run: CliRunner, tmp_path: Path) -> None:
    answer = run.invoke(app, ["patch", "validate", written(tmp_path, example("loyalty"))])
    assert answer.exit_code == VALID
    assert "Loyalty tier" in answer.stdout
    assert "risk L2" in answer.stderr


def test_every_problem_is_told_with_its_place_and_a_suggestion(run: CliRunner, tmp_path: Path) -> None:
    patch = adding({"type": "text", "name": "email"})
    rule = {"name": "big", "expression": "totl <= 10", "message": {"en": "Too much.", "zh": "过多。"}}
    patch["operations"].append({"op": "add_rule", "entity": "Order", "rule": rule})
    answer = run.invoke(app, ["patch", "validate", "--json", written(tmp_path, patch)])
    told = json.loads(answer.stdout)
    assert answer.exit_code == NEGATIVE
    assert told["valid"] is False
    pointers = [problem["pointer"] for problem in told["problems"]]
    assert [pointer.split("/")[2] for pointer in pointers] == ["0", "1"]
    assert told["problems"][1]["suggestion"] == "total"
    assert all(problem["message"]["en"] and problem["message"]["zh"] for problem in told["problems"])


@pytest.mark.parametrize("document", ["", "{", "[1, 2", '{"patch": "1", "patch": "1"}', "null", "🙂"])
def test_what_is_no_patch_is_refused_without_a_traceback(run: CliRunner, tmp_path: Path, document: str) -> None:
    answer = run.invoke(app, ["patch", "validate", written(tmp_path, document)])
    assert answer.exit_code == NEGATIVE
    assert "Traceback" not in answer.output
    assert answer.stderr


def test_a_file_that_is_not_there_is_wrong_usage(run: CliRunner, tmp_path: Path) -> None:
    assert run.invoke(app, ["patch", "validate", str(tmp_path / "none.json")]).exit_code == USAGE


def test_a_patch_can_be_read_from_standard_input(run: CliRunner) -> None:
    answer = run.invoke(app, ["patch", "validate", "--json", "-"], input=json.dumps(example("loyalty")))
    assert json.loads(answer.stdout)["valid"] is True


def test_a_patch_dsl_document_becomes_a_patch_that_is_valid(run: CliRunner, tmp_path: Path) -> None:
    document = {
        "version": "1.0",
        "patchId": "p1",
        "timestamp": "2026-01-01T00:00:00Z",
        "actor": "human",
        "scope": "object",
        "operation": "add",
        "target": {"type": "field", "identifier": "Customer"},
        "payload": {"name": "tier", "label": "Tier", "type": "select", "options": ["a", "b"]},
    }
    imported = run.invoke(app, ["patch", "import", written(tmp_path, document), "--module", "tiers"])
    assert imported.exit_code == VALID
    patch = json.loads(imported.stdout)
    assert patch["module"]["name"] == "tiers"
    checked = run.invoke(app, ["patch", "validate", written(tmp_path, patch)])
    assert checked.exit_code == VALID, checked.output


def test_bytes_that_are_no_text_are_refused(run: CliRunner) -> None:
    for command in (["patch", "validate"], ["patch", "import"], ["test"]):
        answer = run.invoke(app, [*command, "-"], input=b"\xff\xfe{")
        assert answer.exit_code == NEGATIVE, command
        assert answer.stderr


def test_a_patch_dsl_document_that_means_nothing_here_is_refused(run: CliRunner, tmp_path: Path) -> None:
    answer = run.invoke(app, ["patch", "import", written(tmp_path, {"version": "2.0", "operation": "explode"})])
    assert answer.exit_code == NEGATIVE
    assert answer.stdout == ""
    assert answer.stderr


def test_a_patch_file_is_tried_on_this_machine(run: CliRunner, tmp_path: Path) -> None:
    answer = run.invoke(app, ["test", "--json", written(tmp_path, example("loyalty"))])
    report = json.loads(answer.stdout)
    assert answer.exit_code == VALID
    assert {case["outcome"] for case in report["cases"]} == {"passed"}
    assert {case["suite"] for case in report["cases"]} >= {"static", "crm", "rehearsal"}


def test_a_patch_that_breaks_the_crm_fails_and_names_the_scenario(run: CliRunner, tmp_path: Path) -> None:
    patch = adding({"type": "text", "name": "motto", "required": True})
    answer = run.invoke(app, ["test", written(tmp_path, patch)])
    assert answer.exit_code == NEGATIVE
    assert "FAILED  crm/" in answer.stdout
