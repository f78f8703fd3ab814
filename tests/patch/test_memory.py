"""What is remembered never stands for anything else: not what is derived, nor expressions, nor courses of patches."""

import random
from typing import Any

import pytest

from shared.patch import Manifest, Refusal, content_hash, document, parse, validate
from shared.patch.applying import walk
from shared.patch.expression import compile_expression
from shared.patch.integrity.said import said_by
from shared.patch.manifest import Entity
from shared.patch.plain import as_object
from tests.patch.making import document_of, random_patch

MEMORY = "shared.patch.expression.memory._compiled"


def _manifests(shop: Manifest, times: int) -> list[Manifest]:
    """What operations of random patches met."""
    patches = [random_patch(random.Random(seed), shop, "a", 5) for seed in range(times)]
    return [before for patch in patches for _, _, before in walk(patch, shop)]


def test_what_copies_take_along_is_what_they_would_reckon(shop: Manifest) -> None:
    taken = 0
    for manifest in _manifests(shop, 150):
        for one in (manifest, *manifest.entities):
            anew = type(one).model_construct(**{name: getattr(one, name) for name in type(one).model_fields})
            kept = {name: vars(one)[name] for name, _ in type(one).derivations if name in vars(one)}
            for name, value in kept.items():
                reckoned, taken = getattr(anew, name), taken + 1
                assert value == reckoned, name
                assert as_object(value) is None or list(value) == list(reckoned), name
    assert taken > 1000


def _compiled(manifest: Manifest, entity: Entity) -> list[Any]:
    found: list[Any] = []
    for one in said_by(entity, manifest):
        within, this = one.within, one.this
        try:
            made = compile_expression(
                one.text, one.entity, manifest, expect=one.expect, within=within, lookups=one.lookups, this=this
            )
            found.append((made.tree, made.fields, made.mentions, made.hops, dict(made.lookups)))
        except Refusal as refusal:
            found.append(refusal.problems)
    return found


def test_expressions_mean_the_same_whether_remembered_or_not(shop: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [(manifest, entity) for manifest in _manifests(shop, 60) for entity in manifest.visible_entities.values()]
    remembered = [_compiled(*pair) for pair in pairs]
    for pair, known in zip(pairs, remembered, strict=True):
        monkeypatch.setattr(MEMORY, {})
        assert _compiled(*pair) == known


def test_a_column_of_another_type_makes_another_expression(shop: Manifest) -> None:
    order = shop.visible_entities["Order"]
    items: Any = order.visible_fields["items"].definition
    for kind, fits in (("integer", True), ("text", False), ("integer", True)):
        columns = document_of("a", *({"op": "add_field", "entity": "X", "field": {"type": kind, "name": "quantity"}},))
        quantity: Any = parse(columns).operations[0]
        fields = tuple(quantity.field if one.name == "quantity" else one for one in items.fields)
        entry = order.visible_fields["items"].having(definition=items.having(fields=fields))
        manifest = shop.with_entity(order.with_field(entry))
        for text, within in (("quantity > 1", "items"), ("items.all(i, i.quantity > 1)", None)):
            if fits:
                assert compile_expression(text, "Order", manifest, within=within).type == "boolean"
            else:
                with pytest.raises(Refusal):
                    compile_expression(text, "Order", manifest, within=within)


def test_a_patch_read_again_is_known_by_what_it_says(shop: Manifest) -> None:
    def lasting(least: str) -> Any:
        field = {"type": "duration", "name": "lasts", "min": least}
        return parse(document_of("a", {"op": "add_field", "entity": "Order", "field": field}))

    whole, fraction = lasting("PT1S"), lasting("PT1.5S")
    assert content_hash(whole) == content_hash(parse(document(whole))) != content_hash(fraction)
    for _ in range(2):
        assert validate(parse(document(whole)), shop) == []
        assert [one.code for one in validate(lasting("PT1.5S"), shop)] == ["duration_fraction"]
    assert walk(whole, shop)[0][2] is walk(parse(document(whole)), shop)[0][2]
