from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field as PydanticField
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shared.patch.errors import Problem, Refusal
from shared.patch.finding import find_entity, find_field
from shared.patch.footprint import Footprint, path
from shared.patch.integrity.pages import WIDE, page_problems
from shared.patch.integrity.values import unknown_field
from shared.patch.keys import BASE_MODULE, module_of
from shared.patch.manifest import SYSTEM_FIELDS, Entity, Manifest
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, entity_label, field_label
from shared.patch.page import Page, TimelinePage
from shared.patch.pages import placed, shown, with_page
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import PutParts, Step

PLACES_MAX = 50
_KINDS = {"list": ("list", "列表页"), "form": ("form", "表单页"), "timeline": ("timeline", "时间线页")}


class Place(Closed):
    """Where a field goes on a page that there is: right behind another, or at the end."""

    field: Identifier
    page: Literal["form", "list"] = "form"
    after: Identifier | None = None


class SetPage(Closed):
    """Say what a page of an entity shows, and in which order: its list, its form or its timeline.

    `page` is the whole page. `place` only puts fields where they belong on a form or list, or moves them, so that
    several modules may each place their own. `title` is the field that stands for a record in references.
    """

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "set_page",
        "entity": "Customer",
        "page": {"kind": "list", "columns": ["name", "status", "email"], "sort": "-createdAt"},
    }

    op: Literal["set_page"] = "set_page"
    entity: Identifier
    page: Page | None = None
    place: Annotated[tuple[Place, ...], PydanticField(max_length=PLACES_MAX)] = ()
    title: Identifier | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.page is not None and self.place:
            raise PydanticCustomError("page_and_place", "`page` and `place` exclude one another")
        if self.page is None and not self.place and self.title is None:
            raise PydanticCustomError("page_missing", "neither `page` nor `place` nor `title` is given")
        return self

    def apply(self, manifest: Manifest, _module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        problems = list(self._problems(entity))
        if problems:
            raise Refusal.of(problems)
        if self.page is not None:
            entity = with_page(entity, self.page)
        for one in self.place:
            entity = entity.having(pages=placed(entity.pages, one.page, one.field, one.after))
        entity = entity.having(title=self.title) if self.title is not None else entity
        return accepted(manifest, entity, "", {"/title": "/title"})

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        return (PutParts(entity.key, {"pages": entity.pages, "title": entity.title}),)

    def footprint(self, _manifest: Manifest) -> Footprint:
        def there(name: str, part: str = "exists") -> str:
            return path(self.entity, "field", name, part)

        named = (*(shown(self.page) if self.page else ()), *(name for one in self.place for name in _named(one)))
        reads = {path(self.entity, "exists"), *(there(name) for name in named if name not in SYSTEM_FIELDS)}
        if isinstance(self.page, TimelinePage):
            reads |= {there(name, "type") for name in (self.page.parent, self.page.time)}
        writes = {path(self.entity, "page", self.page.kind)} if self.page else set[str]()
        if self.title is not None:
            reads.add(there(self.title, "type"))
            writes.add(path(self.entity, "title"))
        touches = frozenset(path(self.entity, "page", one.page) for one in self.place)
        return Footprint(frozenset(reads), frozenset(writes), touches)

    def risk(self, manifest: Manifest) -> Risk:
        return "L2" if self._left_out(manifest) else "L1"

    def semver(self, manifest: Manifest) -> Semver:
        return "minor" if self._left_out(manifest) else "patch"

    def explain(self, manifest: Manifest) -> Sentence:
        told = list(self._told(manifest))
        return Sentence(" ".join(one.en for one in told), "".join(one.zh for one in told))

    def _problems(self, entity: Entity) -> Iterator[Problem]:
        """Everything wrong with what it names itself."""
        if self.page is not None:
            yield from (one.under("/page") for one in page_problems(self.page, entity))
        kinds = [one.kind for one in entity.pages]
        for number, one in enumerate(self.place):
            if one.page not in kinds:
                yield Problem("page_unknown", f"/place/{number}/page", {"entity": entity.name, "kind": one.page})
            for part, name in (("field", one.field), ("after", one.after)):
                if name is not None and name not in (*entity.visible_fields, *SYSTEM_FIELDS):
                    yield unknown_field(name, f"/place/{number}/{part}", entity)
            kind = entity.visible_fields[one.field].definition.type if one.field in entity.visible_fields else ""
            if one.page == "list" and kind in WIDE:
                params = {"field": one.field, "type": kind, "expected": "one value"}
                yield Problem("page_field_type", f"/place/{number}/field", params)
        if self.title is not None:
            find_field(entity, self.title, "/title")

    def _left_out(self, manifest: Manifest) -> list[str]:
        """Fields that people saw on a page of the CRM until now."""
        entity, page = manifest.visible_entities.get(self.entity), self.page
        if entity is None or page is None or module_of(entity.key) != BASE_MODULE:
            return []
        before = [name for one in entity.pages if one.kind == page.kind for name in shown(one)]
        return [name for name in dict.fromkeys(before) if name not in shown(page)]

    def _told(self, manifest: Manifest) -> Iterator[Sentence]:
        entity = entity_label(manifest, self.entity)
        if self.page is not None:
            kind = _KINDS[self.page.kind]
            names = dict.fromkeys(shown(self.page))
            labels = [field_label(manifest, self.entity, name) for name in names]
            yield Sentence(
                f"Sets the {kind[0]} page of {entity[0]}: {', '.join(one[0] for one in labels)}.",
                f"设置“{entity[1]}”的{kind[1]}：{'、'.join(one[1] for one in labels)}。",
            )
            gone = [field_label(manifest, self.entity, name) for name in self._left_out(manifest)]
            if gone:
                yield Sentence(
                    f"It no longer shows {', '.join(one[0] for one in gone)}.",
                    f"不再显示{'、'.join(one[1] for one in gone)}。",
                )
        for one in self.place:
            kind, field = _KINDS[one.page], field_label(manifest, self.entity, one.field)
            after = field_label(manifest, self.entity, one.after) if one.after else None
            yield Sentence(
                f"Places “{field[0]}” on the {kind[0]} page of {entity[0]}, "
                + (f"behind “{after[0]}”." if after else "at the end."),
                f"将“{field[1]}”放到“{entity[1]}”的{kind[1]}，"
                + (f"位于“{after[1]}”之后。" if after else "位于末尾。"),
            )
        if self.title is not None:
            title = field_label(manifest, self.entity, self.title)
            yield Sentence(
                f"Lets “{title[0]}” stand for a record of {entity[0]}.", f"以“{title[1]}”作为“{entity[1]}”记录的标题。"
            )


def _named(place: Place) -> tuple[str, ...]:
    return (place.field,) if place.after is None else (place.field, place.after)
