"""What we share with CEL means what CEL's own implementation says.

Left out, because the languages differ there on purpose: decimals and `/` (CEL divides whole numbers), null (an error in
CEL, unknown here; `null` compares with everything there), dates and spans of time (other names, other types), `min`,
`max`, `sum`, `coalesce` and rounding (not CEL's), a method call of a function that CEL only knows as a function.
"""

import os
import random
import re
from typing import Any

import pytest
from cel_expr_python import cel

from shared.patch import Refusal
from shared.patch.expression import compile_expression
from tests.patch.expression_shop import expression_shop

EXPRESSIONS = int(os.environ.get("PATCHBAY_EXPRESSIONS", "1000"))
RECORDS: list[dict[str, Any]] = [
    {
        "count": 3,
        "note": "Ab-1",
        "paid": True,
        "channels": ["web"],
        "status": "open",
        "items": [{"quantity": 2, "label": "a", "gift": False}, {"quantity": 0, "label": "北京", "gift": True}],
    },
    {"count": -7, "note": "", "paid": False, "channels": [], "status": "done", "items": []},
    {
        "count": 0,
        "note": "äß🦓\n'",
        "paid": True,
        "channels": ["web", "shop"],
        "status": "open",
        "items": [{"quantity": -1, "label": "Ab", "gift": True}],
    },
]
_HOLE = re.compile(r"{(\w+)(@?)}")
_SIGNS = ("==", "!=", "<", "<=", ">", ">=")
_TEMPLATES: dict[str, tuple[str, ...]] = {
    "number": (
        *("({number} + {number})", "({number} - {number})", "({number} * {number})", "-({number})", "size({text})"),
        *("{text}.size()", "({boolean} ? {number} : {number})", "items.size()", "size(items)", "size(channels)"),
        "items.filter({var}, {boolean@}).size()",
    ),
    "text": ("({text} + {text})", "({boolean} ? {text} : {boolean} ? {text} : {text})"),
    "boolean": (
        *("({boolean} && {boolean})", "({boolean} || {boolean} || {boolean})", "!{boolean}"),
        *(f"({{{kind}}} {sign} {{{kind}}})" for kind in ("number", "text") for sign in _SIGNS),
        *("({number} in [{number}, {number}, 0])", "({text} in [{text}, 'a'])", "({boolean} == {boolean})"),
        *(
            "{text}.startsWith({text})",
            "{text}.endsWith({text})",
            "{text}.contains({text})",
            "('a' + {text} in channels)",
        ),
        *("{text}.matches('^[A-Za-z]')", "{text}.matches('[0-9]|京')", "matches({text}, '^.{{0,2}}$')"),
        *("items.all({var}, {boolean@})", "items.exists({var}, {boolean@})", "({boolean} ? {boolean} : {boolean})"),
    ),
}
_LEAVES: dict[str, tuple[str, ...]] = {
    "number": ("count", "0", "1", "2", "41"),
    "text": ("note", "'Ab'", "''", "'北'", '"it\'s"', r"'\n'", r"'\u4eac'", "'1'"),
    "boolean": ("paid", "true", "false", "(status == 'open')", "('web' in channels)"),
}
_OF_LINES = {"number": ("quantity",), "text": ("label",), "boolean": ("gift",)}


def _say(chance: random.Random, kind: str, size: int, within: tuple[str, ...] = ()) -> str:
    templates = [one for one in _TEMPLATES[kind] if len(within) < 2 or "{var}" not in one]
    if size <= 0:
        inner = [f"{one}.{name}" for one in within for name in _OF_LINES[kind]]
        return chance.choice([*_LEAVES[kind], *inner, *inner])
    variable = f"i{len(within)}"

    def filled(match: re.Match[str]) -> str:
        if match[1] == "var":
            return variable
        return _say(chance, match[1], chance.randint(0, size // 2), (*within, variable) if match[2] else within)

    return _HOLE.sub(filled, chance.choice(templates)).replace("{{", "{").replace("}}", "}")


@pytest.fixture(scope="module")
def environment() -> cel.Env:
    kinds = cel.Type
    variables = {"count": kinds.INT, "note": kinds.STRING, "paid": kinds.BOOL, "status": kinds.STRING}
    lists = {"channels": kinds.List(kinds.STRING), "items": kinds.List(kinds.Map(kinds.STRING, kinds.DYN))}
    return cel.NewEnv(variables={**variables, **lists})


def test_cel_answers_the_same(environment: cel.Env) -> None:
    shop = expression_shop()
    wrong: list[str] = []
    for number in range(EXPRESSIONS):
        chance = random.Random(number)
        text = _say(chance, chance.choice(("number", "text", "boolean")), chance.choice((1, 2, 4, 8)))
        ours, theirs = compile_expression(text, "Order", shop), environment.compile(text)
        for record in RECORDS:
            mine, answer = ours.evaluate(record), theirs.eval(data=record).value()
            if mine != answer or isinstance(mine, bool) is not isinstance(answer, bool):
                wrong.append(f"{text}: ours {mine!r}, CEL {answer!r}")
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        *("1 +", "(1", "a b", "1 2", "'a", "items.all(i)", "note.startsWith(1)", "count + note", "!count", "-note"),
        *("count in ['a']", "paid ? 1 : 'a'", "nothing", "note && paid", "note > 1", "note.matches('(')", "size(1)"),
    ],
)
def test_what_cel_refuses_is_refused(environment: cel.Env, text: str) -> None:
    with pytest.raises(Refusal):
        compile_expression(text, "Order", expression_shop())
    # A pattern is only refused there when it is run.
    if "matches" not in text:
        with pytest.raises(RuntimeError, match="INVALID_ARGUMENT"):
            environment.compile(text)
