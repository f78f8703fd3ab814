"""`patchbay patch validate` and `patchbay patch import`: the language at work on documents."""

import json
from typing import Any

from rich.console import Console

from shared.crm import base_manifest
from shared.patch import Patch, Problem, Refusal, document, explain, import_dsl10, message, parse, risk, validate
from shared.patch.parsing import read_json

NEGATIVE = 3
err = Console(stderr=True, highlight=False)


def validate_document(raw: bytes, *, as_json: bool) -> int:
    """Exit code 0 when valid, 3 when not. Everything that is wrong is told at once."""
    patch: Patch | None = None
    try:
        patch = parse(raw)
        problems = tuple(validate(patch, base_manifest()))
    except Refusal as refusal:
        problems = refusal.problems
    manifest = base_manifest()
    told: dict[str, Any] = {
        "valid": not problems,
        "problems": [_told(problem) for problem in problems],
        "explanation": explain(patch, manifest) if patch and not problems else [],
        "risk": risk(patch, manifest) if patch and not problems else None,
    }
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        _print(told)
    return 0 if told["valid"] else NEGATIVE


def import_document(raw: bytes, module: str, title: str) -> int:
    """Prints the patch; exit code 3 when the document is refused, with every reason."""
    try:
        patch = import_dsl10(read_json(raw), module, {"en": title, "zh": title})
    except Refusal as refusal:
        for problem in refusal.problems:
            _complain(_told(problem))
        return NEGATIVE
    print(json.dumps(document(patch), ensure_ascii=False, indent=2))
    return 0


def _told(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "pointer": problem.pointer,
        "message": message(problem.code, problem.params, problem.suggestion),
        "suggestion": problem.suggestion,
    }


def _print(told: dict[str, Any]) -> None:
    for problem in told["problems"]:
        _complain(problem)
    for part in told["explanation"]:
        print(f"{part['risk']}  {part['en']}")
    if told["valid"]:
        err.print(f"Valid; risk {told['risk']}.", style="green")
    else:
        err.print(f"{len(told['problems'])} problem(s).", style="red")


def _complain(problem: dict[str, Any]) -> None:
    err.print(f"{problem['pointer'] or '/'}: {problem['message']['en']} [{problem['code']}]", markup=False)
