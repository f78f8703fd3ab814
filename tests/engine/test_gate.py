"""What cannot be run is refused with a reason, before anything changes."""

import pytest

from shared.crm import base_manifest
from shared.engine import Application, gaps, plan
from shared.patch import message
from shared.patch.errors import Refusal
from shared.patch.manifest import Manifest
from shared.patch.terms import TERMS
from tests.engine.workshop import SCHEMA, add_field, patched


def aged() -> Manifest:
    return patched(base_manifest(), add_field("Order", "age", type="integer", computed="daysBetween(orderDate, today)"))


def test_the_base_module_can_be_run() -> None:
    assert gaps(base_manifest()) == []


def test_what_cannot_be_run_is_neither_planned_nor_opened() -> None:
    manifest, pointer = aged(), "/entities/Order/fields/age"
    for work in (lambda: plan(base_manifest(), manifest, SCHEMA), lambda: Application(manifest, SCHEMA)):
        with pytest.raises(Refusal) as caught:
            work()
        assert (caught.value.code, caught.value.pointer) == ("engine_cannot", pointer)
        told = message(caught.value.code, caught.value.params)
        assert caught.value.params["what"] in told["en"]
        assert TERMS[caught.value.params["what"]] in told["zh"]


def test_what_is_hidden_does_not_stand_in_the_way() -> None:
    hidden = patched(aged(), {"op": "remove_field", "entity": "Order", "field": "age"}, module="later")
    assert gaps(hidden) == []
