"""Expressions against cel-python, which walks a tree in Python: `python bench/expressions.py`.

Both evaluate the same five expressions over the same record, its values already of the types that each wants. Rounds
alternate, medians count. Compiling takes a new text each time, so that nothing is remembered; a refusal is of 32 KB.
"""

from collections.abc import Callable
from decimal import Decimal
from statistics import geometric_mean, median
from time import perf_counter
from typing import Any

import celpy

from shared.patch import Refusal
from shared.patch.expression import compile_expression
from tests.patch.expression_shop import expression_shop

ROUNDS = 15
OURS, THEIRS = 2000, 50
# What is said in the same words in both languages, but for the fraction that CEL wants to see.
EXPRESSIONS = (
    "total <= 10000.0 || note != ''",
    "status == 'open' && total > 0.5 && !paid",
    "status in ['open', 'done'] ? total * 2.0 + tax < 400.0 : paid",
    "note.matches('^[A-Z]{2}-[0-9]+$') && size(note) < 60 && note.startsWith('AB')",
    "items.all(i, i.quantity > 0 && i.amount >= 0.5)",
)
_LINES = [{"quantity": one, "amount": Decimal("1.50") * one} for one in range(1, 11)]
RECORD: dict[str, Any] = {
    "total": Decimal("179.30"),
    "tax": Decimal("0.20"),
    "note": "AB-1234",
    "status": "open",
    "paid": False,
    "items": _LINES,
}


def plain(value: Any) -> Any:
    """Decimals as CEL's doubles: it knows no others."""
    match value:
        case Decimal():
            return float(value)
        case list():
            lines: list[Any] = [*value]
            return [plain(one) for one in lines]
        case dict():
            named: dict[str, Any] = {**value}
            return {name: plain(one) for name, one in named.items()}
        case _:
            return value


def microseconds(work: Callable[[], object], times: int) -> float:
    started = perf_counter()
    for _ in range(times):
        work()
    return (perf_counter() - started) / times * 1e6


def raced(text: str) -> tuple[float, float]:
    """Microseconds of one evaluation, ours and theirs."""
    expression = compile_expression(text, "Order", expression_shop())
    peer: Any = celpy
    environment = peer.Environment()
    program = environment.program(environment.compile(text))
    activation = peer.json_to_cel(plain(RECORD))
    assert expression.evaluate(RECORD) is bool(program.evaluate(activation)) is True, text
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        ours.append(microseconds(lambda: expression.evaluate(RECORD), OURS))
        theirs.append(microseconds(lambda: program.evaluate(activation), THEIRS))
    return median(ours), median(theirs)


def compiled() -> list[float]:
    """Microseconds to compile each of many texts that were never seen before."""
    shop = expression_shop()
    texts = [f"({one}) || total == {number}" for number in range(200) for one in EXPRESSIONS]
    return [microseconds(lambda text=text: compile_expression(text, "Order", shop), 1) for text in texts]


def refused(text: str) -> float:
    shop = expression_shop()

    def refuse() -> None:
        try:
            compile_expression(text, "Order", shop)
        except Refusal:
            return
        raise AssertionError(text[:40])

    return microseconds(refuse, 20)


def main() -> None:
    ratios: list[float] = []
    print(f"{'expression':80} {'ours':>8} {'cel-python':>11} {'ratio':>7}   (µs; medians of {ROUNDS} rounds)")
    for text in EXPRESSIONS:
        ours, theirs = raced(text)
        ratios.append(theirs / ours)
        print(f"{text:80} {ours:8.2f} {theirs:11.1f} {ratios[-1]:7.0f}")
    print(f"ratio            {geometric_mean(ratios):8.0f}   (geometric mean; the least is {min(ratios):.0f})")
    print(f"compiling        {median(compiled()):8.0f} µs")
    worst = {text[:1]: refused(text) for text in ("(" * 32_768, "!" * 32_768, "x" * 32_768, "'" * 32_768)}
    print(f"refusing 32 KB   {max(worst.values()):8.0f} µs")
    deep = {
        text[:8]: refused(text) for text in ("(" * 2000, "paid?1:" * 280 + "1", "paid || " * 240 + "f", "a.b." * 500)
    }
    print(f"refusing 2 KB    {max(deep.values()):8.0f} µs")


if __name__ == "__main__":
    main()
