"""A shop with a field of every kind, and records at the edges of what fields can hold."""

import datetime
import random
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from shared.patch import Manifest
from shared.patch.lookup import Lookup

_TEXT = {"en": "x", "zh": "x"}
_FIELDS: dict[str, list[dict[str, Any]]] = {
    "Customer": [
        {"type": "text", "name": "name"},
        {"type": "money", "name": "credit"},
        {"type": "boolean", "name": "vip"},
        {"type": "date", "name": "since"},
        {"type": "datetime", "name": "seen"},
        {"type": "time", "name": "opens"},
        {"type": "duration", "name": "patience"},
        {"type": "multi_enum", "name": "tags", "options": [{"value": "a"}, {"value": "b"}]},
    ],
    "Product": [{"type": "text", "name": "title"}, {"type": "money", "name": "price"}],
    "Order": [
        {"type": "text", "name": "note"},
        {"type": "decimal", "name": "total", "precision": 38, "scale": 12},
        {"type": "money", "name": "tax"},
        {"type": "integer", "name": "count"},
        {"type": "boolean", "name": "paid"},
        {"type": "date", "name": "due"},
        {"type": "datetime", "name": "shipped"},
        {"type": "time", "name": "at"},
        {"type": "duration", "name": "wait"},
        {"type": "enum", "name": "status", "options": [{"value": "open"}, {"value": "done"}]},
        {"type": "multi_enum", "name": "channels", "options": [{"value": "web"}, {"value": "shop"}]},
        {"type": "ref", "name": "customer", "target": "Customer"},
        {"type": "ref", "name": "payer", "target": "Customer"},
        {
            "type": "lines",
            "name": "items",
            "max_items": 20,
            "fields": [
                {"type": "text", "name": "label"},
                {"type": "integer", "name": "quantity"},
                {"type": "money", "name": "amount"},
                {"type": "boolean", "name": "gift"},
                {"type": "date", "name": "day"},
                {"type": "datetime", "name": "moment"},
                {"type": "time", "name": "hour"},
                {"type": "duration", "name": "span"},
                {"type": "ref", "name": "product", "target": "Product"},
            ],
        },
    ],
    "Payment": [
        {"type": "ref", "name": "order", "target": "Order"},
        {"type": "text", "name": "code", "unique": True},
        {"type": "text", "name": "method"},
        {"type": "money", "name": "amount"},
        {"type": "date", "name": "day"},
        {"type": "boolean", "name": "refunded"},
        {"type": "lines", "name": "parts", "max_items": 20, "fields": [{"type": "money", "name": "share"}]},
    ],
}
LOOKUPS: dict[str, Lookup] = {
    name: Lookup.model_validate({"entity": "Payment", "by": "order", **one})
    for name, one in {
        "payments": {"find": "count"},
        "paidSum": {"find": "sum", "value": "amount", "where": "refunded != true"},
        "overpaid": {"find": "exists", "where": "amount > this.total || parts.exists(p, p.share > this.tax)"},
        "lastAmount": {"find": "one", "value": "amount", "sort": "-day"},
        "onlyMethod": {"find": "one", "value": "method"},
        "firstDay": {"find": "min", "value": "day"},
        "lastCode": {"find": "max", "value": "code"},
        "sameCode": {"find": "one", "value": "refunded", "by": "code", "equals": "coalesce(note, 'p1')"},
        "byMethod": {"find": "count", "by": "method", "equals": "note", "where": "order.paid || day < this.due"},
        "noLess": {"find": "sum", "value": "amount", "where": "amount >= parts.sum(p, p.share) && day >= old.due"},
    }.items()
}

# What a customer asks, where an expression is about an order and `this` is the customer.
THIS_LOOKUPS: dict[str, Lookup] = {
    name: Lookup.model_validate({"entity": "Order", "by": "customer", **one})
    for name, one in {
        "orders": {"find": "count", "where": "items.size() > 0 || paid"},
        "highest": {"find": "max", "value": "total", "where": "payer == this.id || total > this.credit"},
        "firstDue": {"find": "one", "value": "due", "sort": "shipped"},
    }.items()
}

_TEXTS = (None, "", "p1", "it's", " Zebra \t", "北京 \\ 东\n", "äÄß🦓%_", "card", "a.b-42", "A", "a")
_NUMBERS = (None, "0", "-7", "3", "0.07", "179.30", "-0.5", "2.5", "99999999999999999999999999.999999999999", "1e-12")
_DAYS = (None, "0001-01-01", "9999-12-31", "2024-02-29", "2026-03-31", "1999-12-01")
_MOMENTS = (
    None,
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
    "2026-03-31T23:30:00+00:00",
    "1970-01-01T00:00Z",
)
_VALUES: dict[str, tuple[Sequence[Any], Callable[[Any], Any]]] = {
    "text": (_TEXTS, str),
    "enum": ((None, "open", "done"), str),
    "integer": ((None, 0, 3, -2, 2**53 - 1), int),
    "decimal": (_NUMBERS, Decimal),
    "money": (_NUMBERS, Decimal),
    "boolean": ((None, True, False), bool),
    "date": (_DAYS, datetime.date.fromisoformat),
    "datetime": (_MOMENTS, datetime.datetime.fromisoformat),
    "time": ((None, "00:00:00", "09:30:00", "23:59:59"), datetime.time.fromisoformat),
    "duration": ((None, 0, 1, 90 * 60, -86_400, 3 * 365 * 86_400), lambda seconds: datetime.timedelta(seconds=seconds)),
}
_CHOICES = {"tags": (None, ("a",), ("a", "b")), "channels": (None, ("web",), ("web", "shop"))}


def expression_shop() -> Manifest:
    entities = [
        {
            "key": f"crm/entity/{name}",
            "name": name,
            "label": _TEXT,
            "plural": _TEXT,
            "title": fields[0]["name"],
            "fields": [{"key": f"crm/field/{name}.{one['name']}", "definition": one} for one in fields],
            "indexes": [{"key": "crm/index/Payment.method", "index": {"name": "method", "fields": ["method", "day"]}}]
            if name == "Payment"
            else [],
        }
        for name, fields in _FIELDS.items()
    ]
    return Manifest.model_validate({"crm_version": "1.0.0", "roles": ["admin", "sales"], "entities": entities})


Record = dict[str, Any]


def records(seed: int) -> dict[str, list[Record]]:
    """A dozen records of each entity that refer to one another, some of them twice."""
    chance = random.Random(seed)
    found: dict[str, list[Record]] = {}
    for name, fields in _FIELDS.items():
        found[name] = [_record(name, fields, found, chance) for _ in range(12)]
    for number, one in enumerate(found["Payment"]):
        one["code"] = f"p{number}"
    return found


def _record(
    entity: str, fields: Sequence[Mapping[str, Any]], found: Mapping[str, list[Record]], chance: random.Random
) -> Record:
    record = {one["name"]: _value(one, found, chance) for one in fields}
    at = datetime.datetime(2026, 1, 1 + chance.randrange(28), tzinfo=datetime.UTC)
    return {"id": UUID(int=chance.getrandbits(128)), "createdAt": at, "updatedAt": at, **record}


def _value(field: Mapping[str, Any], found: Mapping[str, list[Record]], chance: random.Random) -> Any:
    match field["type"]:
        case "ref":
            return chance.choice([None, *(one["id"] for one in found[field["target"]][:6])])
        case "lines":
            return [
                {one["name"]: _value(one, found, chance) for one in field["fields"]}
                for _ in range(chance.choice((0, 1, 2, 4)))
            ]
        case "multi_enum":
            return chance.choice(_CHOICES[field["name"]])
        case kind:
            values, read = _VALUES[kind]
            told = chance.choice(values)
            return None if told is None else read(told)
