"""What must hold of every entity, whatever operation was applied last: names lead somewhere, expressions fit.

A check is a function `(entity, manifest) -> Iterator[Problem]` in the file of its noun, listed in CHECKS.
"""

from collections.abc import Callable, Iterator, Mapping

from shared.patch.errors import Problem
from shared.patch.integrity.expressions import expressions
from shared.patch.integrity.fields import circles, columns, references, steady, title
from shared.patch.integrity.grants import grants
from shared.patch.integrity.indexes import indexes
from shared.patch.integrity.lookups import lookups
from shared.patch.integrity.machines import machine
from shared.patch.integrity.pages import pages
from shared.patch.integrity.said import words_about_others
from shared.patch.integrity.seeds import seeds
from shared.patch.integrity.triggers import chains, triggers
from shared.patch.manifest import Entity, Manifest

Check = Callable[[Entity, Manifest], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (
    title,
    columns,
    expressions,
    lookups,
    pages,
    steady,
    circles,
    references,
    machine,
    triggers,
    chains,
    grants,
    indexes,
    seeds,
)


def check_manifest(manifest: Manifest) -> list[Problem]:
    """Everything that does not hold, each with a pointer that names entity and part."""
    return [problem for entity in manifest.visible_entities.values() for problem in check_entity(entity, manifest)]


def check_changed(before: Manifest, after: Manifest) -> list[Problem]:
    """What does not hold of the entities that are not as they were, and of those that this may concern."""
    was, now = before.visible_entities, after.visible_entities
    changed = {name for name in was.keys() | now.keys() if was.get(name) is not now.get(name)}
    concerned = {name for name in changed if name not in was or name not in now or not _grew(was[name], now[name])}
    reached = bool(concerned)
    while reached:
        reached = {name for name, one in now.items() if not one.refers.isdisjoint(concerned)} - concerned
        concerned |= reached
    concerned |= _named(was, now, changed)
    return [
        problem
        for name, entity in now.items()
        if name in changed or name in concerned
        for problem in check_entity(entity, after)
    ]


def _named(was: Mapping[str, Entity], now: Mapping[str, Entity], changed: set[str]) -> set[str]:
    """Those that say of another entity what one of its new fields is called: a variable can no longer be called so."""
    both = changed & was.keys() & now.keys()
    new = {name: now[name].visible_fields.keys() - was[name].visible_fields.keys() for name in both}
    new = {name: fields for name, fields in new.items() if fields}
    return {
        name
        for name, one in now.items()
        for other in one.refers & new.keys()
        if not new[other].isdisjoint(words_about_others(one))
    }


def _grew(was: Entity, now: Entity) -> bool:
    """Whatever others may read of the entity is as it was; what came is nothing that they would have to give."""
    if any(getattr(was, name) is not getattr(now, name) for name in ("machine", "triggers", "indexes", "seeds")):
        return False
    old, new = was.visible_fields, now.visible_fields
    kept = all(new.get(name) is entry for name, entry in old.items())
    return kept and not any(entry.definition.required for name, entry in new.items() if name not in old)


def check_entity(entity: Entity, manifest: Manifest) -> list[Problem]:
    """What does not hold of one entity."""
    return [problem.under(f"/entities/{entity.name}") for check in CHECKS for problem in check(entity, manifest)]
