"""`patchbay patch` on files: what goes to standard output, what to standard error, and the exit codes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from patchbay.documents.yaml_text import read_yaml
from patchbay.main import app
from shared.crm import example

FINE, REFUSED, USAGE = 0, 3, 2
COMMANDS = ("validate", "explain", "diff", "conflicts", "import", "export", "rebase")

Written = Callable[..., str]


def patch_of(*operations: dict[str, Any], module: str = "trial") -> dict[str, Any]:
    title = {"en": "Trial", "zh": "试用"}
    return {"patch": "1", "module": {"name": module, "title": title}, "operations": [*operations]}


def adding(name: str, module: str = "trial", **more: Any) -> dict[str, Any]:
    field = {"type": "text", "name": name, **more}
    return patch_of({"op": "add_field", "entity": "Customer", "field": field}, module=module)


def broken() -> dict[str, Any]:
    patch = adding("email")
    rule = {"name": "big", "expression": "totl <= 10", "message": {"en": "Too much.", "zh": "过多。"}}
    patch["operations"].append({"op": "add_rule", "entity": "Order", "rule": rule})
    return patch


def answered(answer: Result) -> dict[str, Any]:
    """The JSON object, which says the same as the exit code."""
    told = json.loads(answer.stdout)
    assert told["ok"] is (answer.exit_code == FINE)
    assert isinstance(told["problems"], list)
    return told


def test_a_valid_patch_is_explained(run: CliRunner, written: Written) -> None:
    answer = run.invoke(app, ["patch", "validate", written(example("loyalty"))])
    assert answer.exit_code == FINE
    assert "Loyalty tier" in answer.stdout
    assert "risk L2" in answer.stderr


def test_every_problem_is_told_with_its_place_and_a_suggestion(run: CliRunner, written: Written) -> None:
    path = written(broken())
    answer = run.invoke(app, ["patch", "validate", "--json", path])
    first, second = answered(answer)["problems"]
    assert answer.exit_code == REFUSED
    assert first.keys() == {"file", "code", "pointer", "line", "column", "message", "suggestion"}
    assert [one["pointer"].split("/")[2] for one in (first, second)] == ["0", "1"]
    assert (first["file"], second["suggestion"]) == (path, "total")
    assert all(one["message"]["en"] and one["message"]["zh"] for one in (first, second))


def test_a_problem_names_the_line_of_the_file(run: CliRunner, written: Written) -> None:
    path = written(broken())
    answer = run.invoke(app, ["patch", "validate", path])
    text = Path(path).read_text(encoding="utf-8")
    line = next(number for number, one in enumerate(text.splitlines(), start=1) if "email" in one)
    assert answer.stdout == ""
    assert f"{path}:{line}:" in answer.stderr
    assert "[field_taken]" in answer.stderr


YAML = """\
patch: "1"
module: {name: trial, title: {en: Trial, zh: 试用}}
operations:
  - op: add_rule
    entity: Order
    rule:
      name: noted
      on: [create]
      expression: totl > 0
      message: {en: No, zh: 不}
"""


def test_a_patch_may_be_written_in_yaml(run: CliRunner, written: Written) -> None:
    path = written(YAML, "document.yaml")
    answer = run.invoke(app, ["patch", "validate", "--json", path])
    [problem] = answered(answer)["problems"]
    assert (problem["code"], problem["line"], problem["column"]) == ("field_unknown", 9, 19)
    fixed = run.invoke(app, ["patch", "validate", "-"], input=YAML.replace("totl", "total"))
    assert fixed.exit_code == FINE, fixed.output


def test_what_json_reads_as_a_number_true_or_null_is_one_in_yaml() -> None:
    read, _ = read_yaml("a: true\nb: [1, -2.5, null, ~]\nc: {d: '1', e: no, f: 2026-01-01, g: 007}\n")
    assert read == {"a": True, "b": [1, -2.5, None, None], "c": {"d": "1", "e": "no", "f": "2026-01-01", "g": "007"}}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: [1", "yaml_invalid", 2),
        ("a: 1\na: 2\n", "key_twice", 2),
        ("a: &x 1\nb: *x\n", "yaml_invalid", 1),
        ("a: !!python/name:os.system 1", "yaml_invalid", 1),
        ("a: 1\n---\nb: 2\n", "yaml_invalid", 2),
        ("? [a]\n: 1\n", "yaml_invalid", 1),
        ("[" * 5000, "document_too_deep", 1),
        ("", "yaml_invalid", 1),
        ("a: \x07", "yaml_invalid", 1),
        ("🙂", "wrong_type", 1),
    ],
)
def test_yaml_that_has_no_like_in_json_is_refused(
    run: CliRunner, written: Written, text: str, code: str, line: int
) -> None:
    answer = run.invoke(app, ["patch", "validate", "--json", written(text, "document.yml")])
    problem = answered(answer)["problems"][0]
    assert (problem["code"], problem["line"]) == (code, line)


@pytest.mark.parametrize("text", ["", "{", "[1, 2", '{"patch": "1", "patch": "1"}', "null", "🙂", "[" * 5000])
@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_no_patch_is_refused_without_a_traceback(
    run: CliRunner, written: Written, command: str, text: str
) -> None:
    answer = run.invoke(app, ["patch", command, written(text)])
    assert answer.exit_code == REFUSED
    assert isinstance(answer.exception, SystemExit)
    assert answer.stdout == ""
    assert answer.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_is_not_there_is_wrong_usage(run: CliRunner, written: Written, command: str) -> None:
    assert run.invoke(app, ["patch", command, "/no/such/file"]).exit_code == USAGE
    assert run.invoke(app, ["patch", command]).exit_code == USAGE


@pytest.mark.parametrize("command", COMMANDS)
def test_bytes_that_are_no_text_are_refused(run: CliRunner, command: str) -> None:
    answer = run.invoke(app, ["patch", command, "--json", "-"], input=b"{\n \xff")
    [problem] = answered(answer)["problems"]
    assert (problem["code"], problem["line"], problem["column"]) == ("json_invalid", 2, 2)


def test_several_files_are_judged_together(run: CliRunner, written: Written) -> None:
    good, bad = written(adding("motto"), "good.json"), written(adding("email", "other"), "bad.json")
    answer = run.invoke(app, ["patch", "validate", "--json", good, bad])
    told = answered(answer)
    assert [one["file"] for one in told["modules"]] == [good]
    assert [one["file"] for one in told["problems"]] == [bad]


def test_a_patch_is_held_against_what_is_live(run: CliRunner, written: Written) -> None:
    live = written(adding("motto"), "live.json")
    rule = {"name": "short", "expression": "size(motto) < 9", "message": {"en": "Too long.", "zh": "过长。"}}
    path = written(patch_of({"op": "add_rule", "entity": "Customer", "rule": rule}, module="after"), "after.json")
    assert run.invoke(app, ["patch", "validate", path]).exit_code == REFUSED
    assert run.invoke(app, ["patch", "validate", path, "--live", live]).exit_code == FINE
    # The live version of the module itself makes room for its next one.
    assert run.invoke(app, ["patch", "validate", live, "--live", live]).exit_code == FINE


def test_a_live_file_that_does_not_apply_is_named(run: CliRunner, written: Written) -> None:
    live, path = written(adding("email", "live"), "live.json"), written(adding("motto"), "patch.json")
    answer = run.invoke(app, ["patch", "validate", "--json", path, "--live", live])
    assert [(one["file"], one["code"]) for one in answered(answer)["problems"]] == [(live, "field_taken")]


def test_explain_tells_everything_in_the_language_asked_for(run: CliRunner, written: Written) -> None:
    path = written(example("loyalty"))
    english = run.invoke(app, ["patch", "explain", path])
    chinese = run.invoke(app, ["patch", "explain", path, "--lang", "zh"])
    assert "counts as a minor release" in english.stdout
    assert "A person must confirm /operations/" in english.stdout
    assert "需要人工确认" in chinese.stdout
    assert run.invoke(app, ["patch", "explain", path], env={"LC_ALL": "zh_CN.UTF-8"}).stdout == chinese.stdout
    told = answered(run.invoke(app, ["patch", "explain", path, "--json"]))
    assert told["modules"][0]["explanation"][0].keys() >= {"pointer", "en", "zh", "risk"}


def test_problems_are_told_in_chinese_too(run: CliRunner, written: Written) -> None:
    answer = run.invoke(app, ["patch", "validate", written(broken()), "--lang", "zh"])
    assert "您是否想用 `total`" in answer.stderr
    assert "共 2 个问题" in answer.stderr


def test_diff_of_one_patch_is_what_it_does_to_the_crm(run: CliRunner, written: Written) -> None:
    path = written(adding("motto"))
    answer = run.invoke(app, ["patch", "diff", path])
    assert answer.exit_code == FINE
    assert "+ trial/field/Customer.motto" in answer.stdout
    told = answered(run.invoke(app, ["patch", "diff", path, "--json"]))
    assert "trial/field/Customer.motto" in [one["key"] for one in told["differences"]]
    assert told["problems"] == []


def test_diff_of_two_patches_is_by_meaning(run: CliRunner, written: Written) -> None:
    before, after = written(adding("motto"), "a.json"), written(adding("motto", max_length=9), "b.json")
    answer = run.invoke(app, ["patch", "diff", before, after])
    assert answer.exit_code == FINE
    assert "~ " in answer.stdout
    assert "max_length" in answer.stdout
    same = run.invoke(app, ["patch", "diff", before, written(json.dumps(adding("motto")), "c.json")])
    assert (same.exit_code, same.stdout) == (FINE, "")


def test_conflicts_names_the_two_and_the_place(run: CliRunner, written: Written) -> None:
    first, second = written(adding("motto", "one"), "a.json"), written(adding("Motto", "two"), "b.json")
    third = written(adding("slogan", "three"), "c.json")
    told = answered(run.invoke(app, ["patch", "conflicts", first, second, third, "--json"]))
    assert [one["files"] for one in told["conflicts"]] == [[first, second]]
    plain = run.invoke(app, ["patch", "conflicts", first, second])
    assert plain.exit_code == REFUSED
    assert "customer/field/motto" in plain.stdout
    assert run.invoke(app, ["patch", "conflicts", first, third]).exit_code == FINE


DSL: dict[str, Any] = {
    "version": "1.0",
    "patchId": "p1",
    "timestamp": "2026-01-01T00:00:00Z",
    "actor": "human",
    "scope": "object",
    "operation": "add",
    "target": {"type": "field", "identifier": "Customer"},
    "payload": {"name": "tier", "label": "Tier", "type": "select", "options": ["a", "b"]},
}


def test_a_patch_dsl_document_becomes_a_patch_that_is_valid(run: CliRunner, written: Written) -> None:
    imported = run.invoke(app, ["patch", "import", written(DSL), "--module", "tiers"])
    assert imported.exit_code == FINE, imported.output
    patch = json.loads(imported.stdout)
    assert patch["module"]["name"] == "tiers"
    checked = run.invoke(app, ["patch", "validate", written(patch)])
    assert checked.exit_code == FINE, checked.output


def test_a_patch_dsl_document_that_means_nothing_here_is_refused(run: CliRunner, written: Written) -> None:
    answer = run.invoke(app, ["patch", "import", written({"version": "2.0", "operation": "explode"}), "--json"])
    assert answered(answer)["patch"] is None
    assert answer.exit_code == REFUSED


def test_an_update_of_the_old_language_is_held_against_what_is_live(run: CliRunner, written: Written) -> None:
    live = written(adding("motto", "live", max_length=80), "live.json")
    target = {"type": "field", "identifier": "Customer.motto"}
    update = {**DSL, "operation": "update", "target": target, "payload": {"type": "text", "maxLength": 40}}
    answer = run.invoke(app, ["patch", "import", written(update), "--live", live, "--json"])
    [operation] = answered(answer)["patch"]["operations"]
    assert operation["changes"] == {"max_length": 40}


def test_a_patch_is_exported_and_comes_back(run: CliRunner, written: Written) -> None:
    exported = run.invoke(app, ["patch", "export", written(adding("motto"))])
    assert exported.exit_code == FINE, exported.output
    [document] = json.loads(exported.stdout)
    assert document["timestamp"].endswith("Z")
    back = run.invoke(app, ["patch", "import", written(document), "--module", "trial", "--json"])
    assert answered(back)["patch"]["operations"] == adding("motto")["operations"]


def test_what_the_old_language_cannot_say_is_told_with_its_place(run: CliRunner, written: Written) -> None:
    path = written(adding("site", format="url"))
    answer = run.invoke(app, ["patch", "export", path, "--json"])
    told = answered(answer)
    assert told["documents"] is None
    assert [(one["code"], one["pointer"]) for one in told["problems"]] == [
        ("dsl10_inexpressible", "/operations/0/field/format")
    ]


def test_a_patch_follows_what_was_renamed_meanwhile(run: CliRunner, written: Written) -> None:
    rename = {"op": "rename_field", "entity": "Customer", "field": "phone", "to": "mobile"}
    live = written(patch_of(rename, module="live"), "live.json")
    path = written(patch_of({"op": "remove_field", "entity": "Customer", "field": "phone"}), "patch.json")
    answer = run.invoke(app, ["patch", "rebase", path, "--live", live])
    assert answer.exit_code == FINE, answer.output
    assert json.loads(answer.stdout)["operations"] == [{"op": "remove_field", "entity": "Customer", "field": "mobile"}]


def test_a_patch_that_no_longer_applies_cannot_be_rebased(run: CliRunner, written: Written) -> None:
    remove = {"op": "remove_field", "entity": "Customer", "field": "phone"}
    live, path = written(patch_of(remove, module="live"), "live.json"), written(patch_of(remove), "patch.json")
    told = answered(run.invoke(app, ["patch", "rebase", path, "--live", live, "--json"]))
    assert (told["patch"], [one["pointer"] for one in told["problems"]]) == (None, ["/operations/0/field"])


def test_the_schemas_are_printed(run: CliRunner) -> None:
    full, reduced = (json.loads(run.invoke(app, ["patch", "schema", *more]).stdout) for more in ([], ["--provider"]))
    assert full["$schema"].startswith("https://json-schema.org/")
    assert len(json.dumps(reduced)) < len(json.dumps(full))
