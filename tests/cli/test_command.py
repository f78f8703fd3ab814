"""`patchbay test` on files: what goes to standard output, what to standard error, and the exit codes."""

import json
from collections.abc import Callable
from typing import Any

from typer.testing import CliRunner

from patchbay.main import app
from shared.crm import example

VALID, NEGATIVE = 0, 3

Written = Callable[..., str]


def adding(field: dict[str, Any]) -> dict[str, Any]:
    module = {"name": "trial", "title": {"en": "Trial", "zh": "试用"}}
    return {"patch": "1", "module": module, "operations": [{"op": "add_field", "entity": "Customer", "field": field}]}


def test_bytes_that_are_no_text_are_refused(run: CliRunner) -> None:
    answer = run.invoke(app, ["test", "-"], input=b"\xff\xfe{")
    assert answer.exit_code == NEGATIVE
    assert answer.stderr


def test_a_patch_file_is_tried_on_this_machine(run: CliRunner, written: Written) -> None:
    answer = run.invoke(app, ["test", "--json", written(example("loyalty"))])
    report = json.loads(answer.stdout)
    assert answer.exit_code == VALID
    assert {case["outcome"] for case in report["cases"]} == {"passed"}
    assert {case["suite"] for case in report["cases"]} >= {"static", "crm", "rehearsal"}


def test_a_patch_that_breaks_the_crm_fails_and_names_the_scenario(run: CliRunner, written: Written) -> None:
    patch = adding({"type": "text", "name": "motto", "required": True})
    answer = run.invoke(app, ["test", written(patch)])
    assert answer.exit_code == NEGATIVE
    assert "FAILED  crm/" in answer.stdout


def test_a_patch_in_yaml_is_tried_like_one_in_json(run: CliRunner, written: Written) -> None:
    file = written(f"# Ours.\nname: &x 1\n{json.dumps(example('loyalty'))}", "patch.yaml")
    assert "yaml_invalid" in run.invoke(app, ["test", file]).stderr
    answer = run.invoke(app, ["test", written(f"# Ours.\n{json.dumps(example('loyalty'))}", "patch.yaml")])
    assert answer.exit_code == VALID
