"""What a patch would open that is closed: fields read where they may not be seen, states only some bring about.

A value shows what it is made of to whoever may see it; a condition only tells true from false, and is left to the
reviewer. What the author may do he may do before the patch, as a grant does not justify itself, and what the module
itself made belongs to its author.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from shared.patch.author import Author, held, roles_with
from shared.patch.errors import Problem, Refusal
from shared.patch.integrity.said import Said, reading, said_by, words
from shared.patch.keys import module_of
from shared.patch.manifest import Entity, Manifest

Everybody = Literal["everybody"]


def trespasses(author: Author, before: Manifest, after: Manifest, module: str) -> Iterator[Problem]:
    """What one operation, which makes `after` of `before`, does for the author that he may not do himself."""
    was = {entity.key: entity for entity in before.visible_entities.values()}
    for entity in after.visible_entities.values():
        old = was.get(entity.key)
        if old is entity:
            continue
        known = {_told(one) for one in said_by(old, before)} if old is not None else set[object]()
        new = (one for one in said_by(entity, after) if one.into is not None and _told(one) not in known)
        for owner, field in disclosed(new, after, before):
            entry = owner.visible_fields.get(field)
            is_own = module in (module_of(owner.key), module_of(entry.key) if entry is not None else "")
            if not is_own and "view" not in held(author, owner, field):
                params = {"field": field, "entity": owner.name, "roles": list(author.roles)}
                yield Problem("reading_exceeds_author", "", params)
        if old is not None and old.machine is not entity.machine and module_of(entity.key) != module:
            yield from _states(author, old, entity)


def disclosed(said: Iterable[Said], manifest: Manifest, rights: Manifest) -> list[tuple[Entity, str]]:
    """The fields that values show to roles which may not see them themselves; an entity that `rights` does not know
    may be shown to all."""
    found: dict[tuple[str, str], Entity] = {}
    for one in said:
        if one.into is None:
            continue
        target = rights.visible_entities.get(one.into[0])
        seeing = set(rights.roles) if target is None else roles_with(target, one.into[1], "view", of_all=False)
        for name, field in _read(one, manifest):
            owner = rights.visible_entities.get(name)
            if owner is not None and not seeing <= roles_with(owner, field, "view", of_all=True):
                found[name, field] = owner
    return [(found[name, field], field) for name, field in sorted(found)]


def _told(said: Said) -> tuple[object, ...]:
    return said.text, said.into, frozenset(said.lookups.items())


def _read(said: Said, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """The fields of which the value is made, also those that its lookups answer."""
    asked = (said.lookups[name] for name in words(said.text, "lookup") if name in said.lookups)
    yield from ((one.entity, one.value) for one in asked if one.value is not None)
    if said.text.strip() == "null":
        return
    try:
        found = reading(said, manifest)
    except Refusal:
        # Told where it stands.
        return
    yield from ((one.entity, one.field.partition(".")[0]) for one in found.mentions)


def _states(author: Author, old: Entity, entity: Entity) -> Iterator[Problem]:
    for state in dict.fromkeys(one.target for one in (old.machine.transitions if old.machine is not None else ())):
        kept, now = _bringing(old, state), _bringing(entity, state)
        if kept != "everybody" and (now == "everybody" or not now <= kept) and kept.isdisjoint(author.roles):
            params = {"entity": entity.name, "state": state, "needs": sorted(kept), "roles": list(author.roles)}
            yield Problem("state_exceeds_author", "", params)


def _bringing(entity: Entity, state: str) -> frozenset[str] | Everybody:
    """The roles that bring records to a state; without a machine, or without naming roles, everybody who may edit."""
    if entity.machine is None:
        return "everybody"
    found = [one.roles for one in entity.machine.transitions if one.target == state]
    return "everybody" if () in found else frozenset(role for roles in found for role in roles)
