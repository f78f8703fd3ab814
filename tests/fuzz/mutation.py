"""Documents that are nearly right: parts of examples, moved about, exchanged and spoilt."""

import json
import random
from collections.abc import Callable
from typing import Any

from shared.patch.plain import as_list, as_object

Change = Callable[[random.Random, Any, list[Any]], Any]
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**53, 2**63, -0.0, 0.5, 1e308, "", " ", "0", "-1", "1e400", "NaN", "today"),
    *("id", "createdAt", "old", "this", "user", "null", "__proto__", "a.b", "a/b~c", "'", '"', "\\", "\u202e", "\x00"),
    *("客户", "Сustomer", "é", "🦓", "x" * 49, "(" * 30, "items", "items.amount", "@one", "$a", "$$", [], {}, [[]]),
    *("2026-02-29", "2026-03-31T09:00:00Z", "PT90M", "Customer", "Order", "customer", "status", "crm/field/Order.tax"),
)


def parts_of(documents: list[Any]) -> list[Any]:
    """Everything inside the documents, themselves too."""
    found: list[Any] = []
    waiting = list(documents)
    while waiting:
        part = waiting.pop()
        found.append(part)
        waiting += (as_object(part) or {}).values()
        waiting += as_list(part) or ()
    return found


def mutated(source: bytes, parts: list[Any], seed: int) -> bytes | None:
    """The document with some changes; None when it is none."""
    chance = random.Random(seed)
    try:
        document = json.loads(source)
    except (ValueError, RecursionError):
        return None
    for _ in range(chance.choice((1, 1, 2, 4))):
        document = _changed(document, parts, chance)
    return json.dumps(document, ensure_ascii=chance.random() < 0.1).encode(errors="surrogatepass")


def _changed(part: Any, parts: list[Any], chance: random.Random) -> Any:
    """Somewhere below `part`, one thing is different."""
    inner, items = as_object(part), as_list(part)
    if not (inner or items) or chance.random() < 0.05:
        return _other(part, parts, chance)
    if items:
        return _moved(list(items), parts, chance)
    whole = inner or {}
    key = chance.choice(list(whole))
    if chance.random() < 0.85:
        return {**whole, key: _changed(whole[key], parts, chance)}
    return _spoilt(whole, key, parts, chance)


def _moved(items: list[Any], parts: list[Any], chance: random.Random) -> list[Any]:
    number = chance.randrange(len(items))
    match chance.randrange(8):
        case 0:
            return [*items, _other(items[number], parts, chance)]
        case 1:
            return items[:number] + items[number + 1 :]
        case 2:
            return [*items, items[number]]
        case 3:
            return chance.sample(items, len(items))
        case _:
            return [*items[:number], _changed(items[number], parts, chance), *items[number + 1 :]]


def _spoilt(inner: dict[str, Any], key: str, parts: list[Any], chance: random.Random) -> dict[str, Any]:
    other = chance.choice(parts)
    match chance.randrange(4):
        case 0:
            return {name: one for name, one in inner.items() if name != key}
        case 1:
            return {**inner, str(chance.choice(ODD)): inner[key]}
        case 2:
            return {**inner, **(as_object(other) or {})}
        case _:
            return {**inner, key: other}


def _other(part: Any, parts: list[Any], chance: random.Random) -> Any:
    """Something else in its place, which may be of its kind."""
    alike = [one for one in chance.sample(parts, min(len(parts), 40)) if type(one) is type(part)]
    if isinstance(part, str) and chance.random() < 0.3:
        at = chance.randrange(len(part) + 1)
        return part[:at] + str(chance.choice(ODD)) + part[at + chance.randrange(3) :]
    if isinstance(part, int) and chance.random() < 0.3:
        return part + chance.choice((-1, 1, 1000))
    return chance.choice(alike) if alike and chance.random() < 0.7 else chance.choice(ODD)
