"""Whatever comes in, the answer is a patch or a refusal with a place."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.patch import Patch, Refusal, document, parse
from shared.patch.operations import AddField

MODULE = {"name": "loyalty", "title": {"en": "Loyalty", "zh": "会员"}}
FIELD = {"type": "text", "name": "nickname"}
ADD = {"op": "add_field", "entity": "Customer", "field": FIELD}
PATCH: dict[str, Any] = {"patch": "1", "module": MODULE, "operations": [ADD]}
SCENARIO: dict[str, Any] = {
    "name": "a_customer",
    "entity": "Customer",
    "as": "sales",
    "steps": [{"step": "create", "entity": "Customer", "values": {"name": "A"}, "save": "a"}],
}


def refusal(source: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        parse(source)
    return refused.value


def test_bytes_text_and_object_mean_the_same() -> None:
    text = json.dumps(PATCH)
    assert parse(text) == parse(text.encode()) == parse(PATCH)
    assert isinstance(parse(PATCH).operations[0], AddField)


def test_broken_json_is_told_with_its_place() -> None:
    assert refusal('{\n  "patch": "1",\n  oops\n}').params["line"] == 3


def test_text_in_a_document_may_be_full_of_brackets() -> None:
    described = {**PATCH, "module": {**MODULE, "description": '[{"\\"[' * 50}}
    assert parse(json.dumps(described)).module.description.startswith("[{")


MISFITS: list[tuple[dict[str, Any], str, str, str | None]] = [
    ({"operatons": []}, "key_unknown", "/operatons", "operations"),
    ({"operations": [{**ADD, "op": "add_feild"}]}, "op_unknown", "/operations/0/op", "add_field"),
    ({"operations": [{"entity": "Customer"}]}, "key_missing", "/operations/0", None),
    ({"operations": [{"op": "add_field", "field": FIELD}]}, "key_missing", "/operations/0/entity", None),
    ({"operations": [{**ADD, "aftr": "name"}]}, "key_unknown", "/operations/0/aftr", "after"),
    (
        {"operations": [{**ADD, "field": {**FIELD, "type": "txt"}}]},
        "type_unknown",
        "/operations/0/field/type",
        "text",
    ),
    (
        {"operations": [{**ADD, "field": {**FIELD, "requird": True}}]},
        "key_unknown",
        "/operations/0/field/requird",
        "required",
    ),
    (
        {"operations": [{**ADD, "field": {**FIELD, "name": 'x"; DROP TABLE'}}]},
        "name_invalid",
        "/operations/0/field/name",
        None,
    ),
    ({"module": {**MODULE, "name": "crm"}}, "name_reserved", "/module/name", None),
    ({"module": {**MODULE, "title": {"en": "x"}}}, "key_missing", "/module/title/zh", None),
    (
        {"operations": [{"op": "change_field", "entity": "Customer", "field": "name", "changes": {}}]},
        "changes_nothing",
        "/operations/0/changes",
        None,
    ),
    ({"scenarios": [SCENARIO, SCENARIO]}, "scenario_taken", "", None),
    (
        {"scenarios": [{**SCENARIO, "steps": [{"step": "creat", "entity": "Customer"}]}]},
        "step_unknown",
        "/scenarios/0/steps/0/step",
        "create",
    ),
    ({"base": {"fingerprint": "abc"}}, "form_wrong", "/base/fingerprint", None),
]


@pytest.mark.parametrize(("changes", "code", "pointer", "suggestion"), MISFITS)
def test_a_misfit_is_told_at_its_place(changes: Any, code: str, pointer: str, suggestion: str | None) -> None:
    (problem,) = refusal({**PATCH, **changes}).problems
    assert (problem.code, problem.pointer, problem.suggestion) == (code, pointer, suggestion)


def test_all_problems_are_told_at_once() -> None:
    broken = {**PATCH, "operations": [{"op": "x"}, {**ADD, "y": 1}], "z": 2}
    assert {problem.code for problem in refusal(broken).problems} == {"op_unknown", "key_unknown"}
    assert len(refusal(broken).problems) == 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
KEYS = st.sampled_from(["op", "entity", "field", "name", "type", "changes", "rule", "page", "kind", "values", "steps"])
TAGS = st.sampled_from(["add_field", "grant", "set_page", "enum", "list", "create", "lines", "Customer"])
NEAR = st.recursive(
    TAGS | JSON, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner), max_leaves=12
)


@given(st.one_of(st.binary(max_size=40), st.text(max_size=40), JSON.map(json.dumps)))
def test_any_bytes_are_a_patch_or_a_refusal(source: bytes | str) -> None:
    with pytest.raises(Refusal):
        parse(source)


@given(st.dictionaries(st.sampled_from(["patch", "module", "operations", "scenarios", "amends", "base"]), NEAR))
def test_anything_in_the_place_of_a_part_is_a_patch_or_a_refusal(changes: dict[str, Any]) -> None:
    try:
        assert isinstance(parse({**PATCH, **changes}), Patch)
    except Refusal as refused:
        pointers = [problem.pointer for problem in refused.problems]
    else:
        pointers = []
    assert all(pointer == "" or pointer.startswith("/") for pointer in pointers)


def test_the_plain_form_reads_back_as_the_same_patch() -> None:
    patch = parse({**PATCH, "scenarios": [SCENARIO]})
    assert parse(document(patch)) == patch
