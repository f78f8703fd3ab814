"""Random expressions of a wanted kind: every function, operator and construct, by tables.

A template has holes: `{number}` for an expression of that kind, `{boolean@}` for one about the line `{var}`.
"""

import random
import re
from collections.abc import Mapping, Sequence

from shared.patch.expression.functions import COMPARISONS, FUNCTIONS, OPERATORS, Function
from shared.patch.expression.kinds import COMPARED, ORDERED

_HOLE = re.compile(r"{(\w+)(@?)}")
_PATTERNS = (
    "^p[0-9]$",
    "[\\\\u4e00-\\\\u9fff]",
    "a|^$",
    "(?:.b){1,2}",
    "\\\\W",
    "^[^a-z ]+$",
    "\\\\.",
    "^.{2,4}$",
    "\\\\s$",
    "🦓",
)
_PATTERN_TEXTS = tuple(one.replace("\\\\u4e00", "\u4e00").replace("\\\\u9fff", "\u9fff") for one in _PATTERNS)

LEAVES: dict[str, tuple[str, ...]] = {
    "number": (
        *("total", "tax", "count", "0", "1", "2", "0.125", "7", "customer.credit", "payer.credit"),
        *("old.total", "@payments", "@paidSum", "@lastAmount", "@byMethod", "@noLess"),
    ),
    "text": (
        *(
            "note",
            "note",
            "'p'",
            "'1'",
            "'A'",
            "'Zebra'",
            "user.name",
            "'a'",
            "''",
            '"it\'s"',
            "customer.name",
            "old.note",
            "user",
            "'北京'",
        ),
        *("@onlyMethod", "@lastCode", "lower(status)"),
    ),
    "boolean": (
        *("paid", "true", "false", "customer.vip", "old.paid", "@overpaid", "@sameCode", "status == 'open'"),
        *("status != old.status", "status in ['open', 'done']", "'web' in channels", "'a' in customer.tags"),
        *("'admin' in user.roles", "customer == payer", "customer != old.payer", "customer in [payer, old.customer]"),
        *(
            "id == old.id",
            "channels == null",
            "(paid ? status : 'done') == 'open'",
            "coalesce(payer, customer) == customer",
        ),
        *(f"matches(note, '{one}')" for one in _PATTERN_TEXTS),
    ),
    "date": ("due", "today", "date('2024-02-29')", "customer.since", "old.due", "@firstDay", "date('9999-12-30')"),
    "datetime": (
        "shipped",
        "now",
        "datetime('2026-03-31T09:30:00+02:00')",
        "customer.seen",
        "createdAt",
        "old.shipped",
    ),
    "time": ("at", "time('09:30')", "customer.opens", "old.at"),
    "duration": ("wait", "duration('PT2H')", "duration('-P3DT0.5S')", "customer.patience", "duration('P400000000D')"),
    "choices": ("channels", "customer.tags", "user.roles", "old.channels"),
}
LINE_LEAVES: dict[str, tuple[str, ...]] = {
    "number": ("quantity", "amount", "product.price"),
    "text": ("label", "product.title"),
    "boolean": ("gift",),
    "date": ("day",),
    "datetime": ("moment",),
    "time": ("hour",),
    "duration": ("span",),
}
# What may be said in the place of `old`, of another entity.
THIS_LEAVES: dict[str, tuple[str, ...]] = {
    "number": ("this.credit", "old.credit", "@orders", "@highest"),
    "text": ("this.name", "old.name"),
    "boolean": ("this.vip", "'b' in this.tags", "customer == this.id", "payer != old.id"),
    "date": ("this.since", "@firstDue"),
    "datetime": ("this.seen", "this.createdAt"),
    "time": ("old.opens",),
    "duration": ("this.patience",),
    "choices": ("this.tags",),
}


def _functions() -> list[tuple[str, str]]:
    rows: list[Function] = [row for rows in FUNCTIONS.values() for row in rows]
    found = [(row.gives, f"{row.name}({', '.join(f'{{{kind}}}' for kind in row.takes)})") for row in rows]
    found += [
        (row.gives, f"({{{row.takes[0]}}} {row.name} {{{row.takes[1]}}})")
        for rows in OPERATORS.values()
        for row in rows
    ]
    return found + [("boolean", f"({{{kind}}} {sign} {{{kind}}})") for sign, kind in COMPARISONS if kind != "reference"]


def _of_every_kind() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for kind in (one for one in COMPARED if one != "reference"):
        hole = f"{{{kind}}}"
        found += [
            (kind, f"({{boolean}} ? {hole} : {hole})"),
            (kind, f"({{boolean}} ? {hole} : {{boolean}} ? null : {hole})"),
            (kind, f"coalesce({hole}, {hole})"),
            ("boolean", f"({hole} in [{hole}, {hole}])"),
            ("boolean", f"({hole} == null)"),
            ("boolean", f"({hole} != null)"),
        ]
        if kind in ORDERED:
            found += [(kind, f"items.{one}({{var}}, {{{kind}@}})") for one in ("min", "max")]
            found.append((kind, f"items.filter({{var}}, {{boolean@}}).max({{var}}, {{{kind}@}})"))
    return found


_SAID: list[tuple[str, str]] = [
    ("boolean", "({boolean} && {boolean})"),
    ("boolean", "({boolean} || {boolean} || {boolean})"),
    ("boolean", "!{boolean}"),
    ("boolean", "{text}.startsWith({text})"),
    ("boolean", "(trim({text}) in {choices})"),
    ("number", "-{number}"),
    ("number", "round({number}, 2)"),
    ("number", "({number} + {number} - {number})"),
    ("date", "addDays({date}, -40)"),
    ("date", "addMonths({date}, 1.9)"),
    ("boolean", "items.all({var}, {boolean@})"),
    ("boolean", "items.exists({var}, {boolean@})"),
    ("boolean", "items.filter({var}, {boolean@}).all({var}, {boolean@})"),
    ("number", "items.sum({var}, {number@})"),
    ("number", "items.filter({var}, {boolean@}).sum({var}, {number@})"),
    ("number", "items.filter({var}, {boolean@}).filter({var}, {boolean@}).size()"),
    ("number", "items.size()"),
    ("number", "size(items)"),
]
TEMPLATES: dict[str, list[str]] = {}
for _kind, _template in (*_functions(), *_of_every_kind(), *_SAID):
    TEMPLATES.setdefault(_kind, []).append(_template)

_ROOTS = [(kind, one) for kind, templates in TEMPLATES.items() if kind in LINE_LEAVES for one in templates]


def expression(number: int, *, this: bool) -> str:
    """An expression about an order; with `this`, of a customer beside it. Numbers take every construct in turn."""
    chance = random.Random(number)
    _, template = _ROOTS[number % len(_ROOTS)]
    size = chance.choice((0, 0, 1, 1, 2, 4, 8, 12))
    return _filled(chance, template, _leaves(this=this), size, ())


def _leaves(*, this: bool) -> Mapping[str, Sequence[str]]:
    if not this:
        return LEAVES
    plain = {kind: [one for one in leaves if "old." not in one and "@" not in one] for kind, leaves in LEAVES.items()}
    return {kind: [*leaves, *THIS_LEAVES[kind]] for kind, leaves in plain.items()}


def _say(
    chance: random.Random, kind: str, leaves: Mapping[str, Sequence[str]], size: int, within: tuple[str, ...]
) -> str:
    templates = [one for one in TEMPLATES.get(kind, ()) if len(within) < 2 or "{var}" not in one]
    if size <= 0 or not templates or chance.random() < 0.15:
        about = [f"{one}.{name}" for one in within for name in LINE_LEAVES.get(kind, ())]
        leaf = chance.choice([*leaves[kind], *about, *about, *about])
        return f"({leaf})" if " " in leaf else leaf
    return _filled(chance, chance.choice(templates), leaves, (size - 1) * 2, within)


def _filled(
    chance: random.Random, template: str, leaves: Mapping[str, Sequence[str]], size: int, within: tuple[str, ...]
) -> str:
    holes = max(1, len(_HOLE.findall(template)))
    variable = f"i{len(within)}"

    def filled(match: re.Match[str]) -> str:
        if match[1] == "var":
            return variable
        inner = (*within, variable) if match[2] else within
        return _say(chance, match[1], leaves, chance.randint(0, size // holes), inner)

    return _HOLE.sub(filled, template)
