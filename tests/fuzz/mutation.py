"""Documents that are nearly right: parts of examples, moved about, exchanged for others of their key, and spoilt."""

import json
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shared.patch.plain import as_list, as_object

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**53, 2**63, -0.0, 0.5, 1e308, "", " ", "0", "-1", "1e400", "NaN", "today"),
    *("id", "createdAt", "old", "this", "user", "null", "__proto__", "a.b", "a/b~c", "'", '"', "\\", "\u202e", "\x00"),
    *("客户", "Сustomer", "é", "🦓", "x" * 49, "(" * 30, "items", "items.amount", "@one", "$a", "$$", [], {}, [[]]),
    *("2026-02-29", "2026-03-31T09:00:00Z", "PT90M", "Customer", "Order", "customer", "status", "crm/field/Order.tax"),
)


@dataclass(frozen=True, slots=True)
class Pool:
    """Everything inside some documents, and what stood under each key."""

    parts: list[Any]
    by_key: dict[str, list[Any]]

    @classmethod
    def of(cls, documents: Iterable[Any]) -> "Pool":
        parts, by_key = list[Any](), defaultdict[str, list[Any]](list)
        waiting = list(documents)
        while waiting:
            part = waiting.pop()
            parts.append(part)
            for key, one in (as_object(part) or {}).items():
                by_key[key].append(one)
                waiting.append(one)
            waiting += as_list(part) or ()
        return cls(parts, dict(by_key))

    def mutated(self, source: bytes, seed: int) -> bytes | None:
        """The document with some changes; None when it is none."""
        chance = random.Random(seed)
        try:
            document = json.loads(source)
        except (ValueError, RecursionError):
            return None
        for _ in range(chance.choice((1, 1, 2, 4))):
            document = self._changed(document, "", chance)
        return json.dumps(document, ensure_ascii=chance.random() < 0.1).encode(errors="surrogatepass")

    def _changed(self, part: Any, key: str, chance: random.Random) -> Any:
        """Somewhere below `part`, which stands under `key`, one thing is different."""
        inner, items = as_object(part), as_list(part)
        if items and chance.random() > 0.05:
            return self._moved(list(items), key, chance)
        if not inner or chance.random() < 0.05:
            return self._other(part, key, chance)
        below = chance.choice(list(inner))
        if chance.random() < 0.9:
            return {**inner, below: self._changed(inner[below], below, chance)}
        return self._spoilt(inner, below, chance)

    def _moved(self, items: list[Any], key: str, chance: random.Random) -> list[Any]:
        number = chance.randrange(len(items))
        match chance.randrange(10):
            case 0 | 1:
                return [*items, *(as_list(chance.choice(self.by_key.get(key, [[]]))) or ())]
            case 2:
                return items[:number] + items[number + 1 :]
            case 3:
                return [*items, items[number]]
            case 4:
                return chance.sample(items, len(items))
            case _:
                return [*items[:number], self._changed(items[number], key, chance), *items[number + 1 :]]

    def _spoilt(self, inner: dict[str, Any], key: str, chance: random.Random) -> dict[str, Any]:
        match chance.randrange(4):
            case 0:
                return {name: one for name, one in inner.items() if name != key}
            case 1:
                return {**inner, str(chance.choice(ODD)): inner[key]}
            case _:
                other = chance.choice([*self.by_key])
                return {**inner, other: chance.choice(self.by_key[other])}

    def _other(self, part: Any, key: str, chance: random.Random) -> Any:
        """Something else in its place: mostly what stood under its key elsewhere."""
        if chance.random() < 0.7 and key in self.by_key:
            return chance.choice(self.by_key[key])
        if isinstance(part, str) and chance.random() < 0.5:
            at = chance.randrange(len(part) + 1)
            return part[:at] + str(chance.choice(ODD)) + part[at + chance.randrange(3) :]
        if isinstance(part, int) and chance.random() < 0.5:
            return part + chance.choice((-1, 1, 1000))
        return chance.choice(self.parts if chance.random() < 0.3 else ODD)
