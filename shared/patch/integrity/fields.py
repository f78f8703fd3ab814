"""What must hold of the fields themselves: the title is one, references lead somewhere, nothing computes itself."""

from collections.abc import Iterator

from shared.patch.errors import Problem, Refusal
from shared.patch.expression import compile_expression
from shared.patch.fields import LinesField, RefField
from shared.patch.integrity.said import computed
from shared.patch.manifest import Entity, Manifest


def title(entity: Entity, _manifest: Manifest) -> Iterator[Problem]:
    if entity.title not in entity.visible_fields:
        yield Problem("title_missing", "/title", {"field": entity.title, "entity": entity.name})


def references(entity: Entity, manifest: Manifest) -> Iterator[Problem]:
    for name, entry in entity.visible_fields.items():
        lines = entry.definition.fields if isinstance(entry.definition, LinesField) else ()
        for definition in (entry.definition, *lines):
            if isinstance(definition, RefField) and definition.target not in manifest.visible_entities:
                yield Problem("entity_unknown", f"/fields/{name}/target", {"entity": definition.target})


def circles(entity: Entity, manifest: Manifest) -> Iterator[Problem]:
    """Fields that are computed from one another, found by taking away those that are not."""
    needs: dict[str, set[str]] = {}
    for one in computed(entity):
        inside = f"{one.within}." if one.within else ""
        try:
            read = compile_expression(one.text, entity, manifest, within=one.within).fields
        except Refusal:
            # Told where the expression stands.
            continue
        needs[inside + one.where.split("/")[-2]] = {inside + name for name in read}
    while free := [name for name, needed in needs.items() if not needed & needs.keys()]:
        for name in free:
            del needs[name]
    if needs:
        yield Problem("computed_cycle", "/fields", {"fields": sorted(needs)})
