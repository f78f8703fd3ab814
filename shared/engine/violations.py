"""What the database refused, in the words of the manifest: the race that a check before the write cannot see."""

import asyncpg

from shared.engine.compiled import Compiled, EntityCode
from shared.engine.field_code import label_of
from shared.engine.layout import layout
from shared.engine.problems import RecordRefused, problem, refuse
from shared.engine.storage import Place


def violated(compiled: Compiled, code: EntityCode, error: asyncpg.IntegrityConstraintViolationError) -> RecordRefused:
    """The refusal for a violated constraint. The transaction is aborted: the caller rolls back."""
    tables = layout(compiled.manifest)
    table = tables.get(error.table_name or "")
    name = error.constraint_name or ""
    places: dict[str, Place] = {}
    if table is not None:
        places = {one.name: one.place for one in (*table.constraints.values(), *table.indexes.values())}
    place = places.get(name)
    if place is None:
        return refuse("conflict", problem("", "does_not_fit", code.label))
    owner = compiled.entity(place.entity)
    if place.rule is not None:
        rule = next(one for one, _ in owner.rules if one.name == place.rule)
        params = {"rule": rule.name, "expression": rule.expression}
        return refuse("invalid", problem("", "rule_broken", rule.message, params))
    if place.code == "reference_missing" and owner.name != code.name:
        params = {"count": 1, "by": owner.name}
        return refuse(
            "conflict", problem("", "still_referenced", code.label, params, words={owner.name: owner.entity.plural})
        )
    field = (place.field or "").partition(".")[0]
    entry = owner.entity.visible_fields.get(field)
    label = label_of(entry.definition) if entry else owner.label
    known = place.code if place.code in {"required", "reference_missing"} else "does_not_fit"
    if place.code.endswith("_taken"):
        return refuse("conflict", problem(field, "unique_taken", label, {"value": "…"}))
    return refuse("invalid", problem(field, known, label))
