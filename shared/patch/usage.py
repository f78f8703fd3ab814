"""Who says a name: what renaming it would change, and removing it would break."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shared.patch.manifest import Entity, Manifest
from shared.patch.renaming import Renamed, renamed

# The part of an entry that is about its meaning, and what such an entry is for people (`terms.py` has the Chinese).
_ENTRIES = {
    "rules": ("rule", "the rule"),
    "grants": ("grant", "the grant"),
    "triggers": ("trigger", "the trigger"),
    "indexes": ("index", "the index"),
    "seeds": ("seed", "the seed"),
}


@dataclass(frozen=True, slots=True)
class User:
    """A visible part: of what kind, and where it is, as `Order.customer`."""

    kind: str
    entity: str
    name: str = ""

    @property
    def place(self) -> str:
        return f"{self.entity}.{self.name}" if self.name else self.entity


def users_of(manifest: Manifest, entity: str, field: str | None = None) -> list[User]:
    """Every part but the named one itself that says its name. A column is named as `items.amount`."""
    after = renamed(manifest, Renamed(entity, field, ""))
    found: list[User] = []
    for one, other in zip(manifest.entities, after.entities, strict=True):
        if one is not other:
            found += _users(one, other, field if one.name == entity else None)
    menus = zip(manifest.menus, after.menus, strict=True)
    return [*found, *(User("the menu item", one.name) for one, other in menus if one.entity != other.entity)]


def _users(one: Entity, other: Entity, itself: str | None) -> Iterator[User]:
    if one.title != other.title:
        yield User("the title of the entity", one.name)
    yield from _fields(one, other, itself or "")
    if one.machine is not other.machine:
        yield User("the state machine", one.name)
    for kind, (part, told) in _ENTRIES.items():
        for entry, anew in zip(getattr(one, kind), getattr(other, kind), strict=True):
            if entry is not anew:
                yield User(told, one.name, _name(getattr(entry, part)))
    for page, anew in zip(one.pages, other.pages, strict=True):
        if page is not anew:
            yield User(f"the {page.kind} page", one.name)


def _fields(one: Entity, other: Entity, itself: str) -> Iterator[User]:
    for entry, anew in zip(one.fields, other.fields, strict=True):
        if entry is anew:
            continue
        if entry.name != itself.partition(".")[0]:
            yield User("the field", one.name, entry.name)
        elif "." in itself:
            yield from _columns(one, entry.definition, anew.definition, itself)


def _columns(owner: Entity, before: Any, after: Any, itself: str) -> Iterator[User]:
    for column, anew in zip(before.fields, after.fields, strict=True):
        if column is not anew and f"{before.name}.{column.name}" != itself:
            yield User("the field", owner.name, f"{before.name}.{column.name}")


def _name(part: Any) -> str:
    """A grant has no name; it is known by its role."""
    return str(getattr(part, "name", None) or part.role)
