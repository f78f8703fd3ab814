from typing import Any, ClassVar, Literal

from shared.patch.errors import Refusal
from shared.patch.finding import find_entity, find_field, refuse_shown
from shared.patch.footprint import Footprint, path
from shared.patch.manifest import SYSTEM_FIELDS, Entity, FormPage, ListPage, Manifest, Page, TimelinePage
from shared.patch.operations.outcome import Risk, Semver, Sentence, accepted, entity_label, field_label
from shared.patch.pages import shown, with_page
from shared.patch.text import Closed, Identifier
from shared.patch.undoing import PutPages, Step

_KINDS = {"list": ("list", "列表页"), "form": ("form", "表单页"), "timeline": ("timeline", "时间线页")}


class SetPage(Closed):
    """Say what a page of an entity shows, and in which order: its list, its form or its timeline."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "op": "set_page",
        "entity": "Customer",
        "page": {"kind": "list", "columns": ["name", "status", "email"], "sort": "-createdAt"},
    }

    op: Literal["set_page"] = "set_page"
    entity: Identifier
    page: Page

    def apply(self, manifest: Manifest, _module: str) -> Manifest:
        entity = find_entity(manifest, self.entity)
        match self.page:
            case ListPage(columns=columns, sort=sort):
                refuse_shown(entity, columns, "/page/columns")
                if sort is not None:
                    _refuse_unsortable(entity, sort.removeprefix("-"))
            case FormPage(fields=fields):
                refuse_shown(entity, fields, "/page/fields")
            case TimelinePage():
                _refuse_timeline(entity, self.page)
        if not shown(self.page):
            raise Refusal("page_empty", "/page", {"entity": entity.name, "kind": self.page.kind})
        return accepted(manifest, with_page(entity, self.page), "/page")

    def inverse(self, before: Manifest, _module: str) -> tuple[Step, ...]:
        entity = find_entity(before, self.entity)
        return (PutPages(entity.key, entity.pages),)

    def footprint(self, _manifest: Manifest) -> Footprint:
        fields = (path(self.entity, "field", name, "exists") for name in shown(self.page) if name not in SYSTEM_FIELDS)
        reads = frozenset((path(self.entity, "exists"), *fields))
        return Footprint(reads, frozenset((path(self.entity, "page", self.page.kind),)))

    def risk(self, _manifest: Manifest) -> Risk:
        return "L1"

    def semver(self, _manifest: Manifest) -> Semver:
        return "patch"

    def explain(self, manifest: Manifest) -> Sentence:
        (entity_en, entity_zh), (en, zh) = entity_label(manifest, self.entity), _KINDS[self.page.kind]
        labels = [field_label(manifest, self.entity, name) for name in dict.fromkeys(shown(self.page))]
        return Sentence(
            f"Sets the {en} page of {entity_en}: {', '.join(one[0] for one in labels)}.",
            f"设置“{entity_zh}”的{zh}：{'、'.join(one[1] for one in labels)}。",
        )


def _refuse_unsortable(entity: Entity, name: str) -> None:
    if name in SYSTEM_FIELDS:
        return
    entry = find_field(entity, name, "/page/sort")
    if entry.definition.type == "lines":
        raise Refusal("page_field_type", "/page/sort", {"field": name, "type": "lines", "expected": "one value"})


def _refuse_timeline(entity: Entity, page: TimelinePage) -> None:
    parent, time = find_field(entity, page.parent, "/page/parent"), page.time
    if parent.definition.type != "ref":
        params = {"field": page.parent, "type": parent.definition.type, "expected": "ref"}
        raise Refusal("page_field_type", "/page/parent", params)
    kind = "datetime" if time in SYSTEM_FIELDS[1:] else find_field(entity, time, "/page/time").definition.type
    if kind not in ("date", "datetime"):
        raise Refusal("page_field_type", "/page/time", {"field": time, "type": kind, "expected": "date or datetime"})
    refuse_shown(entity, (page.title,), "/page/title")
    refuse_shown(entity, page.details, "/page/details")
