"""What must hold of the fields themselves: the title is one, references lead somewhere, nothing computes itself."""

from collections.abc import Iterator

from shared.patch.errors import Problem, Refusal
from shared.patch.fields import LinesField
from shared.patch.finding import target_problems
from shared.patch.integrity.said import Said, computed, reading
from shared.patch.manifest import Entity, Manifest

# Whose values no reader would take for a name.
UNTITLED = frozenset(("lines", "many_to_many", "multi_enum", "file", "json"))
# A computed field: its entity, and its name or `items.amount`.
Node = tuple[str, str]


def title(entity: Entity, _manifest: Manifest) -> Iterator[Problem]:
    params = {"field": entity.title, "entity": entity.name}
    entry = entity.visible_fields.get(entity.title)
    if entry is None:
        yield Problem("title_missing", "/title", params)
    elif entry.definition.type in UNTITLED:
        yield Problem("title_type", "/title", {**params, "type": entry.definition.type})


def references(entity: Entity, manifest: Manifest) -> Iterator[Problem]:
    for name, entry in entity.visible_fields.items():
        if not entry.targets <= manifest.visible_entities.keys():
            yield from (problem.under(f"/fields/{name}") for problem in target_problems(manifest, entry.definition))


def columns(entity: Entity, _manifest: Manifest) -> Iterator[Problem]:
    """A lines field shows exactly its visible columns: what is said twice must say the same."""
    for name, entry in entity.visible_fields.items():
        # Without any of its own, they are the definition's.
        if entry.columns and isinstance(entry.definition, LinesField):
            shown = tuple(one.definition for one in entry.line_columns if not one.removed)
            if shown != entry.definition.fields:
                yield Problem("columns_differ", f"/fields/{name}", {"field": name, "entity": entity.name})


def steady(entity: Entity, manifest: Manifest) -> Iterator[Problem]:
    """What is computed is stored, and stays right without anybody asking again."""
    for said in computed(entity):
        try:
            passing = reading(said, manifest, said.expect).passing
        except Refusal:
            # Told where the expression stands.
            continue
        if passing:
            yield Problem("computed_passing", said.where, {"names": sorted(passing)})


def circles(entity: Entity, manifest: Manifest) -> Iterator[Problem]:
    """Fields that are computed from one another, found by taking away those that are not."""
    needs = _needs(entity, manifest)
    while free := [node for node, needed in needs.items() if not needed & needs.keys()]:
        for node in free:
            del needs[node]
    owners = {owner for owner, _ in needs}
    if entity.name in owners:
        names = sorted(name if len(owners) == 1 else f"{owner}.{name}" for owner, name in needs)
        yield Problem("computed_cycle", "/fields", {"fields": names})


def _needs(entity: Entity, manifest: Manifest) -> dict[Node, set[Node]]:
    """What each computed field reads, from those of the entity on into those of others that it reaches."""
    needs: dict[Node, set[Node]] = {}
    waiting, seen = [entity.name], {entity.name}
    while waiting:
        found = manifest.visible_entities.get(waiting.pop())
        for one in computed(found) if found is not None else ():
            read = needs[_node(one)] = _read(one, manifest)
            others = {owner for owner, _ in read} - seen
            seen |= others
            waiting += others
    return needs


def reached(said: Said, manifest: Manifest) -> set[Node]:
    """Every field that a computed value reads, itself or through others that are computed."""
    waiting, found = [said], set[Node]()
    while waiting:
        for node in _read(waiting.pop(), manifest) - found:
            found.add(node)
            owner = manifest.visible_entities.get(node[0])
            waiting += [one for one in computed(owner) if _node(one) == node] if owner is not None else []
    return found


def _read(said: Said, manifest: Manifest) -> set[Node]:
    try:
        return {(one.entity, one.field) for one in reading(said, manifest).mentions}
    except Refusal:
        # Told where the expression stands.
        return set()


def _node(said: Said) -> Node:
    name = said.where.split("/")[-2]
    return said.entity, f"{said.within}.{name}" if said.within else name
