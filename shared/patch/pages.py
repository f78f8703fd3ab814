"""Where a field stands on the pages of its entity."""

from typing import Literal

from shared.patch.manifest import Entity, FormPage, ListPage, Page, TimelinePage


def placed(entity: Entity, kind: Literal["form", "list"], name: str, after: str | None = None) -> Entity:
    """The field stands on the page once, behind `after` or, where that is not on it, at the end."""
    return _replaced(entity, tuple(_placed(page, kind, name, after) for page in entity.pages))


def placed_on_form(entity: Entity, name: str, after: str | None) -> Entity:
    return placed(entity, "form", name, after)


def placed_on_list(entity: Entity, name: str) -> Entity:
    return placed(entity, "list", name)


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


def _placed(page: Page, kind: str, name: str, after: str | None) -> Page:
    if page.kind != kind or page.kind == "timeline":
        return page
    if page.kind == "form":
        return page.having(fields=_behind(page.fields, name, after))
    return page.having(columns=_behind(page.columns, name, after))


def _behind(names: tuple[str, ...], name: str, after: str | None) -> tuple[str, ...]:
    others = [one for one in names if one != name]
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
