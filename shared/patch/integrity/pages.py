"""What must hold of pages: they show fields that are there, each once, and only what there is room for."""

from collections.abc import Iterator
from typing import Any

from shared.patch.errors import Problem
from shared.patch.integrity.values import unknown_field
from shared.patch.manifest import SYSTEM_FIELDS, Entity, Manifest
from shared.patch.page import FormPage, ListPage, Page, TimelinePage
from shared.patch.pages import shown

# What fills more than one cell.
WIDE = frozenset(("file", "json", "lines", "many_to_many"))
_UNSORTED = WIDE | {"multi_enum", "ref_any"}


def pages(entity: Entity, _manifest: Manifest) -> Iterator[Problem]:
    for page in entity.pages:
        yield from (one.under(f"/pages/{page.kind}") for one in page_problems(page, entity))


def page_problems(page: Page, entity: Entity) -> Iterator[Problem]:
    """What is wrong with one page of the entity, by pointers into it."""
    match page:
        case ListPage():
            yield from _each(page.columns, "/columns", entity, WIDE)
            if page.sort is not None:
                yield from _field(page.sort.removeprefix("-"), "/sort", entity, _UNSORTED)
        case FormPage():
            yield from _each(page.fields, "/fields", entity, frozenset())
        case TimelinePage():
            yield from _field(page.title, "/title", entity, WIDE)
            yield from _each(page.details, "/details", entity, frozenset())
            yield from _of_type(page.parent, "/parent", entity, ("ref",), "ref")
            yield from _of_type(page.time, "/time", entity, ("date", "datetime"), "date or datetime")
    if not shown(page):
        yield Problem("page_empty", "", {"entity": entity.name, "kind": page.kind})


def _each(names: tuple[str, ...], where: str, entity: Entity, never: frozenset[str]) -> Iterator[Problem]:
    fields, twice = entity.visible_fields, len(set(names)) < len(names)
    for number, name in enumerate(names):
        if name not in fields or fields[name].definition.type in never:
            yield from _field(name, f"{where}/{number}", entity, never)
        if twice and name in names[:number]:
            yield Problem("shown_twice", f"{where}/{number}", {"field": name, "entity": entity.name})


def _field(name: str, where: str, entity: Entity, never: frozenset[str]) -> Iterator[Problem]:
    kind = _kind(name, entity)
    if kind is None:
        yield unknown_field(name, where, entity)
    elif kind in never:
        yield Problem("page_field_type", where, {"field": name, "type": kind, "expected": "one value"})


def _of_type(name: str, where: str, entity: Entity, kinds: tuple[str, ...], expected: str) -> Iterator[Problem]:
    kind = _kind(name, entity)
    if kind is None:
        yield unknown_field(name, where, entity)
    elif kind not in kinds:
        yield Problem("page_field_type", where, {"field": name, "type": kind, "expected": expected})


def _kind(name: str, entity: Entity) -> str | None:
    if name in SYSTEM_FIELDS:
        return "id" if name == "id" else "datetime"
    entry = entity.visible_fields.get(name)
    definition: Any = entry and entry.definition
    return definition and definition.type
