from typing import Any

import pytest
from pydantic import ValidationError

from shared.patch import Manifest, validate
from shared.patch.scenario import Scenario, Suite, reference, resolve

STEPS: list[dict[str, Any]] = [
    {"step": "create", "entity": "Customer", "values": {"name": "A"}, "save": "a"},
    {"step": "create", "entity": "Order", "values": {"customer": "$a"}, "save": "order1", "expect": {"total": "0.00"}},
    {"step": "update", "record": "$order1", "values": {"notes": "$$5 off"}, "as": "manager", "fails": "forbidden"},
    {"step": "transition", "record": "$order1", "to": "confirmed", "expect": {"status": "confirmed"}},
    {"step": "query", "entity": "Order", "where": {"customer": {"$ref": "a"}}, "count": 1},
    {"step": "view", "entity": "Order", "page": "list", "shows": ["total"]},
    {"step": "read", "record": "$order1"},
    {"step": "delete", "record": "$order1", "fails": "invalid", "field": "status"},
]


def scenario(*steps: dict[str, Any], **more: Any) -> Scenario:
    return Scenario.model_validate({"name": "s", "entity": "Order", "as": "sales", "steps": [*steps], **more})


def test_a_scenario_says_who_does_what_and_when() -> None:
    found = scenario(*STEPS, at="2026-03-31T09:00:00Z", tags=["machine"])
    assert [step.step for step in found.steps] == [step["step"] for step in STEPS]
    assert (found.role, found.steps[2].role) == ("sales", "manager")


UNPLAYABLE: list[tuple[list[dict[str, Any]], str]] = [
    ([{"step": "read", "record": "$nobody"}], "alias_unknown"),
    ([STEPS[0], STEPS[0]], "alias_taken"),
    ([{**STEPS[0], "fails": "invalid"}], "two_outcomes"),
    ([{"step": "create", "entity": "Customer", "fails": "invalid", "warns": ["tall"]}], "two_outcomes"),
    ([{"step": "told", "record": "$nobody"}], "alias_unknown"),
    ([STEPS[0], {"step": "read", "record": "$a", "warns": []}], "extra_forbidden"),
    ([{**STEPS[0], "field": "name"}], "field_without_fails"),
    ([{**STEPS[0], "rule": "tall"}], "rule_without_fails"),
    ([{**STEPS[0], "expct": {}}], "extra_forbidden"),
    ([], "too_short"),
]


@pytest.mark.parametrize(("steps", "kind"), UNPLAYABLE)
def test_a_scenario_that_could_not_be_played_is_refused(steps: Any, kind: str) -> None:
    with pytest.raises(ValidationError) as refused:
        scenario(*steps)
    assert refused.value.errors()[0]["type"] == kind


def test_two_scenarios_of_one_name_are_refused() -> None:
    with pytest.raises(ValidationError, match="two scenarios are called"):
        Suite(scenarios=(scenario(STEPS[0]), scenario(STEPS[0])))


def test_a_reference_stands_for_what_was_saved() -> None:
    saved = {"a": {"id": "17", "name": "Ann"}}
    values = {"x": "$a", "y": ["$a.name", "$$a", "$ 5"], "z": {"$ref": "a"}}
    assert resolve(values, saved) == {"x": "17", "y": ["Ann", "$a", "$ 5"], "z": "17"}
    assert reference("$a.name") == ("a", "name")
    assert reference("$$a") is None


UNKNOWN: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("scenarios", {"entity": "Ordr"}, "/entity", "entity_unknown", "Order"),
    ("scenarios", {"as": "saless"}, "/as", "role_unknown", "sales"),
    ("scenarios", {"steps": [STEPS[0], {**STEPS[1], "entity": "Ordr"}]}, "/steps/1/entity", "entity_unknown", "Order"),
    ("scenarios", {"steps": [{**STEPS[0], "as": "manger"}]}, "/steps/0/as", "role_unknown", "manager"),
    ("amends", {"steps": [{**STEPS[0], "entity": "Custommer"}]}, "/steps/0/entity", "entity_unknown", "Customer"),
]


@pytest.mark.parametrize(("where", "said", "place", "code", "suggestion"), UNKNOWN)
def test_entities_and_roles_of_scenarios_are_those_that_are_there(
    shop: Manifest, patch_of: Any, where: str, said: dict[str, Any], place: str, code: str, suggestion: str
) -> None:
    one: dict[str, Any] = {"name": "s", "entity": "Order", "as": "sales", "steps": [STEPS[0]], **said}
    parts = {"scenarios": [one]} if where == "scenarios" else {"amends": [{"scenario": "s", "with": one}]}
    pointer = f"/{where}/0{place}" if where == "scenarios" else f"/{where}/0/with{place}"
    found = [(each.code, each.pointer, each.suggestion) for each in validate(patch_of(**parts), shop)]
    assert found == [(code, pointer, suggestion)]
