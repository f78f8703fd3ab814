"""What holds for every operation: its example applies, its inverse restores, it says what it does."""

from typing import Any, get_args

import pytest

from shared.patch import Manifest, apply, explain, fingerprint, inverse, parse, risk, semver, undo
from shared.patch.operations import Operation

OPERATIONS: list[Any] = list(get_args(get_args(Operation)[0]))


def _patch(operation: Any) -> Any:
    module = {"name": "loyalty", "title": {"en": "Loyalty", "zh": "会员"}}
    return parse({"patch": "1", "module": module, "operations": [operation.EXAMPLE]})


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.__name__)
def test_an_example_applies_and_its_inverse_restores_what_people_see(operation: Any, shop: Manifest) -> None:
    patch = _patch(operation)
    after = apply(patch, shop)
    assert fingerprint(after) != fingerprint(shop)
    assert fingerprint(undo(inverse(patch, shop), after)) == fingerprint(shop)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.__name__)
def test_an_operation_says_in_both_languages_what_it_does(operation: Any, shop: Manifest) -> None:
    patch = _patch(operation)
    (told,) = explain(patch, shop)
    assert told["en"].endswith((".", "”"))
    assert any("\u4e00" <= one <= "\u9fff" for one in told["zh"])
    assert told["risk"] == risk(patch, shop)
    assert semver(patch, shop) in {"patch", "minor", "major"}
