"""What the language can say and this engine cannot run yet: refused before anything changes, never half-run."""

import re
from collections.abc import Iterator

from shared.patch.errors import Problem, Refusal
from shared.patch.expression import compile_expression
from shared.patch.fields import LinesField, RefField
from shared.patch.integrity.said import Said, said_by
from shared.patch.manifest import Entity, Manifest

_TYPES = {
    "file": "a file field",
}


def gaps(manifest: Manifest) -> list[Problem]:
    """Every part of the visible manifest that cannot be run, with its entity, its name and what it would take."""
    return [
        Problem("engine_cannot", f"/entities/{entity.name}/{part}", _params(entity, part, what))
        for entity in manifest.visible_entities.values()
        for part, what in (*_fields(entity), *_parts(entity), *_lookups(entity), *_hops(entity, manifest))
    ]


def refuse_gaps(manifest: Manifest) -> None:
    if found := gaps(manifest):
        raise Refusal.of(found)


def _params(entity: Entity, part: str, what: str) -> dict[str, str]:
    return {"part": f"{entity.name}.{part.split('/')[1]}", "what": what, "entity": entity.name}


def _fields(entity: Entity) -> Iterator[tuple[str, str]]:
    for name, entry in entity.visible_fields.items():
        lines = entry.definition.fields if isinstance(entry.definition, LinesField) else ()
        for one in (entry.definition, *lines):
            if one.type in _TYPES:
                yield f"fields/{name}", _TYPES[one.type]


def _parts(entity: Entity) -> Iterator[tuple[str, str]]:
    for one in entity.visible_triggers:
        yield f"triggers/{one.trigger.name}", "a trigger"
    for one in entity.grants:
        if one.grant.where is not None and not one.removed:
            yield f"grants/{one.grant.role}", "a right to some records only"
    for one in entity.machine.transitions if entity.machine else ():
        if one.sets or one.effects:
            yield f"machine/{one.source}-{one.target}", "a transition that writes"


def _lookups(entity: Entity) -> Iterator[tuple[str, str]]:
    for entry in entity.visible_rules:
        if entry.rule.lookups:
            yield f"rules/{entry.rule.name}", "a lookup"
    for one in entity.machine.transitions if entity.machine else ():
        if one.lookups:
            yield f"machine/{one.source}-{one.target}", "a lookup"


def _hops(entity: Entity, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Expressions that follow a reference into another record."""
    definitions = [entry.definition for entry in entity.visible_fields.values()]
    lines = [one for each in definitions if isinstance(each, LinesField) for one in each.fields]
    references = [re.escape(one.name) for one in (*definitions, *lines) if isinstance(one, RefField)]
    if not references:
        return
    hop = re.compile(rf"\b({'|'.join(references)})\.[A-Za-z]")
    for said in said_by(entity, manifest):
        if not said.nested and hop.search(said.text) and _follows(said, manifest):
            yield said.where.strip("/"), "an expression that follows a reference"


def _follows(said: Said, manifest: Manifest) -> bool:
    expression = compile_expression(
        said.text, said.entity, manifest, within=said.within, lookups=said.lookups, this=said.this
    )
    return bool(expression.hops)
