from typing import Any

import pytest

from shared.patch import Manifest, apply, explain, inverse, risk, semver, undo, validate
from shared.patch.identity import visible

LOG = {
    "op": "add_entity",
    "entity": "Log",
    "label": {"en": "Log", "zh": "日志"},
    "fields": [
        {"type": "ref", "name": "customer", "target": "Customer", "required": True},
        {"type": "text", "name": "state", "required": True},
        {"type": "datetime", "name": "at", "required": True, "default": "now"},
    ],
}
OUT = {"source": "active", "target": "inactive"}


def machine(*transitions: dict[str, Any], entity: str = "Customer", **more: Any) -> dict[str, Any]:
    parts = {"field": "status", "initial": "active", "transitions": [*transitions], **more}
    return {"op": "add_machine", "entity": entity, "machine": parts}


def test_a_machine_guards_sets_and_writes(shop: Manifest, patch_of: Any) -> None:
    lookups = {"open": {"entity": "Order", "by": "customer", "where": "status != 'shipped'", "find": "exists"}}
    log = {"entity": "Log", "values": {"customer": "id", "state": "status"}}
    out = {**OUT, "guard": "!@open", "lookups": lookups, "sets": {"vip": "false", "phone": "null"}, "roles": ["admin"]}
    patch = patch_of(LOG, machine({**out, "effects": [log]}, {"source": "inactive", "target": "active"}, effects=[log]))
    after = apply(patch, shop)
    assert after.visible_entities["Customer"].machine == patch.operations[1].machine
    assert visible(undo(inverse(patch, shop), after)) == visible(shop)


@pytest.mark.parametrize(
    ("operation", "code", "pointer", "suggestion"),
    [
        (machine(OUT, entity="Order"), "machine_taken", "", None),
        (machine(OUT, field="phone"), "machine_field", "/field", None),
        (machine(OUT, field="statu"), "field_unknown", "/field", "status"),
        (machine(OUT, initial="actve"), "option_unknown", "/initial", "active"),
        (machine(OUT, {"source": "active", "target": "gone"}), "option_unknown", "/transitions/1/target", None),
        (machine(), "machine_empty", "/transitions", None),
        (machine(OUT, initial="inactive"), "state_unreachable", "/transitions", None),
        (machine(OUT, OUT), "transition_taken", "/transitions/1", None),
        (machine({**OUT, "roles": ["admin", "sale"]}), "role_unknown", "/transitions/0/roles/1", "sales"),
        (machine({**OUT, "guard": "name"}), "expression_type", "/transitions/0/guard", None),
        (machine({**OUT, "guard": "@open"}), "lookup_unknown", "/transitions/0/guard", None),
        (machine({**OUT, "sets": {"name": "null"}}), "value_required", "/transitions/0/sets/name", None),
        (machine({**OUT, "sets": {"status": "'active'"}}), "value_of_machine", "/transitions/0/sets/status", None),
        (machine({**OUT, "sets": {"vip": "'no'"}}), "expression_type", "/transitions/0/sets/vip", None),
        (
            machine(OUT, effects=[{"entity": "Log", "values": {"customer": "id"}}]),
            *("required_missing", "/effects/0/values", None),
        ),
        (machine(OUT, effects=[{"entity": "Lgo", "values": {}}]), "entity_unknown", "/effects/0/entity", "Log"),
        (
            machine({**OUT, "effects": [{"entity": "Log", "values": {"customer": "email", "state": "status"}}]}),
            "expression_type",
            "/transitions/0/effects/0/values/customer",
            None,
        ),
    ],
)
def test_a_machine_that_could_not_run_is_refused_where_it_is_wrong(
    operation: Any, code: str, pointer: str, suggestion: str | None, shop: Manifest, patch_of: Any
) -> None:
    problems = validate(patch_of(LOG, operation), shop)
    told = [(one.code, one.pointer, one.suggestion) for one in problems]
    assert (code, f"/operations/1/machine{pointer}", suggestion) in told


@pytest.mark.parametrize("attribute", [{"read_only": True}, {"computed": "vip ? 'a' : 'b'"}])
def test_a_field_that_nobody_writes_keeps_no_states(attribute: Any, shop: Manifest, patch_of: Any) -> None:
    field = {"type": "enum", "name": "phase", "options": [{"value": "a"}, {"value": "b"}], **attribute}
    added = {"op": "add_field", "entity": "Customer", "field": field}
    asked = machine({"source": "a", "target": "b"}, field="phase", initial="a")
    (problem,) = validate(patch_of(added, asked), shop)
    assert problem.code in {"machine_read_only", "machine_field"}
    assert problem.pointer == "/operations/1/machine/field"


def test_a_field_that_people_edited_freely_is_broken_by_a_machine(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(machine(OUT))
    assert (risk(patch, shop), semver(patch, shop)) == ("L2", "major")
    made = {
        **LOG,
        "fields": [{"type": "enum", "name": "status", "options": [{"value": "active"}, {"value": "inactive"}]}],
    }
    assert semver(patch_of(made, machine(OUT, entity="Log")), shop) == "minor"


def test_it_says_in_words_how_records_live(shop: Manifest, patch_of: Any) -> None:
    (told,) = explain(patch_of(machine({**OUT, "roles": ["admin"], "guard": "vip == false"})), shop)
    assert told["en"] == (
        "From now on only transitions change “status” of Customer, which begins as “active”: "
        "active → inactive by admin if vip == false."
    )
    assert told["zh"] == (
        "今后“客户”的“status”只能通过流转改变，初始为“active”：active → inactive（限 admin）（须满足 vip == false）。"
    )
