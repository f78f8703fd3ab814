"""What must hold of lookups beside their expressions: each is asked for."""

from collections.abc import Iterator, Mapping

from shared.patch.errors import Problem, nearest
from shared.patch.integrity.said import said_by, words
from shared.patch.lookup import Lookup
from shared.patch.manifest import Entity, Manifest


def lookups(entity: Entity, manifest: Manifest) -> Iterator[Problem]:
    """What does not hold of the lookups that the parts of an entity declare."""
    if not any(declared for _, declared in declaring(entity)):
        return
    asked: dict[str, set[str]] = {}
    for said in said_by(entity, manifest):
        asked.setdefault(part(said.where), set()).update(words(said.text, "lookup"))
    for where, declared in declaring(entity):
        for name in declared:
            if name not in asked.get(where, set()):
                known = sorted(asked.get(where, ()))
                yield Problem("lookup_unused", f"{where}/lookups/{name}", {"lookup": name}, nearest(name, known))


def declaring(entity: Entity) -> Iterator[tuple[str, Mapping[str, Lookup]]]:
    """The parts of an entity that may declare lookups, and those that they do."""
    for entry in entity.visible_rules:
        yield f"/rules/{entry.rule.name}", entry.rule.lookups
    for entry in entity.grants:
        if not entry.removed:
            yield f"/grants/{entry.grant.role}", entry.grant.lookups
    for number, one in enumerate(entity.machine.transitions if entity.machine is not None else ()):
        yield f"/machine/transitions/{number}", one.lookups
    for entry in entity.visible_triggers:
        yield f"/triggers/{entry.trigger.name}", entry.trigger.lookups


def part(where: str) -> str:
    """`/rules/r` of `/rules/r/expression`, `/machine/transitions/2` of what a transition says."""
    return "/".join(where.split("/")[: 4 if where.startswith("/machine/") else 3])
