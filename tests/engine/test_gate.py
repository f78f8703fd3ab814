"""What cannot be run is refused with a reason, before anything changes."""

import pytest

from shared.crm import base_manifest
from shared.engine import Application, gaps, plan
from shared.patch import message
from shared.patch.errors import Refusal
from shared.patch.manifest import Entity, Grant, GrantEntry, Manifest, TriggerEntry
from shared.patch.terms import TERMS
from shared.patch.text import Text
from shared.patch.trigger import NotifyAction, Trigger
from tests.engine.workshop import SCHEMA


def with_entity(name: str, **changes: object) -> Manifest:
    manifest = base_manifest()
    entity: Entity = manifest.visible_entities[name]
    return manifest.with_entity(entity.having(**changes))


def triggered() -> Manifest:
    told = NotifyAction(role="admin", message=Text(en="Written.", zh="已写入。"))
    entry = TriggerEntry(key="extra/trigger/Order.tell", trigger=Trigger(name="tell", on=("create",), actions=(told,)))
    return with_entity("Order", triggers=(entry,))


def restricted() -> Manifest:
    grant = Grant(role="sales", allow=("view",), where="status == 'active'")
    return with_entity("Customer", grants=(GrantEntry(key="extra/grant/Customer.sales", grant=grant),))


def test_the_base_module_can_be_run() -> None:
    assert gaps(base_manifest()) == []


@pytest.mark.parametrize(
    ("manifest", "pointer"),
    [(triggered(), "/entities/Order/triggers/tell"), (restricted(), "/entities/Customer/grants/sales")],
)
def test_what_cannot_be_run_is_neither_planned_nor_opened(manifest: Manifest, pointer: str) -> None:
    for work in (lambda: plan(base_manifest(), manifest, SCHEMA), lambda: Application(manifest, SCHEMA)):
        with pytest.raises(Refusal) as caught:
            work()
        assert (caught.value.code, caught.value.pointer) == ("engine_cannot", pointer)
        told = message(caught.value.code, caught.value.params)
        assert caught.value.params["what"] in told["en"]
        assert TERMS[caught.value.params["what"]] in told["zh"]


def test_what_is_hidden_does_not_stand_in_the_way() -> None:
    order = triggered().visible_entities["Order"]
    hidden = order.having(triggers=tuple(one.having(removed=True) for one in order.triggers))
    assert gaps(base_manifest().with_entity(hidden)) == []
