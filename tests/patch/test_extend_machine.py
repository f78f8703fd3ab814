from typing import Any

import pytest

from shared.patch import Manifest, apply, conflicts, inverse, risk, semver, undo, validate
from shared.patch.identity import visible

PACKED = {"value": "packed", "label": {"en": "Packed", "zh": "已打包"}}
IN, OUT = {"source": "confirmed", "target": "packed"}, {"source": "packed", "target": "shipped"}


def extend(entity: str = "Order", **parts: Any) -> dict[str, Any]:
    return {"op": "extend_machine", "entity": entity, **parts}


def test_states_and_transitions_are_added(shop: Manifest, patch_of: Any) -> None:
    patch = patch_of(extend(states=[PACKED], after="confirmed", transitions=[IN, OUT]))
    after = apply(patch, shop)
    order = after.visible_entities["Order"]
    options: Any = order.visible_fields["status"].definition
    assert [one.value for one in options.options] == ["pending", "confirmed", "packed", "shipped"]
    assert order.machine is not None
    assert [(one.source, one.target) for one in order.machine.transitions][2:] == [
        ("confirmed", "packed"),
        ("packed", "shipped"),
    ]
    assert (risk(patch, shop), semver(patch, shop)) == ("L2", "minor")
    assert visible(undo(inverse(patch, shop), after)) == visible(shop)


@pytest.mark.parametrize(
    ("operation", "code", "pointer", "suggestion"),
    [
        (extend("Customer", transitions=[IN]), "machine_missing", "/entity", None),
        (extend(), "machine_not_extended", "", None),
        (extend(states=[PACKED]), "state_unreachable", "/states/0", None),
        (extend(states=[PACKED], transitions=[OUT]), "state_unreachable", "/states/0", None),
        (extend(states=[PACKED, PACKED], transitions=[IN]), "option_taken", "/states/1/value", None),
        (extend(states=[{"value": "shipped"}]), "option_taken", "/states/0/value", None),
        (extend(states=[PACKED], after="confrmed", transitions=[IN]), "option_unknown", "/after", "confirmed"),
        (extend(transitions=[IN]), "option_unknown", "/transitions/0/target", None),
        (
            extend(transitions=[{"source": "pending", "target": "confirmed"}]),
            "transition_taken",
            "/transitions/0",
            None,
        ),
        (
            extend(states=[PACKED], transitions=[IN, {**OUT, "guard": "totl > 1"}]),
            "field_unknown",
            "/transitions/1/guard",
            "total",
        ),
        (extend(effects=[{"entity": "Costumer", "values": {}}]), "entity_unknown", "/effects/0/entity", "Customer"),
        (extend(effects=[{"entity": "Customer", "values": {}}]), "required_missing", "/effects/0/values", None),
    ],
)
def test_an_extension_that_means_nothing_is_refused_where_it_is_wrong(
    operation: Any, code: str, pointer: str, suggestion: str | None, shop: Manifest, patch_of: Any
) -> None:
    (problem,) = validate(patch_of(operation), shop)
    assert (problem.code, problem.pointer, problem.suggestion) == (code, f"/operations/0{pointer}", suggestion)


def test_a_machine_does_not_grow_without_end(shop: Manifest, patch_of: Any) -> None:
    states = [{"value": f"s{n}"} for n in range(198)]
    transitions = [{"source": "pending", "target": one["value"]} for one in states]
    (problem,) = validate(patch_of(extend(states=states, transitions=transitions)), shop)
    assert (problem.code, problem.params["count"]) == ("machine_too_large", 201)


def test_two_modules_extend_one_machine_with_different_states(shop: Manifest, patch_of: Any) -> None:
    packed = patch_of(extend(states=[PACKED], transitions=[IN, OUT]), module="a")
    lost: dict[str, Any] = {"states": [{"value": "lost"}], "transitions": [{"source": "shipped", "target": "lost"}]}
    other, same = patch_of(extend(**lost), module="b"), patch_of(extend(states=[PACKED], transitions=[IN]), module="c")
    assert conflicts(packed, other, shop) == []
    assert conflicts(packed, same, shop) == [
        "order/field/status/options/packed",
        "order/machine/transition/confirmed>packed",
    ]


def test_a_state_is_not_hung_on_a_transition_that_goes(shop: Manifest, patch_of: Any) -> None:
    gone = {"kind": "transition", "source": "pending", "target": "confirmed"}
    removing = patch_of({"op": "remove_part", "entity": "Order", "part": gone}, module="a")
    extending = patch_of(extend(states=[PACKED], transitions=[IN]), module="b")
    assert "order/machine/reach" in conflicts(removing, extending, shop)
    assert [one.code for one in validate(extending, apply(removing, shop))] == ["state_unreachable"]


def test_a_state_that_differs_only_in_upper_and_lower_case_is_refused(shop: Manifest, patch_of: Any) -> None:
    step = {"source": "pending", "target": "PENDING"}
    patch = patch_of(
        {"op": "extend_machine", "entity": "Order", "states": [{"value": "PENDING"}], "transitions": [step]}
    )
    (problem,) = validate(patch, shop)
    assert (problem.code, problem.pointer) == ("option_taken", "/operations/0/states/0/value")
    assert problem.params["other"] == "pending"
