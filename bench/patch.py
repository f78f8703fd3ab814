"""The patch language against the least that anybody could do: bare pydantic, and a difference by position.

Every round reads the document anew, so nothing is remembered of the patch itself; what was compiled of the base is.
"""

import random
from collections.abc import Callable
from itertools import count
from time import process_time
from typing import Any

import jsonpatch
import orjson

from shared.crm import base_manifest
from shared.patch import Manifest, Patch, conflicts, content_hash, diff, parse, validate
from shared.patch.applying import footprint
from shared.patch.footprint import clashes

ROUNDS = 40
TEXT = {"en": "Text", "zh": "文本"}
Plain = dict[str, Any]


def best(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Microseconds of the processor in the quickest round: what the machine does besides only ever adds."""
    times: list[float] = []
    for _ in range(rounds):
        started = process_time()
        work()
        times.append(process_time() - started)
    return min(times) * 1_000_000


def fields(number: int, entity: str) -> list[Plain]:
    """Four operations on an entity: a text, an amount, a rule about it and who may see it."""
    amount = {"type": "money", "name": f"amount{number}", "label": TEXT, "min": 0, "default": "0"}
    rule = {"name": f"rule{number}", "expression": f"amount{number} >= 0 || note{number} != null", "message": TEXT}
    return [
        {"op": "add_field", "entity": entity, "field": {"type": "text", "name": f"note{number}", "label": TEXT}},
        {"op": "add_field", "entity": entity, "field": amount, "after": f"note{number}"},
        {"op": "add_rule", "entity": entity, "rule": rule},
        {"op": "grant", "entity": entity, "role": "sales", "allow": ["view", "edit"], "field": f"amount{number}"},
    ]


def module(name: str, operations: int) -> Plain:
    """Entities that refer to the customer, with sixteen operations on each of them and three on the customer."""
    made: list[Plain] = []
    for number in count():
        if len(made) >= operations:
            break
        entity = f"{name.title()}{number}"
        named = [{"type": "text", "name": "name"}, {"type": "ref", "name": "customer", "target": "Customer"}]
        made.append({"op": "add_entity", "entity": entity, "label": TEXT, "fields": named})
        for each in range(4):
            made += fields(each, entity)
        made += (
            {"op": "set_page", "entity": entity, "page": {"kind": "list", "columns": ["name", "amount0"]}},
            {"op": "set_text", "entity": entity, "field": "name", "label": {"en": "Title", "zh": "标题"}},
            {"op": "add_index", "entity": entity, "index": {"name": "by_customer", "fields": ["customer", "name"]}},
        )
    return {"patch": "1", "module": {"name": name, "title": TEXT}, "operations": made[:operations]}


def built(name: str, operations: int) -> Patch:
    """Larger than a document may be: put together from several."""
    plain = module(name, operations)
    parts = [plain["operations"][at : at + 500] for at in range(0, operations, 500)]
    patches = [parse({**plain, "operations": part}) for part in parts]
    return patches[0].having(operations=tuple(one for patch in patches for one in patch.operations))


def validation(title: str, plain: Plain, manifest: Manifest) -> None:
    source = orjson.dumps(plain)
    assert validate(parse(source), manifest) == []

    def checked(patch: Patch) -> str:
        validate(patch, manifest)
        return content_hash(patch)

    bare = best(lambda: Patch.model_validate(plain))
    fresh = iter([parse(source) for _ in range(ROUNDS)])
    print(f"{title}: a bare model_validate takes {bare:.0f} µs")
    for name, taken in (
        ("validated and hashed", best(lambda: checked(next(fresh)))),
        ("the same from its document", best(lambda: checked(parse(plain)))),
        ("the same from bytes", best(lambda: checked(parse(source)))),
        ("hashed", best(lambda: content_hash(parse(source))) - best(lambda: parse(source))),
    ):
        print(f"  {name:<34}{taken:9.0f} µs {taken / bare:8.2f} ×")


def differences() -> None:
    a = module("m", 200)
    operations: list[Plain] = [*a["operations"]]
    chance = random.Random(1)  # noqa: S311 - the same edits in every run, not a secret
    for number in range(10):
        operations.insert(chance.randrange(200), fields(7, f"M{number}")[0])
        del operations[chance.randrange(200)]
        at = chance.choice([place for place, one in enumerate(operations) if one["op"] == "add_field"])
        operations[at] = {**operations[at], "list": True}
    b = {**a, "operations": operations}
    one, other = parse(a), parse(b)
    ours = best(lambda: diff(one, other))
    theirs = best(lambda: jsonpatch.make_patch(a, b), 5)
    print(f"two patches of 200 operations: {len(diff(one, other))} differences")
    print(f"  diff {ours / 1000:.2f} ms, jsonpatch {theirs / 1000:.2f} ms: {theirs / ours:.1f} × faster")


def growth(manifest: Manifest) -> None:
    print("conflicts of two patches, each read anew, and the part of it that compares two footprints")
    for size in (20, 200, 2000):
        pairs = iter([(built("a", size), built("b", size)) for _ in range(3)])
        whole = best(lambda pairs=pairs: conflicts(*next(pairs), manifest), 3)
        prints = [footprint(built(name, size), manifest) for name in ("a", "b")]
        compared = best(lambda prints=prints: clashes(*prints), 5)
        each = f"{whole / size:.0f} and {compared / size:.1f} µs an operation"
        print(f"  {size:>5} operations {whole / 1000:9.2f} ms {compared / 1000:9.2f} ms   {each}")


if __name__ == "__main__":
    base = base_manifest()
    twenty = [one for number in range(5) for one in fields(number, "Customer")]
    validation("20 operations on one entity", {**module("m", 0), "operations": twenty}, base)
    validation("20 operations on a new entity", module("m", 20), base)
    differences()
    growth(base)
