"""The steps of an inverse. They name parts by key, so they fit wherever the parts are found.

They are no operations: nobody can write one in a document, as they ask no preconditions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.patch.columns import with_columns
from shared.patch.field_entry import ColumnEntry, FieldEntry
from shared.patch.manifest import Entity, GrantEntry, IndexEntry, Manifest, Menu, RuleEntry, SeedEntry, TriggerEntry
from shared.patch.page import Page
from shared.patch.renaming import Renamed, renamed

Entry = FieldEntry | RuleEntry | GrantEntry | TriggerEntry | IndexEntry | SeedEntry | ColumnEntry
_KEPT = ("fields", "rules", "grants", "triggers", "indexes", "seeds")


@dataclass(frozen=True, slots=True)
class HideEntity:
    key: str

    def apply(self, manifest: Manifest) -> Manifest:
        return _changed(manifest, self.key, lambda entity: entity.having(removed=True))


@dataclass(frozen=True, slots=True)
class PutEntity:
    """The entity exactly as it was; for one that an operation brought back."""

    entity: Entity

    def apply(self, manifest: Manifest) -> Manifest:
        return _changed(manifest, self.entity.key, lambda _: self.entity)


@dataclass(frozen=True, slots=True)
class HideEntry:
    entity: str
    key: str

    def apply(self, manifest: Manifest) -> Manifest:
        return _changed(
            manifest, self.entity, lambda entity: _with_entries(entity, self.key, lambda one: one.having(removed=True))
        )


@dataclass(frozen=True, slots=True)
class PutEntry:
    """The field, column of lines, rule, grant, trigger, index or seed as it was."""

    entity: str
    entry: Entry

    def apply(self, manifest: Manifest) -> Manifest:
        return _changed(
            manifest, self.entity, lambda entity: _with_entries(entity, self.entry.key, lambda _: self.entry)
        )


@dataclass(frozen=True, slots=True)
class PutPages:
    entity: str
    pages: tuple[Page, ...]

    def apply(self, manifest: Manifest) -> Manifest:
        return _changed(manifest, self.entity, lambda entity: entity.having(pages=self.pages))


@dataclass(frozen=True, slots=True)
class PutParts:
    """Attributes of the entity as they were, such as its pages, its machine or its name."""

    entity: str
    parts: Mapping[str, Any]

    def apply(self, manifest: Manifest) -> Manifest:
        return _changed(manifest, self.entity, lambda entity: entity.having(**self.parts))


@dataclass(frozen=True, slots=True)
class PutMenus:
    """All menu items as they were, in their order."""

    menus: tuple[Menu, ...]

    def apply(self, manifest: Manifest) -> Manifest:
        return manifest.having(menus=self.menus)


@dataclass(frozen=True, slots=True)
class PutName:
    """The entity, or its field or column of the key `part`, is called `name` again wherever it is named."""

    entity: str
    part: str | None
    name: str

    def apply(self, manifest: Manifest) -> Manifest:
        for entity in manifest.entities:
            if entity.key == self.entity:
                manifest = renamed(manifest, Renamed(entity.name, self._field(entity), self.name))
        return manifest

    def _field(self, entity: Entity) -> str | None:
        for entry in entity.fields:
            if entry.key == self.part:
                return entry.name
            for column in entry.line_columns:
                if column.key == self.part:
                    return f"{entry.name}.{column.definition.name}"
        return None


Step = HideEntity | PutEntity | HideEntry | PutEntry | PutPages | PutParts | PutMenus | PutName


def undo(steps: tuple[Step, ...], manifest: Manifest) -> Manifest:
    """The manifest after all steps, in order."""
    for step in steps:
        manifest = step.apply(manifest)
    return manifest


def _changed(manifest: Manifest, key: str, change: Callable[[Entity], Entity]) -> Manifest:
    entities = tuple(change(entity) if entity.key == key else entity for entity in manifest.entities)
    return manifest.having(entities=entities)


def _with_entries(entity: Entity, key: str, change: Callable[[Any], Any]) -> Entity:
    def changed(entries: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(change(one) if one.key == key else one for one in entries)

    parts = {kind: changed(getattr(entity, kind)) for kind in _KEPT}
    parts["fields"] = tuple(
        with_columns(one, changed(one.line_columns)) if any(key == column.key for column in one.line_columns) else one
        for one in parts["fields"]
    )
    return entity.having(**parts)
