"""The patch language against the least that anybody could do: bare pydantic, and a difference by position.

Three figures for each question, as what is remembered differs. Cold: a patch whose texts nobody saw before in this
process. Warm: another patch on the same CRM with the same expressions. Again: the same patch, read anew from where it
is stored; that is what happens most, as a patch is validated at every step of its life (drafted, tested, reviewed,
published, shown), and what the goals are about. Bare pydantic remembers nothing, so it has one figure.

A figure is the median of the rounds, in time of the processor; the collector of garbage runs as it does in services.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from random import Random
from time import process_time
from typing import Any

import jsonpatch
import orjson

from shared.crm import base_manifest
from shared.patch import Manifest, Patch, conflicts, content_hash, diff, document, parse, validate
from shared.patch.applying import footprint
from shared.patch.footprint import clashes

ROUNDS = 60
TEXT = {"en": "Text", "zh": "文本"}
Plain = dict[str, Any]


def median(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Microseconds of the processor."""
    (taken,) = medians((work,), rounds)
    return taken


def medians(works: Sequence[Callable[[], object]], rounds: int = ROUNDS) -> list[float]:
    """Of several in turn, so that what else the machine does falls on all of them."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, taken in zip(works, times, strict=True):
            started = process_time()
            work()
            taken.append(process_time() - started)
    return [sorted(taken)[rounds // 2] * 1_000_000 for taken in times]


def fields(number: int, entity: str, least: int = 0) -> list[Plain]:
    """Four operations on an entity: a text, an amount, a rule about it and who may see it."""
    amount = {"type": "money", "name": f"amount{number}", "label": TEXT, "min": 0, "default": "0"}
    rule = {
        "name": f"rule{number}",
        "expression": f"amount{number} >= {least} || note{number} != null",
        "message": TEXT,
    }
    return [
        {"op": "add_field", "entity": entity, "field": {"type": "text", "name": f"note{number}", "label": TEXT}},
        {"op": "add_field", "entity": entity, "field": amount, "after": f"note{number}"},
        {"op": "add_rule", "entity": entity, "rule": rule},
        {"op": "grant", "entity": entity, "role": "sales", "allow": ["view", "edit"], "field": f"amount{number}"},
    ]


def on_one_entity(title: str = "Text", least: int = 0) -> Plain:
    made = [one for number in range(5) for one in fields(number, "Customer", least)]
    return {"patch": "1", "module": {"name": "m", "title": {**TEXT, "en": title}}, "operations": made}


def on_new_entities(name: str, operations: int, title: str = "Text", least: int = 0) -> Plain:
    """Entities that refer to the customer, with sixteen operations on each of them and three about its records."""
    made: list[Plain] = []
    for number in count():
        if len(made) >= operations:
            break
        entity = f"{name.title()}{number}"
        named = [{"type": "text", "name": "name"}, {"type": "ref", "name": "customer", "target": "Customer"}]
        made.append({"op": "add_entity", "entity": entity, "label": TEXT, "fields": named})
        for each in range(4):
            made += fields(each, entity, least)
        made += (
            {"op": "set_page", "entity": entity, "page": {"kind": "list", "columns": ["name", "amount0"]}},
            {"op": "set_text", "entity": entity, "field": "name", "label": {"en": "Title", "zh": "标题"}},
            {"op": "add_index", "entity": entity, "index": {"name": "by_customer", "fields": ["customer", "name"]}},
        )
    return {"patch": "1", "module": {"name": name, "title": {**TEXT, "en": title}}, "operations": made[:operations]}


def validation(title: str, plain: Callable[[str, int], Plain], manifest: Manifest) -> None:
    known = plain("Text", 0)
    assert validate(parse(known), manifest) == []
    print(title)
    for name, documents in (
        ("cold", (plain(f"Text {number}", number) for number in count(1))),
        ("warm", (plain(f"Other text {number}", 0) for number in count(1))),
        ("again", (known for _ in count())),
    ):
        patches = iter([parse(next(documents)) for _ in range(ROUNDS)])
        plains = iter([next(documents) for _ in range(ROUNDS)])
        bare, alone, whole = medians(
            (
                lambda: Patch.model_validate(known),
                lambda patches=patches: checked(next(patches), manifest),
                lambda plains=plains: checked(parse(next(plains)), manifest),
            )
        )
        print(
            f"  {name:<6} bare model_validate {bare:4.0f} µs"
            f"   validated and hashed {alone:5.0f} µs {alone / bare:5.2f} ×"
            f"   from the document on {whole:5.0f} µs {whole / bare:5.2f} ×"
        )


def checked(patch: Patch, manifest: Manifest) -> None:
    validate(patch, manifest)
    content_hash(patch)


def differences() -> None:
    """Both are given the documents as they are stored, read from bytes; of two patches they are made first."""
    before = on_new_entities("m", 200)
    operations: list[Plain] = [*before["operations"]]
    chance = Random(1)  # noqa: S311 - the same edits in every run, not a secret
    for number in range(10):
        operations.insert(chance.randrange(200), fields(7, f"M{number}")[0])
        del operations[chance.randrange(200)]
        at = chance.choice([place for place, one in enumerate(operations) if one["op"] == "add_field"])
        operations[at] = {**operations[at], "list": True}
    one, other = parse(before), parse({**before, "operations": operations})
    a, b = (orjson.loads(orjson.dumps(document(each))) for each in (one, other))
    assert diff(a, b) == diff(one, other)
    theirs, documents, patches = medians(
        (lambda: jsonpatch.make_patch(a, b), lambda: diff(a, b), lambda: diff(one, other)), 20
    )
    print(f"two patches of 200 operations: {len(diff(a, b))} differences, jsonpatch takes {theirs / 1000:.2f} ms")
    for name, ours in (("documents", documents), ("patches", patches)):
        print(f"  diff of {name:<10} {ours / 1000:.2f} ms, {theirs / ours:.1f} × faster")


def built(name: str, operations: int, least: int) -> Patch:
    """Larger than a document may be: put together from several."""
    plain = on_new_entities(name, operations, least=least)
    parts = [plain["operations"][at : at + 500] for at in range(0, operations, 500)]
    patches = [parse({**plain, "operations": part}) for part in parts]
    return patches[0].having(operations=tuple(one for patch in patches for one in patch.operations))


def growth(manifest: Manifest) -> None:
    print("conflicts of two patches (cold and again with the applying that it takes), in ms, and in µs an operation")
    for size in (20, 200, 2000):
        rounds = 5
        unseen = _pairs(size, [*range(1, rounds + 1)])
        cold = median(lambda unseen=unseen: conflicts(*next(unseen), manifest), rounds)
        known = _pairs(size, [0] * (rounds + 1))
        conflicts(*next(known), manifest)
        again = median(lambda known=known: conflicts(*next(known), manifest), rounds)
        prints = [footprint(built(name, size, 0), manifest) for name in ("a", "b")]
        compared = median(lambda prints=prints: clashes(*prints), rounds)
        told = (("cold", cold), ("again", again), ("comparing alone", compared))
        figures = "   ".join(f"{name} {taken / 1000:7.2f} ({taken / size:5.1f})" for name, taken in told)
        print(f"  {size:>5} operations   {figures}")


def _pairs(size: int, numbers: list[int]) -> Iterator[tuple[Patch, Patch]]:
    return iter([(built("a", size, number), built("b", size, number)) for number in numbers])


if __name__ == "__main__":
    base = base_manifest()
    validation("20 operations on one entity", on_one_entity, base)
    validation("20 operations on a new entity", lambda title, least: on_new_entities("m", 20, title, least), base)
    differences()
    growth(base)
