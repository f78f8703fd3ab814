"""The reference of the patch language, made from its models: `python make/reference.py`; `--check` only compares.

Docstrings say what a part is for, the comment above a key what it means, pydantic what may stand there.
"""

import inspect
import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from keys import reachable, spaced, table, tag_of
from pydantic import BaseModel
from refusals import ASKED_AT_THE_END, codes_in, refusals_of

from shared.crm import base_manifest
from shared.patch import explain, fields, parse, semver
from shared.patch.expression import checking, cost, lexer, parser
from shared.patch.expression.functions import FUNCTIONS, OPERATORS
from shared.patch.expression.sentences import EXPRESSIONS
from shared.patch.operations import Operation
from shared.patch.operations.add_entity import ENTITIES_MAX
from shared.patch.operations.add_rule import AddRule
from shared.patch.parsing import BYTES_MAX, DEPTH_MAX
from shared.patch.patch import OPERATIONS_MAX, Patch
from shared.patch.plain import PARTS_MAX
from shared.patch.scenario import SCENARIOS_MAX, STEPS_MAX
from shared.patch.sentences import SENTENCES
from shared.patch.sentences.algebra import ALGEBRA
from shared.patch.sentences.document import DOCUMENT
from shared.patch.sentences.imports import IMPORTS

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
_MADE = "<!-- Made by `make reference` from the models in shared/patch; change those, not this page. -->"
_MODULE = {"name": "loyalty", "title": {"en": "Loyalty", "zh": "会员"}}
_OPERATIONS: dict[str, type[BaseModel]] = {
    one.model_fields["op"].default: one for one in get_args(get_args(Operation)[0])
}
_FIELDS: tuple[type[BaseModel], ...] = get_args(get_args(fields.Field)[0])
_COMMON = frozenset(fields.TextField.model_fields) & frozenset(fields.JsonField.model_fields) - {"type"}
_PARTS = [one for one in reachable(Patch) if one not in (*_OPERATIONS.values(), *_FIELDS)]
_EXAMPLE = {
    "patch": "1",
    "module": _MODULE,
    "operations": [AddRule.EXAMPLE],
    "scenarios": [
        {
            "name": "small_orders_need_no_note",
            "entity": "Order",
            "as": "sales",
            "steps": [
                {"step": "create", "entity": "Customer", "values": {"name": "Ann"}, "save": "ann"},
                {"step": "create", "entity": "Order", "values": {"customer": "$ann"}, "expect": {"total": "0.00"}},
            ],
        }
    ],
}
_RISKS = {"L1": "safe (L1)", "L2": "a person must confirm it (L2)", "L3": "refused (L3)"}

_LANGUAGE = """\
# The patch language

A patch is a JSON document (YAML on the command line) that says how a module changes the CRM: an ordered list of
operations, with the scenarios that must hold afterwards. It is data, never code. What a patch says is checked against
the CRM as it is before anything happens; whatever is wrong is told with its place, its cause and what to do, in English
and Chinese.

Names begin with a letter and have at most 48 letters, digits and `_`. A key that is not explained here is refused, and
so is one that stands twice. Labels, titles and messages are written in both languages; characters that nobody can see,
or words that mix letters of different scripts which look alike, are refused.

Examples are about a small shop with customers and orders; your CRM may call its parts otherwise.
"""
_LIMITS = (
    ("Size of a document", f"{BYTES_MAX // 1024 // 1024} MiB, {PARTS_MAX:,} values, {DEPTH_MAX} levels"),
    ("Operations of a patch", f"{OPERATIONS_MAX:,}"),
    ("Scenarios of a patch; steps of a scenario", f"{SCENARIOS_MAX:,}; {STEPS_MAX:,}"),
    ("Entities of the CRM", f"{ENTITIES_MAX:,}"),
    ("An expression", f"{lexer.LENGTH_MAX:,} characters, {parser.DEPTH_MAX} levels, {parser.NODES_MAX} parts"),
    ("Loops inside loops; the cost of one expression", f"{checking.LOOPS_MAX}; {cost.COST_MAX:,} steps at worst"),
)


def pages() -> dict[str, str]:
    """Every page, by its path inside `docs/reference`."""
    found = {"patch-language.md": _language(), "problems.md": _problems()}
    return found | {f"operations/{op}.md": _operation(op, model) for op, model in _OPERATIONS.items()}


def _language() -> str:
    anchors = _anchors("")
    return _joined(
        _LANGUAGE,
        "## The document",
        table(Patch, anchors),
        "A whole document:",
        _json(_EXAMPLE),
        "## Operations",
        _overview(),
        "## Field types",
        "Every field has these keys:",
        table(fields.TextField, anchors, frozenset(fields.TextField.model_fields) - _COMMON),
        *(_section(one, anchors, _COMMON) for one in _FIELDS),
        "## Parts",
        *(_section(one, anchors) for one in _PARTS),
        "## Functions in expressions",
        "How expressions are written, and what may stand in them, is told [apart](../guides/expressions.md).",
        _functions(),
        "## Limits",
        "\n".join(["| what | at most |", "|---|---|", *(f"| {what} | {most} |" for what, most in _LIMITS)]),
    )


def _operation(op: str, model: type[BaseModel]) -> str:
    example: dict[str, Any] = getattr(model, "EXAMPLE", {})
    patch = parse({"patch": "1", "module": _MODULE, "operations": [example]})
    (told,) = explain(patch, base_manifest())
    refused = refusals_of(model.__module__)
    return _joined(
        f"# `{op}`",
        inspect.getdoc(model) or "",
        table(model, _anchors("../patch-language.md"), frozenset(("op",))),
        "## Example",
        _json(example),
        f"Of the example, people read:\n\n- {told['en']}\n- {told['zh']}",
        f"It counts as **{_RISKS[told['risk']]}**, and a release of it as **{semver(patch, base_manifest())}**.",
        "## Refusals",
        "With those of every [document and expression](../problems.md), and those that are found\n"
        "[at the end](../problems.md#found-after-the-last-operation):",
        _messages({code: SENTENCES[code] for code in refused}),
    )


def _problems() -> str:
    at_the_end = codes_in(ASKED_AT_THE_END)
    apart = {*DOCUMENT, *EXPRESSIONS, *IMPORTS, *ALGEBRA, *at_the_end}
    return _joined(
        "# Problems",
        "Every problem has a code, a JSON pointer to its place in the document, and a sentence that says what is\n"
        "wrong and what to do. `{…}` stands for what the sentence is about. Often it also has a suggestion.",
        "## Of any document",
        _messages(DOCUMENT),
        "## Of operations",
        _messages({code: told for code, told in SENTENCES.items() if code not in apart}),
        "## Found after the last operation",
        _messages({code: SENTENCES[code] for code in at_the_end}),
        "## Of expressions",
        _messages(EXPRESSIONS),
        "## Of modules taken together",
        _messages(ALGEBRA),
        "## Of documents of Patch DSL 1.0",
        _messages(IMPORTS),
    )


def _anchors(page: str) -> dict[str, str]:
    """Where each part is explained."""
    found = {one.__name__: f"{page}#{_heading(one).lower().replace(' ', '-').replace('`', '')}" for one in _PARTS}
    guides = "../../guides" if page else "../guides"
    sections = {"field": f"{page}#field-types", "operation": f"{page}#operations"}
    return {**found, **sections, "expression": f"{guides}/expressions.md"}


def _heading(model: type[BaseModel]) -> str:
    tag = tag_of(model)
    if model in _FIELDS:
        return f"`{tag}`"
    return spaced(model.__name__).capitalize() + (f" `{tag}`" if tag else "")


def _section(model: type[BaseModel], anchors: dict[str, str], leave_out: frozenset[str] = frozenset()) -> str:
    said = model.__doc__ if "__doc__" in vars(model) else None
    return _joined(f"### {_heading(model)}", inspect.cleandoc(said or ""), table(model, anchors, leave_out)).strip()


def _overview() -> str:
    rows = [f"| [`{op}`](operations/{op}.md) | {_first_sentence(one)} |" for op, one in _OPERATIONS.items()]
    return "\n".join(["| operation | what it does |", "|---|---|", *rows])


def _first_sentence(model: type[BaseModel]) -> str:
    return re.split(r"(?<=\.)\s", " ".join((inspect.getdoc(model) or "").split()))[0]


def _functions() -> str:
    rows = [
        f"| `{row.name}` | {', '.join(row.takes)} | {row.gives} |"
        for named in (FUNCTIONS, OPERATORS)
        for alike in named.values()
        for row in alike
    ]
    return "\n".join(["| function | takes | gives |", "|---|---|---|", *rows])


def _messages(sentences: Mapping[str, tuple[str, str]]) -> str:
    rows = [f"| `{code}` | {_cell(en)} | {_cell(zh)} |" for code, (en, zh) in sorted(sentences.items())]
    return "\n".join(["| code | English | 简体中文 |", "|---|---|---|", *rows]) if rows else "None yet."


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _json(value: Any) -> str:
    return f"```json\n{json.dumps(value, ensure_ascii=False, indent=2)}\n```"


def _joined(*parts: str) -> str:
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def main(arguments: Iterable[str]) -> int:
    """0 when the pages are as they must be, or were written; 1 when `--check` finds others."""
    made = {FOLDER / name: f"{_MADE}\n{text}" for name, text in pages().items()}
    found = {path: path.read_text("utf-8") for path in FOLDER.rglob("*.md")} if FOLDER.exists() else {}
    stale = sorted(path for path in made.keys() | found.keys() if made.get(path) != found.get(path))
    for path in stale:
        print(path.relative_to(FOLDER.parents[1]))
    if "--check" in arguments:
        return 1 if stale else 0
    for path in stale:
        path.unlink(missing_ok=True)
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
