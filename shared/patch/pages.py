"""Where a field stands on the pages of its entity."""

from typing import Literal

from shared.patch.manifest import Entity
from shared.patch.page import FormPage, ListPage, Page, TimelinePage


def placed(
    pages: tuple[Page, ...], kind: Literal["form", "list"], name: str, after: str | None = None
) -> tuple[Page, ...]:
    """The field stands on the page of that kind once, behind `after` or, where that is not on it, at the end."""
    return tuple([_placed(page, name, after) if page.kind == kind else page for page in pages])


def without(entity: Entity, name: str) -> Entity:
    """No page shows the field any longer; a timeline that stands on it must have been refused before."""
    return _replaced(entity, tuple(_without(page, name) for page in entity.pages))


def with_page(entity: Entity, page: Page) -> Entity:
    """`page` in the place of the one of its kind, or behind the others."""
    if any(one.kind == page.kind for one in entity.pages):
        return _replaced(entity, tuple(page if one.kind == page.kind else one for one in entity.pages))
    return _replaced(entity, (*entity.pages, page))


def shown(page: Page) -> tuple[str, ...]:
    """Every field that the page names."""
    match page:
        case ListPage():
            return (*page.columns, *([page.sort.removeprefix("-")] if page.sort else []))
        case FormPage():
            return page.fields
        case TimelinePage():
            return (page.parent, page.time, page.title, *page.details)


def _placed(page: Page, name: str, after: str | None) -> Page:
    match page:
        case FormPage(fields=fields):
            return page.having(fields=_behind(fields, name, after))
        case ListPage(columns=columns):
            return page.having(columns=_behind(columns, name, after))
        case TimelinePage():
            return page


def _behind(names: tuple[str, ...], name: str, after: str | None) -> tuple[str, ...]:
    others = tuple([one for one in names if one != name]) if name in names else names
    at = others.index(after) + 1 if after in others else len(others)
    return (*others[:at], name, *others[at:])


def _without(page: Page, name: str) -> Page:
    match page:
        case ListPage():
            columns = tuple(one for one in page.columns if one != name)
            sort = None if page.sort is not None and page.sort.removeprefix("-") == name else page.sort
            return page.having(columns=columns, sort=sort) if name in shown(page) else page
        case FormPage():
            return page.having(fields=tuple(one for one in page.fields if one != name))
        case TimelinePage():
            return page.having(details=tuple(one for one in page.details if one != name))


def _replaced(entity: Entity, pages: tuple[Page, ...]) -> Entity:
    return entity.having(pages=pages)
