"""The named parts of an entity by key: putting one in its place, and the step that takes this back."""

from collections.abc import Sequence
from typing import TypeVar

from shared.patch.manifest import Entity
from shared.patch.undoing import Entry, HideEntry, PutEntry, Step

E = TypeVar("E", bound=Entry)


def placed(entries: tuple[E, ...], entry: E) -> tuple[E, ...]:
    """`entry` in the place of the one with its key, which it brings back, or behind the others."""
    if entry.key in [one.key for one in entries]:
        return tuple(entry if one.key == entry.key else one for one in entries)
    return (*entries, entry)


def unplaced(entity: Entity, entries: Sequence[Entry], key: str) -> Step:
    """The step back from where an entry with this key is placed."""
    before = next((one for one in entries if one.key == key), None)
    return HideEntry(entity.key, key) if before is None else PutEntry(entity.key, before)
