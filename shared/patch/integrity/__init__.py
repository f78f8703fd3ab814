"""What must hold of an entity whatever operation was applied last: every name leads somewhere, every expression fits.

Operations call it for the entities they touched; `check_manifest` for all, which is how the base module is tested.
"""

from shared.patch.errors import Problem, Refusal
from shared.patch.expression import compile_expression
from shared.patch.fields import EnumField, LinesField, RefField
from shared.patch.integrity.said import computed, said_by
from shared.patch.manifest import SYSTEM_FIELDS, Entity, Machine, Manifest
from shared.patch.pages import shown


def check_manifest(manifest: Manifest) -> list[Problem]:
    """Everything that does not hold, each with a pointer that names entity and part."""
    return [problem for entity in manifest.visible_entities.values() for problem in check_entity(entity, manifest)]


def check_entity(entity: Entity, manifest: Manifest) -> list[Problem]:
    """What does not hold of one entity."""
    problems: list[Problem] = []
    if entity.title not in entity.visible_fields:
        problems.append(Problem("title_missing", "/title", {"field": entity.title, "entity": entity.name}))
    for said in said_by(entity, manifest):
        try:
            compile_expression(said.text, said.entity, manifest, expect=said.expect, within=said.within)
        except Refusal as refusal:
            problems += refusal.under(said.where).problems
    for page in entity.pages:
        known = {*entity.visible_fields, *SYSTEM_FIELDS}
        for name in (one for one in shown(page) if one not in known):
            problems.append(Problem("field_unknown", f"/pages/{page.kind}", {"field": name, "entity": entity.name}))
    problems += _circles(entity, manifest, problems)
    problems += _references(entity, manifest)
    if entity.machine is not None:
        problems += _machine(entity, entity.machine, manifest)
    return [problem.under(f"/entities/{entity.name}") for problem in problems]


def _circles(entity: Entity, manifest: Manifest, problems: list[Problem]) -> list[Problem]:
    """Fields that are computed from one another, found by taking away those that are not."""
    if problems:
        return []
    needs = {
        (f"{one.within}." if one.within else "") + one.where.split("/")[-2]: {
            (f"{one.within}." if one.within else "") + name
            for name in compile_expression(one.text, entity, manifest, within=one.within).fields
        }
        for one in computed(entity)
    }
    while free := [name for name, needed in needs.items() if not needed & needs.keys()]:
        for name in free:
            del needs[name]
    return [Problem("computed_cycle", "/fields", {"fields": sorted(needs)})] if needs else []


def users(entity: Entity, field: str, manifest: Manifest) -> list[str]:
    """What of the entity reads the field: rules, computed fields, machine."""
    found = [
        one.where.split("/")[1].removesuffix("s") + " " + one.where.split("/")[2]
        for one in said_by(entity, manifest)
        if one.within is None and field in _names(one.text, entity, manifest)
    ]
    if entity.machine is not None and entity.machine.field == field:
        found.append("the state machine")
    if entity.title == field:
        found.append("the title of the entity")
    return found


def _names(text: str, entity: Entity, manifest: Manifest) -> set[str]:
    return {name.split(".")[0] for name in compile_expression(text, entity, manifest).fields}


def _references(entity: Entity, manifest: Manifest) -> list[Problem]:
    problems: list[Problem] = []
    for name, entry in entity.visible_fields.items():
        lines = entry.definition.fields if isinstance(entry.definition, LinesField) else ()
        problems += [
            Problem("entity_unknown", f"/fields/{name}/target", {"entity": definition.target})
            for definition in (entry.definition, *lines)
            if isinstance(definition, RefField) and definition.target not in manifest.visible_entities
        ]
    return problems


def _machine(entity: Entity, machine: Machine, manifest: Manifest) -> list[Problem]:
    entry = entity.visible_fields.get(machine.field)
    if entry is None or not isinstance(entry.definition, EnumField):
        return [Problem("machine_field", "/machine/field", {"field": machine.field, "entity": entity.name})]
    options = [option.value for option in entry.definition.options]
    states = [machine.initial, *(state for one in machine.transitions for state in (one.source, one.target))]
    problems = [
        Problem("option_unknown", "/machine", {"option": state, "field": machine.field, "known": options})
        for state in dict.fromkeys(states)
        if state not in options
    ]
    for number, effect in enumerate(machine.effects):
        target = manifest.visible_entities.get(effect.entity)
        if target is None:
            problems.append(Problem("entity_unknown", f"/machine/effects/{number}", {"entity": effect.entity}))
            continue
        for name in (one for one in effect.values if one not in target.visible_fields):
            where = f"/machine/effects/{number}/values/{name}"
            problems.append(Problem("field_unknown", where, {"field": name, "entity": target.name}))
    return problems
