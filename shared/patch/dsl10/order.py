"""Patch DSL 1.0 documents in an order in which each comes after those that it depends on."""

from typing import Any

from shared.patch.errors import Problem, Refusal
from shared.patch.plain import as_list

Placed = tuple[str, dict[str, Any]]


def ordered(documents: list[Placed]) -> list[Placed]:
    """As given where nothing speaks against it. Refuses twins, missing ones and circles, by name."""
    names = [str(document.get("patchId", pointer)) for pointer, document in documents]
    waits = [{str(one) for one in as_list(document.get("dependsOn")) or ()} for _, document in documents]
    problems = list(_problems(documents, names, waits))
    if problems:
        raise Refusal.of(problems)
    result: list[Placed] = []
    done: set[str] = set()
    left = list(range(len(documents)))
    while left:
        ready = next((number for number in left if waits[number] <= done), None)
        if ready is None:
            circle = [names[number] for number in left]
            raise Refusal("dsl10_cycle", f"{documents[left[0]][0]}/dependsOn", {"patches": circle})
        left.remove(ready)
        done.add(names[ready])
        result.append(documents[ready])
    return result


def _problems(documents: list[Placed], names: list[str], waits: list[set[str]]) -> list[Problem]:
    problems: list[Problem] = []
    for number, (pointer, document) in enumerate(documents):
        if names[number] in names[:number]:
            problems.append(Problem("dsl10_twice", f"{pointer}/patchId", {"patch": names[number]}))
        if document.get("dependsOn") is not None and as_list(document["dependsOn"]) is None:
            reason = {"reason": "dependsOn must be a list of patchIds"}
            problems.append(Problem("dsl10_not_document", f"{pointer}/dependsOn", reason))
        problems += [
            Problem("dsl10_dependency_missing", f"{pointer}/dependsOn", {"patch": names[number], "missing": missing})
            for missing in sorted(waits[number] - set(names))
        ]
    return problems
