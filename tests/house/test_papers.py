"""What is written beside the code: decisions, the changelog, locks, commands, addresses that must not leak."""

import json
import re
import subprocess
import sys
import tomllib
from typing import Any

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.sources import ROOT, SERVICES, files, named, under

_PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
_HEADINGS = ["Context", "Decision", "Consequences", "Alternatives"]
_LOCKS = [path for path in files() if path.suffix == ".lock" or path.name == "package-lock.json"]


def test_decisions_are_numbered_without_gaps_and_have_the_same_four_headings() -> None:
    records = list(under("docs/decisions", suffix=".md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    headings = {path.name: re.findall(r"^## (.+)$", path.read_text("utf-8"), re.MULTILINE) for path in records}
    assert {name: found for name, found in headings.items() if found != _HEADINGS} == {}


def test_the_reference_is_what_the_models_of_the_language_say() -> None:
    made = subprocess.run(
        [sys.executable, "make/reference.py", "--check"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert (made.returncode, made.stdout) == (0, ""), "`make reference` writes it again"


def test_the_changelog_begins_with_the_version_of_the_project() -> None:
    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest
    assert newest[1] == _PROJECT["project"]["version"]


def test_locks_name_no_address() -> None:
    address = re.compile(r'https?://|^--|"resolved"|(^|\s)/\w', re.MULTILINE)
    assert _LOCKS
    assert [named(path) for path in _LOCKS if address.search(path.read_text("utf-8"))] == []


def test_every_locked_requirement_has_a_hash() -> None:
    for path in (path for path in _LOCKS if path.suffix == ".lock"):
        pins = re.findall(r"^[a-z0-9].*==.*(?:\n +--hash=.*)*", path.read_text("utf-8"), re.MULTILINE)
        assert pins, path.name
        assert [pin for pin in pins if "--hash=sha256:" not in pin] == [], path.name


def test_the_locks_hold_what_the_project_asks_for() -> None:
    asked: dict[str, list[Any]] = {"requirements.lock": _PROJECT["project"]["dependencies"]}
    asked |= {f"requirements-{group}.lock": wanted for group, wanted in _PROJECT["dependency-groups"].items()}
    assert {path.name for path in _LOCKS if path.suffix == ".lock"} == asked.keys()
    for name, wanted in asked.items():
        pins = dict(
            re.findall(r"^([a-z0-9.-]+)(?:\[[^]]*\])?==([^ ;\\]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE)
        )
        for requirement in (Requirement(one) for one in wanted):
            assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), requirement


def test_no_file_names_a_path_of_the_machine_it_was_written_on() -> None:
    path_of_a_machine = re.compile(r"(^|[^A-Za-z0-9_.])/(wo" + r"rk|fa" + r"rm|ro" + r"ot|Us" + r"ers)/", re.MULTILINE)
    assert [
        named(path)
        for path in files()
        if b"\0" not in (content := path.read_bytes()) and path_of_a_machine.search(content.decode("utf-8"))
    ] == []


def test_the_makefile_has_the_commands_that_everybody_calls() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    explained = set(re.findall(r"^([a-z-]+):[^#\n]*## ", makefile, re.MULTILINE))
    assert explained >= {"run", "test", "check", "bench", "stack"}
    ran = [line for line in (ROOT / ".ci" / "run").read_text("utf-8").splitlines() if line.startswith("make")]
    assert ran == ["make test"]


def test_every_image_of_the_composition_is_one_service_without_default_passwords() -> None:
    composition = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    services: dict[str, Any] = composition["services"]
    for service in SERVICES:
        assert services[service]["build"]["args"]["SERVICE"] == service
    text = json.dumps(composition)
    assert (
        re.findall(r"\$\{[A-Z_]*(?:PASSWORD|KEY|SECRET)[A-Z_]*\}|\$\{[A-Z_]*(?:PASSWORD|SECRET)[A-Z_]*:-", text) == []
    )
    published = [port for service in services.values() for port in service.get("ports", ())]
    assert [port for port in published if not str(port).startswith("127.0.0.1:")] == []


def test_the_example_environment_explains_every_variable_of_the_composition() -> None:
    composition = (ROOT / "docker-compose.yml").read_text("utf-8")
    # `NAME: ${OTHER:?}` asks for OTHER, `NAME:` asks for NAME itself.
    asked = set(re.findall(r"\$\{([A-Z_]+)|^ {6}([A-Z_]+):$", composition, re.MULTILINE))
    example = (ROOT / ".env.example").read_text("utf-8")
    assert set(re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE)) == {
        name for pair in asked for name in pair if name
    }
    secrets = re.findall(r"^[A-Z_]*(?:PASSWORD|KEY|SECRET)[A-Z_]*=(.+)$", example, re.MULTILINE)
    assert secrets == []
