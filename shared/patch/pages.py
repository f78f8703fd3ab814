"""Where a field stands on the pages of its entity."""

from shared.patch.errors import Refusal
from shared.patch.manifest import Entity, FormPage, ListPage, Page, TimelinePage


def placed_on_form(entity: Entity, name: str, after: str | None) -> Entity:
    """The field stands on the form once, behind `after` or at the end."""
    return _replaced(
        entity, tuple(_form(page, name, after) if isinstance(page, FormPage) else page for page in entity.pages)
    )


def placed_on_list(entity: Entity, name: str) -> Entity:
    pages = tuple(
        page.having(columns=(*(one for one in page.columns if one != name), name))
        if isinstance(page, ListPage)
        else page
        for page in entity.pages
    )
    return _replaced(entity, pages)


def without(entity: Entity, name: str, pointer: str) -> Entity:
    """No page shows the field any longer; refused where a page cannot do without it."""
    return _replaced(entity, tuple(_without(page, name, entity, pointer) for page in entity.pages))


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


def _form(page: FormPage, name: str, after: str | None) -> FormPage:
    fields = [one for one in page.fields if one != name]
    at = fields.index(after) + 1 if after in fields else len(fields)
    return page.having(fields=(*fields[:at], name, *fields[at:]))


def _without(page: Page, name: str, entity: Entity, pointer: str) -> Page:
    match page:
        case ListPage():
            columns = tuple(one for one in page.columns if one != name)
            sort = None if page.sort is not None and page.sort.removeprefix("-") == name else page.sort
            return page.having(columns=columns, sort=sort) if name in shown(page) else page
        case FormPage():
            return page.having(fields=tuple(one for one in page.fields if one != name))
        case TimelinePage():
            if name in (page.parent, page.time, page.title):
                params = {"field": name, "entity": entity.name, "user": "the timeline page"}
                raise Refusal("field_in_use", pointer, params)
            return page.having(details=tuple(one for one in page.details if one != name))


def _replaced(entity: Entity, pages: tuple[Page, ...]) -> Entity:
    return entity.having(pages=pages)
