"""What the language can say and this engine cannot run yet: refused before anything changes, never half-run."""

from collections.abc import Iterator

from shared.engine.layout import recomputed
from shared.patch.errors import Problem, Refusal
from shared.patch.manifest import Entity, Manifest


def gaps(manifest: Manifest) -> list[Problem]:
    """Every part of the visible manifest that cannot be run, with its entity, its name and what it would take."""
    return [
        Problem("engine_cannot", f"/entities/{entity.name}/fields/{name}", _params(entity, name, what))
        for entity in manifest.visible_entities.values()
        for name, what in _passing(entity, manifest)
    ]


def refuse_gaps(manifest: Manifest) -> None:
    if found := gaps(manifest):
        raise Refusal.of(found)


def _params(entity: Entity, field: str, what: str) -> dict[str, str]:
    return {"part": f"{entity.name}.{field}", "what": what, "entity": entity.name}


def _passing(entity: Entity, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """A value that is kept can follow what other records hold, but not the clock, nor who acts."""
    for name, entry in entity.visible_fields.items():
        for definition, _, within in entry.formulas:
            try:
                recomputed(definition, entity, manifest, within)
            except Refusal:
                yield name, "a computed field that changes with the day, the user or what was there before"
