"""The example modules, held against the base: they are sound, they explain themselves, and they leave no trace."""

import itertools
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from shared.crm import EXAMPLES, base_manifest, example, suite
from shared.patch import (
    Author,
    Patch,
    apply,
    conflicts,
    document,
    explain,
    fingerprint,
    inverse,
    parse,
    risk,
    undo,
    validate,
)
from shared.patch.fields import Field
from shared.patch.integrity import check_manifest
from shared.patch.operations import Operation
from shared.patch.plain import as_list, as_object
from shared.patch.rebasing import rebase
from shared.patch.scenario import Scenario
from tests.patch.making import document_of, unordered
from tests.support.sources import ROOT

MODULES = EXAMPLES[1:]
PATCHES = {name: parse(example(name)) for name in EXAMPLES}
# None of these would be honest: nothing of the CRM is in the way of any of the modules.
UNUSED_OPERATIONS = {"remove_entity", "remove_field", "remove_part", "rename_entity"}
# None of the modules refers to records of several entities.
UNUSED_TYPES = {"ref_any"}
# What each of the modules names some of.
RENAMES = (
    {"op": "rename_field", "entity": "Customer", "field": "status", "to": "standing"},
    {"op": "rename_field", "entity": "Customer", "field": "company", "to": "firm"},
    {"op": "rename_field", "entity": "Customer", "field": "industry", "to": "trade"},
    {"op": "rename_field", "entity": "Order", "lines": "items", "field": "amount", "to": "price"},
    {"op": "rename_field", "entity": "Order", "field": "customer", "to": "buyer"},
    {"op": "rename_field", "entity": "Order", "field": "orderDate", "to": "day"},
    {"op": "rename_field", "entity": "Order", "field": "status", "to": "state"},
    {"op": "rename_entity", "entity": "Customer", "to": "Client"},
    {"op": "rename_entity", "entity": "Order", "to": "Purchase"},
)


@pytest.fixture(params=EXAMPLES)
def patch(request: pytest.FixtureRequest) -> Patch:
    return PATCHES[request.param]


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def parts(said: Any, *without: str) -> Iterator[dict[str, Any]]:
    """Every object in it, however deep, but for what stands under these keys."""
    inner = as_object(said)
    if inner is not None:
        yield inner
    for one in as_list(said) or [value for name, value in (inner or {}).items() if name not in without]:
        yield from parts(one, *without)


@pytest.mark.parametrize("roles", [base_manifest().roles, ("sales",)], ids=["all", "sales"])
def test_it_is_sound_and_its_author_may_ask_for_it(patch: Patch, roles: tuple[str, ...]) -> None:
    author = Author(roles=roles)
    assert validate(patch, base_manifest(), author) == []
    assert risk(patch, base_manifest(), author) == "L2"
    assert check_manifest(apply(patch, base_manifest())) == []


def test_every_operation_is_explained_in_both_languages(patch: Patch) -> None:
    told = explain(patch, base_manifest())
    assert len(told) == len(patch.operations)
    assert all(one["en"] and is_chinese(one["zh"]) for one in told)


def test_taken_back_nothing_is_seen_of_it(patch: Patch) -> None:
    base = base_manifest()
    after = apply(patch, base)
    assert fingerprint(after) != fingerprint(base)
    assert fingerprint(undo(inverse(patch, base), after)) == fingerprint(base)


def test_its_plain_form_says_the_same(patch: Patch) -> None:
    assert parse(document(patch)) == patch


def test_everything_that_people_read_is_in_both_languages(patch: Patch) -> None:
    written = [one for one in parts(document(patch)) if one.keys() == {"en", "zh"}]
    assert [one for one in written if not is_chinese(one["zh"]) or is_chinese(one["en"])] == []
    shown = parts(document(patch)["operations"], "lookups", "rows", "actions", "values", "effects", "changes")
    assert [one for one in shown if ("type" in one or "value" in one) and "label" not in one] == []


@pytest.mark.parametrize("name", MODULES)
def test_its_scenarios_show_what_works_and_what_is_refused_and_to_whom(name: str) -> None:
    patch = PATCHES[name]
    assert len(patch.scenarios) >= 4
    steps = [step for one in patch.scenarios for step in one.steps]
    refused = {step.fails for step in steps}
    assert {"forbidden", "rule_broken"} <= refused
    assert all(one.title is not None and any(step.fails is None for step in one.steps) for one in patch.scenarios)
    assert any(step.role not in {None, one.role} for one in patch.scenarios for step in one.steps)


def test_scenarios_are_called_differently_everywhere() -> None:
    own = [one.name for patch in PATCHES.values() for one in patch.scenarios]
    known = {one.name for one in suite().scenarios}
    assert len(own) == len(set(own))
    assert known.isdisjoint(own)
    assert {one.scenario for patch in PATCHES.values() for one in patch.amends} <= known


def test_what_amends_a_scenario_alters_it() -> None:
    known: dict[str, Scenario] = {one.name: one for one in suite().scenarios}
    for patch in PATCHES.values():
        for one in patch.amends:
            assert one.replacement.name == one.scenario
            assert one.replacement.steps != known[one.scenario].steps


def test_together_they_say_nearly_everything_that_can_be_said() -> None:
    said = [document(patch)["operations"] for patch in PATCHES.values()]
    operations = {one["op"] for operations in said for one in operations}
    every = {one.model_fields["op"].default for one in get_args(get_args(Operation)[0])}
    assert operations == every - UNUSED_OPERATIONS
    types = {one.model_fields["type"].default for one in get_args(get_args(Field)[0])}
    assert {one["type"] for one in parts(said, "rows", "trigger", "machine") if "type" in one} == types - UNUSED_TYPES


def test_all_of_them_can_be_live_together() -> None:
    manifest = base_manifest()
    for patch in PATCHES.values():
        assert validate(patch, manifest) == []
        manifest = apply(patch, manifest)
    assert check_manifest(manifest) == []


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(EXAMPLES, 2)))
def test_two_that_do_not_conflict_may_come_in_either_order(one: str, other: str) -> None:
    base = base_manifest()
    if not conflicts(PATCHES[one], PATCHES[other], base):
        first, second = PATCHES[one], PATCHES[other]
        assert unordered(apply(second, apply(first, base))) == unordered(apply(first, apply(second, base)))


def test_it_follows_whatever_is_called_otherwise(patch: Patch) -> None:
    base = base_manifest()
    onto = apply(parse(document_of("renaming", *RENAMES)), base)
    followed = rebase(patch, onto, base)
    assert followed != patch
    assert {one.entity for one in followed.scenarios}.isdisjoint({"Customer", "Order"})
    assert validate(followed, onto, Author(roles=onto.roles)) == []


def test_the_guide_tells_what_they_are() -> None:
    made = subprocess.run(
        [sys.executable, "make/examples.py", "--check"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert (made.returncode, made.stdout) == (0, ""), "`make reference` writes it again"
