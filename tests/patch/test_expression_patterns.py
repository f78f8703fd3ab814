"""`matches`: what a pattern may say, and that RE2 and PostgreSQL understand it alike."""

import asyncio
import random
from typing import Any

import asyncpg
import pytest

from shared.patch import Manifest, Refusal
from shared.patch.expression import compile_expression
from shared.patch.expression.patterns import matching

TEXTS = ("", "a", "ab", "abba", "a\nb", "B_2", "- ]", "北京", "é", "🦓x", "a.b+c", "\t0\r", "aaaa-1", "^$|", "{2}\\")


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("b", "abc", True),
        ("^b", "abc", False),
        ("^abc$", "abc", True),
        ("^abc$", "abc\n", False),
        ("a.c", "a\nc", False),
        ("a.c", "a京c", True),
        (r"^\d{3}-\d{2,}$", "123-45", True),
        (r"^\d$", "٣", False),
        (r"^\w+$", "é", False),
        (r"^[\w.-]+@[\w-]+\.[a-z]{2,6}$", "a.b@c-d.org", True),
        (r"^[^\s,]+$", "a b", False),
        ("[一-龥]", "北京", True),
        (r"^(?:ab|cd)?e$", "cde", True),
        (r"^[]]$", None, None),
        (r"^[a-]$", "-", True),
        (r"\\", "\\", True),
        ("{", None, None),
    ],
)
def test_a_pattern_finds(pattern: str, text: str | None, found: bool | None) -> None:
    if text is None:
        with pytest.raises(Refusal):
            matching(pattern, 0)
        return
    assert matching(pattern, 0).python(text) is found


@pytest.mark.parametrize(
    ("pattern", "at"),
    [
        *(("", 1), ("a|", 3), ("(", 2), (")", 1), ("a)", 2), ("*", 1), ("a**", 3), ("a*?", 3), ("^*", 2), ("a{", 3)),
        *(("a{2", 4), ("a{,2}", 3), ("a{3,2}", 7), ("a{0}", 5), ("a{101}", 3), ("[", 2), ("[]", 2), ("[b-a]", 5)),
        *(("[[:alpha:]]", 3), (r"\b", 2), (r"\p{Han}", 2), (r"\1", 2), ("(?i)a", 3), ("(?=a)", 3), ("a\\", 3)),
        ("(" * 11 + "a" + ")" * 11, 12),
    ],
)
def test_what_the_two_engines_could_understand_differently_is_refused(pattern: str, at: int) -> None:
    with pytest.raises(Refusal) as refused:
        matching(pattern, 4)
    assert (refused.value.code, refused.value.params["at"], refused.value.params["place"]) == ("pattern_invalid", at, 5)


@pytest.mark.parametrize(
    ("pattern", "code"),
    [("a" * 201, "pattern_too_long"), ("(?:a{100}){6}", "pattern_too_large"), (".*" * 60, "pattern_too_large")],
)
def test_what_would_take_long_to_compile_is_refused(pattern: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        matching(pattern, 0)
    assert refused.value.code == code


def test_a_pattern_is_a_constant(shop: Manifest) -> None:
    with pytest.raises(Refusal) as refused:
        compile_expression("matches(notes, customer.name)", "Order", shop)
    assert refused.value.code == "expression_arguments"
    with pytest.raises(Refusal) as refused:
        compile_expression("notes.matches('a(')", "Order", shop)
    assert (refused.value.code, refused.value.params["place"]) == ("pattern_invalid", 7)


_ATOMS = (
    *("a", "b", "0", "_", "-", "北", "🦓", ".", " ", "é", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"\.", r"\\"),
    *(r"\n", r"\t", "[a-c]", "[^a]", r"[\w-]", r"[^\d\s]", "[北-龥x]", "^", "$", r"\^", r"\{", "[ab]", "a", "b"),
)


def _pattern(chance: random.Random, depth: int) -> str:
    branch: list[str] = []
    for _ in range(chance.randint(1, 4)):
        one = chance.choice(_ATOMS)
        if depth and chance.random() < 0.3:
            one = f"({chance.choice(('', '?:'))}{_pattern(chance, depth - 1)})"
        if one not in ("^", "$"):
            one += chance.choice(("", "", "", "*", "+", "?", "{2}", "{1,}", "{0,3}"))
        branch.append(one)
    return "".join(branch) + (f"|{_pattern(chance, depth - 1)}" if depth and chance.random() < 0.2 else "")


async def _found(url: str, patterns: list[Any]) -> list[list[bool]]:
    connection: Any = await asyncpg.connect(url)
    told = ", ".join(one.sql.format("t") for one in patterns)
    rows = await connection.fetch(
        f"SELECT {told} FROM unnest($1::text[]) WITH ORDINALITY AS x(t, n) ORDER BY n", [*TEXTS]
    )
    await connection.close()
    return [[*row] for row in rows]


def test_both_engines_find_the_same(postgres_url: str) -> None:
    chance = random.Random(20260331)
    said = [one for one in (_pattern(chance, 2) for _ in range(600)) if len(one) <= 40]
    assert len(said) > 300
    patterns = [matching(one, 0) for one in said]
    theirs = asyncio.run(_found(postgres_url, patterns))
    for text, answers in zip(TEXTS, theirs, strict=True):
        wrong = [
            one for one, row, answer in zip(said, patterns, answers, strict=True) if row.python(text) is not answer
        ]
        assert wrong == [], text
