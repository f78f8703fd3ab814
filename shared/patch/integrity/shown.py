"""What must hold of pages: they show fields that are there."""

from collections.abc import Iterator

from shared.patch.errors import Problem
from shared.patch.manifest import SYSTEM_FIELDS, Entity, Manifest
from shared.patch.pages import shown


def pages(entity: Entity, _manifest: Manifest) -> Iterator[Problem]:
    known = entity.visible_fields
    for page in entity.pages:
        for name in shown(page):
            if name not in known and name not in SYSTEM_FIELDS:
                yield Problem("field_unknown", f"/pages/{page.kind}", {"field": name, "entity": entity.name})
