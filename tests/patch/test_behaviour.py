"""What triggers and machines of several entities make together: no circle, three steps, and who meets whom."""

from itertools import pairwise
from typing import Any

import pytest

from shared.patch import Manifest, apply, conflicts, validate
from shared.patch.integrity import check_manifest

NAMES = ("A", "B", "C", "D", "E")


def entity(name: str, *fields: dict[str, Any]) -> dict[str, Any]:
    text = {"en": name, "zh": name}
    own: list[dict[str, Any]] = [{"type": "text", "name": "title"}, {"type": "ref", "name": "order", "target": "Order"}]
    return {"op": "add_entity", "entity": name, "label": text, "fields": [*own, *fields]}


def writes(source: str, target: str, on: str = "create", action: str = "create", name: str = "") -> dict[str, Any]:
    """A trigger of `source` that writes records of `target`."""
    done: dict[str, Any] = {"action": action, "entity": target, "values": {"title": "'x'"}}
    if action == "update":
        done |= {"by": "order", "equals": "order"}
    trigger = {"name": name or f"to{target}", "on": [on], "actions": [done]}
    return {"op": "add_trigger", "entity": source, "trigger": trigger}


def updates(source: str, target: str) -> dict[str, Any]:
    return writes(source, target, "update", "update")


def machine(of: str, target: str, *, once: bool = False) -> list[dict[str, Any]]:
    """A machine of `of` that writes records of `target`: always, or on its one transition."""
    field = {"type": "enum", "name": "phase", "options": [{"value": "new"}, {"value": "old"}]}
    effects = [{"entity": target, "values": {"title": "'x'"}}]
    step = {"source": "new", "target": "old", **({"effects": effects} if once else {})}
    parts = {"field": "phase", "initial": "new", "transitions": [step], **({} if once else {"effects": effects})}
    return [
        {"op": "add_field", "entity": of, "field": field},
        {"op": "add_machine", "entity": of, "machine": parts},
    ]


@pytest.fixture(scope="module")
def letters(shop: Manifest, patch_of: Any) -> Manifest:
    """The shop and five small entities."""
    return apply(patch_of(*map(entity, NAMES), module="letters"), shop)


def test_three_steps_are_allowed_and_the_fourth_is_refused(letters: Manifest, patch_of: Any) -> None:
    three = [writes("A", "B"), writes("B", "C"), writes("C", "D")]
    assert validate(patch_of(*three), letters) == []
    (problem,) = validate(patch_of(*three, writes("D", "E")), letters)
    assert (problem.code, problem.pointer) == ("trigger_too_deep", "/operations/3/trigger")
    assert problem.params == {"chain": "A.toB → B.toC → C.toD → D.toE", "limit": 3}


def test_the_fourth_step_is_found_wherever_it_comes_in(letters: Manifest, patch_of: Any) -> None:
    for missing in range(4):
        steps = [writes(*pair) for pair in pairwise(NAMES)]
        last = steps.pop(missing)
        after = apply(patch_of(*steps), letters)
        (problem,) = validate(patch_of(last, module="other"), after)
        assert (problem.code, problem.params["chain"]) == ("trigger_too_deep", "A.toB → B.toC → C.toD → D.toE")


@pytest.mark.parametrize(
    ("steps", "chain"),
    [
        ([updates("A", "A")], "A.toA → A.toA"),
        ([updates("A", "B"), updates("B", "A")], "A.toB → B.toA → A.toB"),
        ([updates("A", "B"), updates("B", "C"), updates("C", "A")], "A.toB → B.toC → C.toA → A.toB"),
        ([writes("A", "B"), *machine("B", "A")], "A.toB → B.phase → A.toB"),
    ],
)
def test_a_circle_is_refused_with_all_its_links(steps: Any, chain: str, letters: Manifest, patch_of: Any) -> None:
    (problem,) = validate(patch_of(*steps), letters)
    assert problem.code == "trigger_cycle"
    links = str(problem.params["chain"]).split(" → ")
    assert (links[0], len(links), {*links}) == (links[-1], len(chain.split(" → ")), {*chain.split(" → ")})


@pytest.mark.parametrize(
    "steps",
    [
        # Another event of the same entity sets off nothing.
        [updates("A", "B"), writes("B", "A", on="create", action="create"), writes("B", "A", on="delete", name="gone")],
        # A transition is taken by people alone, so nothing leads back to it.
        [*machine("A", "B", once=True), writes("B", "A")],
        [writes("A", "B"), writes("C", "B"), writes("B", "D"), writes("D", "E")],
    ],
)
def test_what_comes_to_an_end_is_no_circle(steps: Any, letters: Manifest, patch_of: Any) -> None:
    patch = patch_of(*steps)
    assert validate(patch, letters) == []
    assert check_manifest(apply(patch, letters)) == []


def test_a_machine_counts_as_a_step(letters: Manifest, patch_of: Any) -> None:
    three = [*machine("A", "B"), *machine("B", "C"), *machine("C", "D")]
    assert validate(patch_of(*three), letters) == []
    problems = validate(patch_of(*three, *machine("D", "E")), letters)
    assert [(one.code, one.pointer) for one in problems] == [("trigger_too_deep", "/operations/7/machine")]


def test_two_modules_that_close_a_circle_together_conflict(letters: Manifest, patch_of: Any) -> None:
    one, other = patch_of(updates("A", "B"), module="one"), patch_of(updates("B", "A"), module="other")
    assert conflicts(one, other, letters) == ["a/event/update", "b/event/update"]
    assert [problem.code for problem in validate(other, apply(one, letters))] == ["trigger_cycle"]


def test_they_conflict_too_when_the_circle_leads_through_what_is_there(letters: Manifest, patch_of: Any) -> None:
    between = apply(patch_of(updates("B", "C"), module="between"), letters)
    one, other = patch_of(updates("A", "B"), module="one"), patch_of(updates("C", "A"), module="other")
    assert conflicts(one, other, between) == ["a/event/update", "c/event/update"]


def test_two_modules_whose_triggers_do_not_meet_do_not_conflict(letters: Manifest, patch_of: Any) -> None:
    one = patch_of(writes("A", "B"), module="one")
    for other in (writes("A", "C"), writes("A", "B", name="again"), writes("D", "B"), updates("B", "C")):
        assert conflicts(one, patch_of(other, module="other"), letters) == []


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ({"op": "remove_field", "entity": "B", "field": "title"}, "b/field/title/type"),
        (
            {"op": "add_field", "entity": "B", "field": {"type": "text", "name": "x", "required": True}},
            "b/required",
        ),
        (
            {"op": "change_field", "entity": "B", "field": "order", "changes": {"required": True}},
            "b/required",
        ),
        ({"op": "remove_entity", "entity": "B"}, "b/exists"),
    ],
)
def test_what_a_trigger_writes_does_not_change_under_it(
    operation: Any, path: str, letters: Manifest, patch_of: Any
) -> None:
    one, other = patch_of(writes("A", "B"), module="one"), patch_of(operation, module="other")
    assert path in conflicts(one, other, letters)
    assert conflicts(one, patch_of(operation | {"entity": "C"}, module="other"), letters) == []


def test_a_lookup_needs_the_index_that_it_asks_by(letters: Manifest, patch_of: Any) -> None:
    index = {"op": "add_index", "entity": "B", "index": {"name": "by_title", "fields": ["title"]}}
    indexed = apply(patch_of(index, module="first"), letters)
    lookup = {"entity": "B", "by": "title", "equals": "title", "where": "order != null", "find": "count"}
    rule = {
        "name": "few",
        "expression": "@same < 9",
        "lookups": {"same": lookup},
        "message": {"en": "Too many.", "zh": "太多了。"},
    }
    asking = patch_of({"op": "add_rule", "entity": "A", "rule": rule}, module="one")
    removing = patch_of(
        {"op": "remove_part", "entity": "B", "part": {"kind": "index", "name": "by_title"}}, module="other"
    )
    assert conflicts(asking, removing, indexed) == ["b/index/by_title"]
    hiding = patch_of({"op": "remove_field", "entity": "B", "field": "order"}, module="other")
    assert "b/field/order/type" in conflicts(asking, hiding, indexed)
