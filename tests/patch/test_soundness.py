"""Whatever is done one after the other, and in whose name: what is left holds.

`PATCHBAY_SEQUENCES` says how many random sequences are tried.
"""

import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from shared.patch import Manifest, Patch, Refusal, apply, explain, fingerprint, inverse, parse, risk, undo, validate
from shared.patch.integrity import check_manifest
from shared.patch.manifest import Entity
from shared.patch.menus import visible_menus
from tests.patch.bold import bold_operation
from tests.patch.conftest import PatchOf
from tests.patch.making import TAGS, document_of

SEQUENCES = int(os.environ.get("PATCHBAY_SEQUENCES", "25"))
STEPS = 40
TEXT = {"en": "Text", "zh": "文本"}


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(name.casefold() for name in names).items() if count > 1]


def _names_met_twice(manifest: Manifest) -> Iterator[list[str]]:
    yield _twice(manifest.visible_entities)
    yield _twice(one.name for one in visible_menus(manifest))
    yield _twice(one.key for one in (*manifest.entities, *manifest.menus))
    yield _twice(entry.key for one in manifest.entities for entry in (*one.fields, *one.indexes, *one.seeds))
    for entity in manifest.visible_entities.values():
        yield from _met_twice_in(entity)


def _met_twice_in(entity: Entity) -> Iterator[list[str]]:
    yield _twice(one.name for one in entity.fields if not one.removed)
    yield _twice(one.rule.name for one in entity.visible_rules)
    yield _twice(one.trigger.name for one in entity.visible_triggers)
    yield _twice(one.index.name for one in entity.visible_indexes)
    yield _twice(one.seed.name for one in entity.visible_seeds)
    yield _twice(one.kind for one in entity.pages)
    for entry in entity.visible_fields.values():
        yield _twice(one.definition.name for one in entry.line_columns if not one.removed)
    yield _twice(one.key for kind in ("rules", "triggers", "grants") for one in getattr(entity, kind))
    closed = {one.grant.field for one in entity.grants if not one.removed and one.grant.field is not None}
    yield sorted(closed - entity.visible_fields.keys())


def _holds(manifest: Manifest) -> None:
    assert check_manifest(manifest) == []
    assert [met for met in _names_met_twice(manifest) if met] == []


def _steps(chance: random.Random, manifest: Manifest) -> Iterator[tuple[Patch, Manifest, Manifest]]:
    """Patches of one operation by two modules that apply one after the other, with what is before and after."""
    for _ in range(STEPS):
        operation = bold_operation(chance, manifest)
        try:
            patch = parse(document_of(chance.choice(("a", "b")), operation))
            after = apply(patch, manifest)
        except Refusal:
            continue
        yield patch, manifest, after
        manifest = after


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_every_sequence_leaves_what_holds_can_be_told_and_taken_back(seed: int, shop: Manifest) -> None:
    for patch, before, after in _steps(random.Random(seed), shop):
        _holds(after)
        (told,) = explain(patch, before)
        assert told["en"].endswith((".", "”")), told
        assert risk(patch, before) in {"L1", "L2"}
        back = undo(inverse(patch, before), after)
        assert fingerprint(back) == fingerprint(before), patch
        assert check_manifest(back) == []


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_several_at_once_leave_what_holds_or_are_refused_with_reasons(seed: int, shop: Manifest) -> None:
    chance = random.Random(10_000 + seed)
    for _ in range(10):
        operations = [bold_operation(chance, shop) for _ in range(chance.randint(2, 6))]
        try:
            patch = parse(document_of("a", *operations))
        except Refusal:
            continue
        problems = validate(patch, shop)
        if problems:
            with pytest.raises(Refusal):
                apply(patch, shop)
        else:
            _holds(apply(patch, shop))


def test_sequences_are_made_of_every_operation(shop: Manifest) -> None:
    met: set[str] = set()
    for seed in range(40):
        met |= {patch.operations[0].op for patch, _, _ in _steps(random.Random(seed), shop)}
        if met == {*TAGS}:
            return
    assert met == {*TAGS}


def _update(entity: str, target: str, **action: Any) -> dict[str, Any]:
    made = {"action": "update", "entity": target, "limit": 5, **action}
    return {"op": "add_trigger", "entity": entity, "trigger": {"name": "t", "on": ["update"], "actions": [made]}}


def test_a_field_cannot_be_called_like_a_variable_in_what_others_say_of_its_entity(
    shop: Manifest, patch_of: PatchOf
) -> None:
    update = _update("Customer", "Order", by="customer", values={"tax": "items.sum(each, each.amount)"})
    after = apply(patch_of(update), shop)
    field = {"op": "add_field", "entity": "Order", "field": {"type": "integer", "name": "each"}}
    (problem,) = validate(patch_of(field, module="other"), after)
    assert (problem.code, problem.params["variable"]) == ("expression_variable", "each")


@pytest.mark.parametrize("kind", ["index", "field"])
def test_a_key_stays_with_the_entity_that_was_called_so(kind: str, shop: Manifest, patch_of: PatchOf) -> None:
    field = {"type": "text", "name": "shade"}
    index = {"op": "add_index", "entity": "Customer", "index": {"name": "i", "fields": ["phone"]}}
    first = index if kind == "index" else {"op": "add_field", "entity": "Customer", "field": field}
    manifest = apply(patch_of(first), shop)
    rename = {"op": "rename_entity", "entity": "Customer", "to": "Client"}
    manifest = apply(patch_of(rename, module="other"), manifest)
    fields = [{"type": "text", "name": "phone"}, *([field] if kind == "field" else [])]
    again = {"op": "add_entity", "entity": "Customer", "label": TEXT, "fields": fields}
    (problem,) = validate(patch_of(again, *([index] if kind == "index" else [])), manifest)
    assert (problem.code, problem.params["entity"]) == ("former_name", "Client")


def test_the_field_of_a_machine_stays_one_that_transitions_write(shop: Manifest, patch_of: PatchOf) -> None:
    change = {"op": "change_field", "entity": "Order", "field": "status", "changes": {"read_only": True}}
    assert [one.code for one in validate(patch_of(change), shop)] == ["machine_read_only"]
